import type { Binding } from '../client/broker.ts';
import type { Topology, TopologyExchange, TopologyQueue } from '../topology/topology.ts';
import { escapeLine } from './escape.ts';
import { counted } from './quantity.ts';
import { createStyle } from './style.ts';
import { labelOf } from './topology-label.ts';
import {
  exchangeName,
  exchangeTraits,
  isIdle,
  isMissingExchange,
  queueCounts,
  queueRemarks,
  queueTraits,
  settingsWords,
} from './topology-words.ts';

/** How a tree may look. */
export interface TreeDisplay {
  readonly color: boolean;
  readonly ascii: boolean;
}

/** How many of each kind were left out. */
export interface HiddenCounts {
  readonly exchanges: number;
  readonly queues: number;
  readonly bindings: number;
}

/**
 * A tree: each exchange, under it its bindings with their keys, and behind them the queues with what holds for them, told where a queue
 * comes first; then the queues to which nothing but the default exchange leads.
 */
export function topologyTree(topology: Topology, hidden: HiddenCounts, display: TreeDisplay): string {
  const style = createStyle(display.color);
  const symbols = display.ascii ? { tee: '+-', corner: '`-', bar: '| ', arrow: '->' } : { tee: '├─', corner: '└─', bar: '│ ', arrow: '→' };
  const queues = new Map(topology.queues.map((queue) => [queue.name, queue]));
  const bySource = new Map<string, Binding[]>();
  for (const binding of topology.bindings) bySource.set(binding.source, [...(bySource.get(binding.source) ?? []), binding]);
  const told = new Set<string>();

  const queueLines = (queue: TopologyQueue): string[] => {
    if (told.has(queue.name)) return [`${style.bold(escapeLine(queue.name))} ${style.dim('(above)')}`];
    told.add(queue.name);
    const counts = queueCounts(queue, topology);
    const words = settingsWords(queue, symbols.arrow);
    return [
      `${style.bold(escapeLine(queue.name))}  ${style.dim(queueTraits(queue))}${counts === '' ? '' : `  ${counts}`}`,
      ...(words.length === 0 ? [] : [style.dim(words.join(', '))]),
      ...queueRemarks(queue, topology).map(({ level, text }) => (level === 'warning' ? style.red(`! ${text}`) : style.yellow(`! ${text}`))),
    ];
  };

  const bindingLines = (exchange: TopologyExchange, binding: Binding, width: number, isLast: boolean): string[] => {
    const label = labelOf(exchange.type, binding);
    const queue = binding.destinationType === 'queue' ? queues.get(binding.destination) : undefined;
    const [first = '', ...rest] =
      queue === undefined
        ? [`${style.bold(escapeLine(binding.destination))}${binding.destinationType === 'exchange' ? ' (exchange)' : ''}`]
        : queueLines(queue);
    const start = `${isLast ? symbols.corner : symbols.tee} `;
    const indent = `${isLast ? '  ' : symbols.bar} ${' '.repeat(width + symbols.arrow.length + (width === 0 ? 1 : 2))}`;
    return [`${start}${label.padEnd(width)}${width === 0 ? '' : ' '}${symbols.arrow} ${first}`, ...rest.map((line) => `${indent}${line}`)];
  };

  const exchangeLines = (exchange: TopologyExchange): string[] => {
    const bindings = bySource.get(exchange.name) ?? [];
    const width = Math.min(Math.max(0, ...bindings.map((binding) => labelOf(exchange.type, binding).length)), 40);
    const alternate = exchange.alternate?.value;
    const isMissing = alternate !== undefined && isMissingExchange(alternate, topology);
    const nothing = topology.beside?.sources.has(exchange.name) ? 'bindings not shown' : 'nothing bound';
    const words = [
      exchange.name === '' ? 'every queue is bound to it by its name' : exchangeTraits(exchange),
      ...(alternate === undefined ? [] : [`unroutable ${symbols.arrow} ${exchangeName(alternate)}`]),
      ...(exchange.policy === undefined ? [] : [`policy ${escapeLine(exchange.policy)}`]),
      ...(bindings.length === 0 && exchange.name !== '' ? [nothing] : []),
    ];
    return [
      `${style.cyan(style.bold(exchangeName(exchange.name)))}  ${style.dim(words.join(', '))}`,
      ...(isMissing ? [style.red(`! alternate exchange ${exchangeName(alternate)} does not exist`)] : []),
      ...bindings.flatMap((binding, index) => bindingLines(exchange, binding, width, index === bindings.length - 1)),
      '',
    ];
  };

  const shown = topology.exchanges.filter((exchange) => !isIdle(exchange, topology));
  const body = shown.flatMap(exchangeLines);
  const rest = topology.queues.filter(({ name }) => !told.has(name));
  const elsewhere = rest.filter(({ name }) => topology.beside?.boundQueues.has(name));
  const listed = (title: string, list: readonly TopologyQueue[]) =>
    list.length === 0 ? [] : [style.dim(title), ...list.flatMap((queue) => indented(queueLines(queue))), ''];
  return [
    style.dim(`virtual host ${escapeLine(topology.vhost)}: ${summary(topology, shown.length)}`),
    '',
    ...body,
    ...listed('with bindings that are not shown:', elsewhere),
    ...listed(
      'bound to no exchange but the default one:',
      rest.filter((queue) => !elsewhere.includes(queue)),
    ),
    ...hiddenLine(hidden),
  ]
    .join('\n')
    .trimEnd();
}

function indented([first = '', ...rest]: readonly string[]): string[] {
  return [`  ${first}`, ...rest.map((line) => `    ${line}`)];
}

function summary({ queues, bindings }: Topology, exchanges: number): string {
  return `${counted(exchanges, 'exchange')} in use, ${counted(queues.length, 'queue')}, ${counted(bindings.length, 'binding')}`;
}

/** That not all is shown, and how to see more; nothing when it is. */
export function hiddenLine({ exchanges, queues, bindings }: HiddenCounts): string[] {
  const parts = [
    ...(exchanges === 0 ? [] : [counted(exchanges, 'exchange')]),
    ...(queues === 0 ? [] : [counted(queues, 'queue')]),
    ...(bindings === 0 ? [] : [counted(bindings, 'binding')]),
  ];
  return parts.length === 0 ? [] : [`not shown: ${parts.join(', ')} (--limit 0 shows all, --prefix NAME what begins so)`];
}
