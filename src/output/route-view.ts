import type { Fate } from '../topology/fates.ts';
import type { Route, RoutedBinding, RouteStep } from '../topology/route.ts';
import { escapeLine } from './escape.ts';
import { deathWords, fateWords } from './fate-words.ts';
import { counted } from './quantity.ts';
import { createStyle } from './style.ts';
import { labelOf } from './topology-label.ts';
import type { TreeDisplay } from './topology-tree.ts';
import { exchangeName, keyText } from './topology-words.ts';

/** What there is to tell of a message's way. */
export interface RouteStory {
  readonly keys: readonly string[];
  readonly route: Route;
  /** What would become of it in each queue. */
  readonly fates: readonly { readonly queue: string; readonly fates: readonly Fate[] }[];
  /** So many bindings that do not match are shown for each exchange. */
  readonly limit: number;
}

/** Exchange by exchange, what each binding made of the message and why; then the queues; then where it would go if it died there. */
export function routeView({ keys, route, fates, limit }: RouteStory, display: TreeDisplay): string {
  const style = createStyle(display.color);
  const signs = display.ascii ? { yes: '+', no: '-', arrow: '->' } : { yes: '✔', no: '✘', arrow: '→' };
  const key = keys.length === 1 ? `key ${keyText(keys[0] ?? '')}` : `keys ${keys.map(keyText).join(', ')}`;

  const bindingLine = (type: string, binding: RoutedBinding, width: number): string => {
    const target = `${style.bold(escapeLine(binding.destination))}${binding.destinationType === 'exchange' ? ' (exchange)' : ''}`;
    const sign = binding.matched ? style.green(signs.yes) : style.red(signs.no);
    const line = `${sign} ${labelOf(type, binding).padEnd(width)}${width === 0 ? '' : ' '}${signs.arrow} ${target}`;
    return `  ${line}  ${style.dim(binding.reason)}`;
  };

  const stepLines = (step: RouteStep): string[] => {
    const came = {
      publish: key,
      binding: `from ${exchangeName(step.from ?? '')}`,
      alternate: `alternate exchange of ${exchangeName(step.from ?? '')}`,
    };
    const matching = step.bindings.filter(({ matched }) => matched);
    const others = step.bindings.filter(({ matched }) => !matched);
    const shown = [...matching, ...others.slice(0, limit)];
    const width = Math.min(Math.max(0, ...shown.map((binding) => labelOf(step.type, binding).length)), 40);
    return [
      `${style.cyan(style.bold(exchangeName(step.exchange)))}  ${style.dim(`${step.type}, ${came[step.via]}`)}`,
      ...shown.map((binding) => bindingLine(step.type, binding, width)),
      ...(others.length > limit
        ? [`  ${counted(others.length - limit, 'more binding does', 'more bindings do')} not match (--limit 0 shows all)`]
        : []),
      ...(step.named ?? []).map(({ key: name, exists }) =>
        exists
          ? `  ${style.green(signs.yes)} ${signs.arrow} ${style.bold(escapeLine(name))}  ${style.dim('the key is the name of this queue')}`
          : `  ${style.red(signs.no)} ${style.dim(`there is no queue ${keyText(name)}`)}`,
      ),
      ...noteLines(step).map((line) => `  ${style.yellow(line)}`),
      '',
    ];
  };

  const noteLines = (step: RouteStep): string[] => [
    ...(step.unknownType === true ? [`${step.type} is a plugin's type: what it does with a message cannot be told here`] : []),
    ...(step.bindings.length === 0 && step.named === undefined && step.unknownType !== true ? ['nothing is bound to it'] : []),
    ...(step.alternate === undefined
      ? []
      : [
          step.alternate.exists
            ? `nothing matches, so its alternate exchange ${exchangeName(step.alternate.exchange)} gets it`
            : `nothing matches, and its alternate exchange ${exchangeName(step.alternate.exchange)} does not exist`,
        ]),
  ];

  const { queues } = route;
  const nowhere = 'to no queue: a mandatory message comes back, any other is dropped, and a confirm says ack all the same';
  const destination =
    queues.length === 0
      ? style.yellow(nowhere)
      : `to ${counted(queues.length, 'queue')}: ${queues.map((name) => style.bold(escapeLine(name))).join(', ')}`;
  return [
    ...route.steps.flatMap(stepLines),
    destination,
    ...(fates.length === 0 ? [] : ['', style.dim('and if it died there:')]),
    ...fates.flatMap(({ queue, fates: all }) => fateLines(queue, all, signs.arrow, style.bold)),
  ].join('\n');
}

/** Reasons that end in the same place share a line. */
function fateLines(queue: string, fates: readonly Fate[], arrow: string, bold: (text: string) => string): string[] {
  const byEnd = new Map<string, string[]>();
  for (const fate of fates) {
    const end = fateWords(fate, arrow);
    byEnd.set(end, [...(byEnd.get(end) ?? []), deathWords(fate)]);
  }
  const lines = [...byEnd].map(([end, deaths]) => `    ${deaths.join(', ')}: ${end}`);
  return [
    `  ${bold(escapeLine(queue))}`,
    ...(lines.length === 0 ? ['    a stream: messages stay until they are too old or too many'] : lines),
  ];
}
