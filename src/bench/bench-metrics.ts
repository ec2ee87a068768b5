import type { BenchReport, BenchTotals, Latencies, LatencyFigures } from './report.ts';

/** In what a metric is counted: latencies in microseconds. */
export type MetricUnit = 'messages' | 'messages a second' | 'bytes a second' | 'latency' | 'share';

/** Something that a condition can be about. */
export interface BenchMetric {
  readonly name: string;
  readonly unit: MetricUnit;
  /** Undefined: it was not measured. */
  readonly read: (report: BenchReport) => number | undefined;
}

const COUNTS = [
  ...(['sent', 'confirmed', 'returned', 'nacked', 'unanswered', 'received', 'acked', 'redelivered'] as const),
  ...(['lost', 'duplicates', 'reordered', 'left', 'foreign'] as const),
] as const satisfies readonly (keyof BenchTotals)[];
const RATES = ['sent', 'confirmed', 'received'] as const;
const FIGURES: readonly (readonly [name: string, figure: Exclude<keyof LatencyFigures, 'count'>])[] = [
  ...(['min', 'mean', 'p50', 'p75', 'p95', 'p99', 'p999', 'p9999', 'max'] as const).map((figure) => [figure, figure] as const),
  ['p99.9', 'p999'],
  ['p99.99', 'p9999'],
];
/** Where nobody consumes, nothing can be said of these. */
const READ: readonly string[] = ['received', 'acked', 'redelivered', 'lost', 'duplicates', 'reordered'];

/** Every metric: `p99` is that of `endToEnd.p99`, `rate` that of what was received, or where nobody consumes, sent. */
export const BENCH_METRICS: readonly BenchMetric[] = [
  ...COUNTS.map(
    (name): BenchMetric => ({
      name,
      unit: 'messages',
      read: ({ totals, parameters }) =>
        (parameters.consumers === 0 && READ.includes(name)) || (parameters.confirm === 0 && name === 'confirmed')
          ? undefined
          : totals[name],
    }),
  ),
  {
    name: 'rate',
    unit: 'messages a second',
    read: ({ rates, parameters }) => (parameters.consumers > 0 ? rates.received : rates.sent),
  },
  ...RATES.map(
    (name): BenchMetric => ({
      name: `rate.${name}`,
      unit: 'messages a second',
      read: ({ rates, parameters }) =>
        (name === 'received' && parameters.consumers === 0) || (name === 'confirmed' && parameters.confirm === 0) ? undefined : rates[name],
    }),
  ),
  { name: 'bytes.sent', unit: 'bytes a second', read: ({ rates }) => rates.sentBytes },
  {
    name: 'bytes.received',
    unit: 'bytes a second',
    read: ({ rates, parameters }) => (parameters.consumers > 0 ? rates.receivedBytes : undefined),
  },
  ...FIGURES.flatMap(([name, figure]) => [
    latency(name, figure, ({ latency: { endToEnd } }) => endToEnd),
    latency(`endToEnd.${name}`, figure, ({ latency: { endToEnd } }) => endToEnd),
    latency(`confirm.${name}`, figure, ({ latency: { confirm } }) => confirm),
  ]),
  { name: 'cpu.busiest', unit: 'share', read: ({ cpu }) => cpu.busiest },
];

function latency(
  name: string,
  figure: Exclude<keyof LatencyFigures, 'count'>,
  of: (report: { readonly latency: Latencies }) => LatencyFigures,
): BenchMetric {
  return { name, unit: 'latency', read: (report) => (of(report).count > 0 ? of(report)[figure] : undefined) };
}
