import type { Picture, PictureBinding, PictureExchange, PictureQueue } from '../topology/picture.ts';
import { escapeLine } from './escape.ts';
import { createStyle } from './style.ts';
import { labelOf } from './topology-label.ts';

/** How a picture may look. */
export interface PictureDisplay {
  readonly color: boolean;
  readonly ascii: boolean;
  /** No line is longer. */
  readonly columns: number;
}

interface Symbols {
  readonly tee: string;
  readonly corner: string;
  readonly line: string;
  readonly litLine: string;
  readonly head: string;
  readonly message: string;
  readonly ellipsis: string;
}

const DRAWN: Symbols = { tee: '├', corner: '└', line: '─', litLine: '━', head: '▶', message: '●', ellipsis: '…' };
const ASCII: Symbols = { tee: '+', corner: '+', line: '-', litLine: '=', head: '>', message: 'o', ellipsis: '~' };

/** As many messages are drawn one by one. */
const DRAWN_MESSAGES = 6;

/**
 * Draws exchanges, the bindings that lead from each to its destinations, and the queues with what is in them. The path that a
 * message has just taken is drawn heavier, so that it shows without colour too.
 */
export function topologyPicture(picture: Picture, display: PictureDisplay): string {
  const symbols = display.ascii ? ASCII : DRAWN;
  const draw = createPen(picture, display, symbols);
  const shown = new Set<string>();
  const lines = picture.exchanges.flatMap((exchange) => [...draw.exchange(exchange, shown), '']);
  const rest = picture.queues.filter((queue) => !shown.has(queue.name)).map((queue) => `  queue ${draw.queue(queue)}`);
  if (rest.length > 0) lines.push(...rest, '');
  return lines.slice(0, -1).join('\n');
}

function createPen({ queues, exchanges }: Picture, display: PictureDisplay, symbols: Symbols) {
  const style = createStyle(display.color);
  const widest = Math.max(display.columns, 40);
  const cut = (text: string, width: number) => (text.length <= width ? text : `${text.slice(0, width - 1)}${symbols.ellipsis}`);
  const all = exchanges.flatMap(({ type, bindings }) =>
    bindings.map((binding) => ({ label: labelOf(type, binding), name: nameOf(binding) })),
  );
  const nameWidth = Math.min(
    Math.max(0, ...all.map(({ name }) => name.length), ...queues.map(({ name }) => escapeLine(name).length)),
    Math.floor(widest * 0.35),
  );
  const countOf = ({ ready, arrived, unacked }: PictureQueue, dim = asIs, green = asIs): string => {
    const old = Math.min(ready - arrived, DRAWN_MESSAGES);
    const fresh = Math.min(arrived, DRAWN_MESSAGES - old);
    const marks = symbols.message.repeat(old) + green(symbols.message.repeat(fresh));
    return `${ready === 0 ? dim('empty') : `${marks} ${ready} ready`}${unacked === 0 ? '' : `, ${unacked} unacked`}`;
  };
  const countWidth = Math.max(0, ...queues.map((facts) => countOf(facts).length));
  // 11 for the drawn part of a line, with the blanks in it, and 2 before the count
  const room = Math.max(widest - nameWidth - countWidth - 13, 4);
  const labelWidth = Math.min(Math.max(0, ...all.map(({ label }) => label.length)), room);

  const queue = (facts: PictureQueue, name = escapeLine(facts.name)): string => {
    const shownName = style.bold(cut(name, nameWidth).padEnd(nameWidth));
    return `${shownName}  ${countOf(facts, style.dim, style.green)}`;
  };

  const binding = (type: string, facts: PictureBinding, last: boolean, shown: Set<string>): string => {
    const stroke = facts.lit ? symbols.litLine : symbols.line;
    const label = cut(labelOf(type, facts), labelWidth);
    const arrow = stroke.repeat(labelWidth - label.length + 2) + symbols.head;
    const text = label === '' ? `${stroke}${stroke}${arrow}` : `${stroke} ${label} ${arrow.slice(1)}`;
    const start = `  ${last ? symbols.corner : symbols.tee}${facts.lit ? style.green(text) : text}`;
    const target = facts.destinationType === 'queue' ? queues.find(({ name }) => name === facts.destination) : undefined;
    if (target === undefined || shown.has(target.name)) return `${start} ${style.bold(cut(nameOf(facts), nameWidth))}`;
    shown.add(target.name);
    return `${start} ${queue(target)}`;
  };

  return {
    queue,
    exchange: ({ name, type, bindings }: PictureExchange, shown: Set<string>): string[] => {
      const title = name === '' ? '""' : escapeLine(name);
      const kind = name === '' ? 'the default exchange' : `${type} exchange`;
      const note = style.dim(`(${kind}${bindings.length === 0 ? ', nothing bound' : ''})`);
      const head = `  ${style.cyan(style.bold(cut(title, widest - 36)))} ${note}`;
      return [head, ...bindings.map((facts, index) => binding(type, facts, index === bindings.length - 1, shown))];
    },
  };
}

function asIs(text: string): string {
  return text;
}

function nameOf({ destination, destinationType }: PictureBinding): string {
  return destinationType === 'exchange' ? `${escapeLine(destination)} (exchange)` : escapeLine(destination);
}
