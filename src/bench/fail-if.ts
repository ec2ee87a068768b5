import { UsageError } from '../errors.ts';
import { closest } from '../suggest.ts';
import { BENCH_METRICS, type BenchMetric, type MetricUnit } from './bench-metrics.ts';
import type { BenchReport } from './report.ts';

/** When a run counts as failed. */
export interface BenchCondition {
  /** As it was given. */
  readonly text: string;
  readonly metric: BenchMetric;
  readonly operator: Operator;
  /** In the metric's unit; latencies in microseconds. */
  readonly limit: number;
}

/** A condition that came true, or of which nothing is known. */
export interface BenchFailure {
  readonly condition: BenchCondition;
  /** In the metric's unit; undefined: it was not measured, so that nobody can say that all is well. */
  readonly measured: number | undefined;
}

type Operator = keyof typeof OPERATORS;

const OPERATORS = {
  '>=': (a: number, b: number) => a >= b,
  '<=': (a: number, b: number) => a <= b,
  '!=': (a: number, b: number) => a !== b,
  '>': (a: number, b: number) => a > b,
  '<': (a: number, b: number) => a < b,
  '=': (a: number, b: number) => a === b,
} as const;

const MICROSECONDS: ReadonlyMap<string, number> = new Map([
  ['us', 1],
  ['µs', 1],
  ['μs', 1],
  ['ms', 1e3],
  ['s', 1e6],
  ['m', 60e6],
]);
const BYTES: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ['kb', 1e3],
  ['mb', 1e6],
  ['gb', 1e9],
  ['kib', 2 ** 10],
  ['mib', 2 ** 20],
  ['gib', 2 ** 30],
]);

const HINT = "write METRIC, one of > >= < <= = !=, and a value: 'p99>5ms', 'lost>0', 'rate<25000'";

/** A condition from `p99>5ms`, `lost>0`, `confirm.p95>=2ms`, `rate<25000`. Throws UsageError that names what is accepted. */
export function parseCondition(text: string): BenchCondition {
  const match = /^\s*([A-Za-z][\w.]*)\s*(>=|<=|!=|==|>|<|=)\s*(\S+)\s*$/.exec(text);
  if (match === null) throw new UsageError(`--fail-if: '${text}' is not a condition`, { hint: HINT });
  const [, name = '', sign = '', value = ''] = match;
  const metric = BENCH_METRICS.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (metric === undefined) throw unknownMetric(name);
  return { text: text.trim(), metric, operator: sign === '==' ? '=' : (sign as Operator), limit: parseLimit(value, metric, text) };
}

function unknownMetric(name: string): UsageError {
  const names = BENCH_METRICS.map((metric) => metric.name);
  const meant = closest(name, names);
  const short = names.filter((candidate) => !candidate.includes('.'));
  return new UsageError(`--fail-if: '${name}' is not measured${meant === undefined ? '' : `: did you mean ${meant}?`}`, {
    hint: `there are ${short.join(', ')}; rate.sent, rate.confirmed, rate.received, bytes.sent, bytes.received, cpu.busiest; endToEnd.p99, confirm.p99 and so on`,
  });
}

function parseLimit(value: string, { name, unit }: BenchMetric, text: string): number {
  const match = /^(\d+(?:\.\d+)?)(\D*)$/.exec(value.replaceAll(',', ''));
  const factor = match === null ? undefined : factorOf(unit, match[2] ?? '');
  const limit = Number(match?.[1]) * (factor ?? Number.NaN);
  if (Number.isFinite(limit)) return limit;
  const [what, hint] = LIMITS[unit];
  throw new UsageError(`--fail-if: '${text}': ${name} is ${what}, and '${value}' is not`, { hint: `write ${name}>${hint}` });
}

const LIMITS: Readonly<Record<MetricUnit, readonly [what: string, example: string]>> = {
  messages: ['a number of messages', '0'],
  'messages a second': ['messages a second', '25000'],
  'bytes a second': ['bytes a second', '1MB'],
  latency: ['a time with a unit', '5ms (also 500us, 1.5s)'],
  share: ['a share', '90%'],
};

function factorOf(unit: MetricUnit, suffix: string): number | undefined {
  switch (unit) {
    case 'latency':
      return MICROSECONDS.get(suffix);
    case 'bytes a second':
      return BYTES.get(suffix.toLowerCase().replace(/\/s$/, ''));
    case 'share':
      return suffix === '%' ? 0.01 : suffix === '' ? 1 : undefined;
    case 'messages a second':
      return suffix === '' || suffix === '/s' ? 1 : undefined;
    case 'messages':
      return suffix === '' ? 1 : undefined;
  }
}

/** The conditions that came true in a run. One about what was not measured has failed, too. */
export function failures(conditions: readonly BenchCondition[], report: BenchReport): readonly BenchFailure[] {
  return conditions
    .map((condition) => ({ condition, measured: condition.metric.read(report) }))
    .filter(({ condition: { operator, limit }, measured }) => measured === undefined || OPERATORS[operator](measured, limit));
}
