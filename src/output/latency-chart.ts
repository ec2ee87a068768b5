import type { LatencyFigures } from '../bench/report.ts';
import type { BarDisplay } from './bars.ts';
import { counted, latencyText } from './quantity.ts';
import { createStyle } from './style.ts';

/** From where to where the bars of a chart go, in microseconds: powers of ten. */
export interface LatencyScale {
  readonly low: number;
  readonly high: number;
}

type Row = readonly [name: string, figure: Exclude<keyof LatencyFigures, 'count'>, least: number];

/** What is shown, and how many must have been measured for it to mean something. */
const ROWS: readonly Row[] = [
  ['min', 'min', 1],
  ['p50', 'p50', 2],
  ['p75', 'p75', 4],
  ['p95', 'p95', 20],
  ['p99', 'p99', 100],
  ['p99.9', 'p999', 1_000],
  ['p99.99', 'p9999', 10_000],
  ['max', 'max', 1],
];

/** The figures that so many values can tell, with their names. */
export function knownFigures({ count }: LatencyFigures): readonly Row[] {
  return ROWS.filter(([, , least]) => count >= least);
}

/** The longest bar, in characters. */
const LONGEST = 40;

/** One scale for all latencies, so that their bars can be held against each other; undefined when there are none. */
export function latencyScale(figures: readonly LatencyFigures[]): LatencyScale | undefined {
  const known = figures.filter(({ count, max }) => count > 0 && max > 0);
  if (known.length === 0) return undefined;
  // below a tenth of a microsecond nothing is told apart
  const least = Math.max(Math.min(...known.map(({ min, p50 }) => (min > 0 ? min : p50 > 0 ? p50 : 0.1))), 0.1);
  const low = 10 ** Math.floor(Math.log10(least));
  return { low, high: Math.max(10 ** Math.ceil(Math.log10(Math.max(...known.map(({ max }) => max)))), low * 10) };
}

/** A bar for each percentile on a logarithmic scale; `sent` is what it would be counted from when messages were really sent. */
export function latencyChart(
  title: string,
  due: LatencyFigures,
  sent: LatencyFigures | undefined,
  { low, high }: LatencyScale,
  { color, ascii, columns }: BarDisplay,
): string[] {
  const style = createStyle(color);
  const rows = knownFigures(due).map(([name, figure]) => ({
    name,
    value: due[figure],
    text: latencyText(due[figure], ascii),
    sent: sent === undefined ? '' : latencyText(sent[figure], ascii),
  }));
  const differs = rows.some((row) => row.sent !== '' && row.sent !== row.text);
  const longest = Math.max(Math.min(columns - 1 - 20 - (differs ? 13 : 0), LONGEST), 5);
  const bar = (value: number) =>
    (ascii ? '#' : '█').repeat(value <= 0 ? 0 : Math.max(1, Math.round((Math.log(value / low) / Math.log(high / low)) * longest)));
  const head = `${title}: ${counted(due.count, 'message')}, mean ${latencyText(due.mean, ascii)}`;
  return [
    style.bold(head),
    ...(differs ? [style.dim(`  ${''.padEnd(6)}  ${'from due'.padStart(8)}  ${'from sent'.padStart(11)}`)] : []),
    ...rows.map((row) => {
      const beside = differs ? `  ${row.sent.padStart(11)}` : '';
      const paint = row.sent !== '' && row.sent !== row.text ? style.yellow : style.cyan;
      return `  ${row.name.padEnd(6)}  ${row.text.padStart(8)}${beside}  ${paint(bar(row.value))}`.trimEnd();
    }),
  ];
}
