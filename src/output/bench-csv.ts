import type { BenchInterval } from '../bench/report.ts';
import { rateOf } from './bench-rates.ts';

const COUNTS = [
  ...(['sent', 'sentBytes', 'confirmed', 'returned', 'nacked', 'unanswered'] as const),
  ...(['received', 'receivedBytes', 'acked', 'redelivered'] as const),
] as const;
const RATES = ['sent', 'confirmed', 'received'] as const;
const FIGURES = ['min', 'mean', 'p50', 'p75', 'p95', 'p99', 'p999', 'p9999', 'max'] as const;
const KINDS = ['endToEnd', 'confirm'] as const;

type Cell = string | number | undefined;

/** The columns of `--csv`: rates in messages a second, latencies in microseconds. */
export function benchCsvHeader(): string {
  const latencies = KINDS.flatMap((kind) => FIGURES.map((figure) => `${kind}.${figure}`));
  return record(['phase', 'at', 'seconds', ...COUNTS, ...RATES.map((name) => `rate.${name}`), ...latencies, 'blocked']);
}

/** A line of it; a cell is empty where nothing was measured. */
export function benchCsvLine(interval: BenchInterval): string {
  const { phase, at, seconds, counts, latency, blocked } = interval;
  const latencies = KINDS.flatMap((kind) => FIGURES.map((figure) => (latency[kind].count > 0 ? latency[kind][figure] : undefined)));
  return record([
    ...[phase, rounded(at), rounded(seconds)],
    ...COUNTS.map((name) => counts[name]),
    ...RATES.map((name) => rounded(rateOf(interval, name))),
    ...[...latencies, blocked],
  ]);
}

function rounded(value: number): number {
  return Math.round(value * 1e3) / 1e3;
}

/** As RFC 4180 has it, and no cell that a spreadsheet would take for a formula. */
function record(cells: readonly Cell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

function cellText(cell: Cell): string {
  if (typeof cell !== 'string') return cell === undefined ? '' : String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
