import type { BenchInterval, BenchParameters } from '../bench/report.ts';
import type { BarDisplay } from './bars.ts';
import { rateOf } from './bench-rates.ts';
import { cutLine } from './cut-line.ts';
import { escapeLine } from './escape.ts';
import { countText, latencyText, secondsText } from './quantity.ts';
import { sparkline } from './sparkline.ts';
import { createStyle } from './style.ts';

/** Intervals after which the heading is said again. */
const HEADING_EVERY = 20;

interface Column {
  readonly head: string;
  readonly width: number;
  readonly text: (interval: BenchInterval, ascii: boolean) => string;
}

type Shape = Pick<BenchParameters, 'confirm' | 'consumers'>;

/** What of an interval is shown: only what the run has; the least wanted go first where there is little room. */
function columnsFor({ confirm, consumers }: Shape, width: number): readonly Column[] {
  const latency = (kind: 'endToEnd' | 'confirm', figure: 'p50' | 'p99' | 'max') => (interval: BenchInterval, ascii: boolean) =>
    interval.latency[kind].count === 0 ? '-' : latencyText(interval.latency[kind][figure], ascii);
  const kind = consumers > 0 ? 'endToEnd' : 'confirm';
  const rate = (count: 'sent' | 'confirmed' | 'received') => (interval: BenchInterval) => countText(rateOf(interval, count));
  const all: readonly (Column & { readonly when: boolean })[] = [
    { head: 'time', width: 7, when: true, text: ({ at }) => `${at.toFixed(1)} s` },
    { head: 'sent/s', width: 9, when: true, text: rate('sent') },
    { head: 'confirmed/s', width: 11, when: confirm > 0 && width >= 70, text: rate('confirmed') },
    { head: 'received/s', width: 10, when: consumers > 0, text: rate('received') },
    { head: 'p50', width: 7, when: consumers > 0 || confirm > 0, text: latency(kind, 'p50') },
    { head: 'p99', width: 7, when: consumers > 0 || confirm > 0, text: latency(kind, 'p99') },
    { head: 'max', width: 7, when: (consumers > 0 || confirm > 0) && width >= 70, text: latency(kind, 'max') },
  ];
  return all.filter(({ when }) => when);
}

/** The line of an interval; before the first, and each 20th, a heading. `index` counts intervals from 0. */
export function benchIntervalLines(interval: BenchInterval, index: number, shape: Shape, { color, ascii, columns }: BarDisplay): string[] {
  const { bold, dim, red } = createStyle(color);
  const shown = columnsFor(shape, columns);
  const heading = shown.map(({ head, width }) => head.padStart(width)).join('  ');
  const cells = shown.map(({ width, text }) => text(interval, ascii).padStart(width)).join('  ');
  const phase = interval.phase === 'measured' ? '' : `  ${interval.phase}`;
  const blocked = interval.blocked === undefined ? '' : `  ${blockedText(interval.blocked)}`;
  const line = cutLine(`${cells}${phase}`, columns - 1, ascii);
  const isBeside = line.length + blocked.length < columns;
  return [
    ...(index % HEADING_EVERY === 0 ? [bold(cutLine(heading, columns - 1, ascii))] : []),
    `${phase === '' ? line : dim(line)}${isBeside ? red(blocked) : ''}`,
    ...(isBeside ? [] : [red(cutLine(blocked, columns - 1, ascii))]),
  ];
}

/** A block that stands for the run so far, in as many lines at any time, each below `columns`; a terminal draws it over the one before. */
export function benchLiveLines(
  intervals: readonly BenchInterval[],
  shape: Shape & Pick<BenchParameters, 'duration' | 'warmup'>,
  { color, ascii, columns }: BarDisplay,
): string[] {
  const { bold, dim, cyan, yellow, red } = createStyle(color);
  const last = intervals.at(-1);
  const room = Math.max(columns - 1 - 2 - 12 - 10 - 2, 1);
  const lately = intervals.slice(-room);
  const line = (name: string, value: string, values: readonly number[], paint: (text: string) => string) =>
    `  ${cutLine(name, 12, ascii).padEnd(12)}${value.padStart(10)}  ${paint(sparkline(values, ascii))}`.trimEnd();
  const rate = (name: string, count: 'sent' | 'received', paint: (text: string) => string) =>
    line(
      name,
      last === undefined ? '-' : countText(rateOf(last, count)),
      lately.map((interval) => rateOf(interval, count)),
      paint,
    );
  const kind = shape.consumers > 0 ? 'endToEnd' : 'confirm';
  const p99 = last === undefined || last.latency[kind].count === 0 ? '-' : latencyText(last.latency[kind].p99, ascii);
  const [state, paint] =
    last?.blocked === undefined ? [progressText(last, shape), dim] : [blockedText(last.blocked), (text: string) => red(text)];
  return [
    bold(cutLine('messages a second, lately', columns - 1, ascii)),
    rate('sent', 'sent', cyan),
    ...(shape.consumers > 0 ? [rate('received', 'received', yellow)] : []),
    ...(shape.consumers > 0 || shape.confirm > 0
      ? [
          line(
            shape.consumers > 0 ? 'p99 latency' : 'p99 confirm',
            p99,
            lately.map((interval) => interval.latency[kind].p99),
            (text) => text,
          ),
        ]
      : []),
    paint(cutLine(`  ${state}`, columns - 1, ascii)),
  ];
}

function progressText(last: BenchInterval | undefined, { duration, warmup }: Pick<BenchParameters, 'duration' | 'warmup'>): string {
  if (last === undefined) return 'starting';
  if (last.phase === 'warm-up') return `warm-up: ${secondsText(last.at)} of ${secondsText(warmup)}`;
  if (last.phase === 'drain') return 'waiting for the last messages';
  const measured = secondsText(Math.max(last.at - warmup, 0));
  return `measured: ${measured}${duration === undefined ? '' : ` of ${secondsText(duration)}`}`;
}

function blockedText(reason: string): string {
  return `BLOCKED: ${escapeLine(reason)}`;
}
