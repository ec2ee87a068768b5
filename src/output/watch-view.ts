import type { QueueMoment } from '../topology/queue-rates.ts';
import { cutLine } from './cut-line.ts';
import { escapeLine } from './escape.ts';
import { sparkline } from './sparkline.ts';
import { createStyle } from './style.ts';

/** A queue as it is watched: its last moment, and how full it was before, oldest first. */
export interface WatchedQueue extends QueueMoment {
  readonly history: readonly number[];
}

/** What a frame shows. */
export interface WatchFrame {
  readonly title: string;
  readonly queues: readonly WatchedQueue[];
  /** Said below, when something is amiss. */
  readonly remark?: string;
}

/** How a frame may look; without `rows` it is as long as it must be, and has no trend. `columns` may be Infinity. */
export interface WatchDisplay {
  readonly color: boolean;
  readonly ascii: boolean;
  readonly columns: number;
  readonly rows?: number;
}

const HEADS = ['queue', 'type', 'ready', 'unacked', 'consumers', 'in/s', 'out/s'] as const;
const TREND = 'ready, lately';

/** Narrower than this, the trend is left out. */
const LEAST_TREND = TREND.length;

/** The lines of one frame: a row a queue, none wider than the screen and no more than it has. */
export function watchLines({ title, queues, remark }: WatchFrame, display: WatchDisplay): string[] {
  const { bold, dim, yellow, red } = createStyle(display.color);
  const room = display.rows === undefined ? queues.length : Math.max(display.rows - (remark === undefined ? 3 : 4), 1);
  const isCut = queues.length > room;
  const shown = queues.slice(0, isCut ? room - 1 : room);
  const cells = shown.map(cellsOf);
  const numbers = HEADS.slice(1).map((head, i) => Math.max(head.length, ...cells.map((row) => row[i + 1]?.length ?? 0)));
  const spent = numbers.reduce((sum, width) => sum + width + 2, 0);
  const longest = Math.max(HEADS[0].length, ...cells.map(([name = '']) => name.length));
  const nameWidth = Math.max(Math.min(longest, display.columns - 1 - spent), 8);
  // a terminal that is written to in its last column may break the line
  const chart = display.rows === undefined ? 0 : Math.min(display.columns - nameWidth - spent - 3, 40);
  const line = (row: readonly string[], end: string, paint = (text: string) => text) => {
    const [name = '', type = '', ...rest] = row;
    const text = [
      cutLine(name, nameWidth, display.ascii).padEnd(nameWidth),
      type.padEnd(numbers[0] ?? 0),
      ...rest.map((cell, i) => cell.padStart(numbers[i + 1] ?? 0)),
    ].join('  ');
    return `${paint(cutLine(text, display.columns - 1, display.ascii).trimEnd())}${chart < LEAST_TREND || end === '' ? '' : `  ${end}`}`;
  };
  return [
    dim(cutLine(title, display.columns - 1, display.ascii)),
    line(HEADS, bold(TREND), bold),
    ...shown.map((queue, i) =>
      line(
        cells[i] ?? [],
        sparkline(queue.history.slice(-chart), display.ascii),
        queue.ready > 0 && queue.consumers === 0 ? yellow : undefined,
      ),
    ),
    ...(queues.length === 0 ? [dim('no queues')] : []),
    ...(isCut
      ? [dim(cutLine(`${queues.length - shown.length} more: --prefix NAME shows what begins so`, display.columns - 1, display.ascii))]
      : []),
    ...(remark === undefined ? [] : [red(cutLine(escapeLine(remark), display.columns - 1, display.ascii))]),
  ];
}

function cellsOf({ name, type, ready, unacked, consumers, in: incoming, out }: WatchedQueue): string[] {
  return [escapeLine(name), type, String(ready), String(unacked), String(consumers), rateText(incoming), rateText(out)];
}

function rateText(rate: number | undefined): string {
  if (rate === undefined) return '?';
  return rate === 0 || rate >= 10 ? String(Math.round(rate)) : rate.toFixed(1);
}
