import type { BenchInterval, BenchReport, Latencies, LatencyFigures } from '../bench/report.ts';
import { rateOf } from './bench-rates.ts';

/** How a table of arguments becomes JSON without loss. */
export type ArgumentsToJson = (table: BenchReport['parameters']['arguments']) => unknown;

/** The document of `--json`: rates in messages (or bytes) a second, latencies in microseconds; null where nothing was measured. */
export function benchDocument(report: BenchReport, toJson: ArgumentsToJson): object {
  const { name, startedAt, parameters, broker, addresses, machine, seconds, totals, rates, latency, uncorrected, cpu } = report;
  const { generatorBound, ended, failure, parts, intervals } = report;
  const { duration = null, exchange = null, count, arguments: table, ...shape } = parameters;
  return {
    name,
    startedAt,
    parameters: { ...shape, duration, exchange, count: Number.isFinite(count) ? count : null, arguments: toJson(table) },
    broker,
    ...{ addresses, machine, seconds, totals, rates },
    latency: latencyDocument(latency),
    uncorrected: latencyDocument(uncorrected),
    ...{ cpu, generatorBound, ended, failure: failure ?? null },
    ...(parts === undefined ? {} : { parts }),
    intervals: intervals.map(intervalDocument),
  };
}

/** What `--ndjson` says of an interval. */
export function intervalDocument(interval: BenchInterval): object {
  const { phase, at, seconds, counts, latency, blocked = null } = interval;
  const rates = Object.fromEntries(RATES.map((name) => [name, rateOf(interval, name)]));
  return { phase, at, seconds, ...counts, rates, latency: latencyDocument(latency), blocked };
}

const RATES = ['sent', 'confirmed', 'received', 'sentBytes', 'receivedBytes'] as const;

function latencyDocument({ endToEnd, confirm }: Latencies): object {
  return { endToEnd: figuresDocument(endToEnd), confirm: figuresDocument(confirm) };
}

/** 0 microseconds would be a claim. */
function figuresDocument(figures: LatencyFigures): object {
  return figures.count > 0 ? figures : { ...Object.fromEntries(Object.keys(figures).map((name) => [name, null])), count: 0 };
}
