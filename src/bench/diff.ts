import { differingParameters } from './parameter-text.ts';
import type { BenchParameters, BenchReport } from './report.ts';
import { type Spread, spreadOf } from './spread.ts';

/** A figure of both runs. */
export interface DiffRow {
  readonly name: string;
  readonly unit: 'messages a second' | 'bytes a second' | 'latency' | 'messages';
  /** Undefined: not measured. */
  readonly a: number | undefined;
  readonly b: number | undefined;
  /** B to A; undefined where one of them was not measured, or A is 0. */
  readonly ratio: number | undefined;
  /** The same figure of each measured interval: how much it went up and down within each run; `intervals`: of the run that has fewer. */
  readonly within?: { readonly a: Spread; readonly b: Spread; readonly intervals: number };
}

/** Two runs beside each other. */
export interface BenchDiff {
  readonly parameters: readonly (keyof BenchParameters)[];
  /** What else is not the same: `broker`, `machine`, `addresses`. */
  readonly surroundings: readonly ('broker' | 'machine' | 'addresses')[];
  readonly rows: readonly DiffRow[];
  /** In words, a sentence each. */
  readonly sentences: readonly string[];
}

const FIGURES = ['min', 'mean', 'p50', 'p75', 'p95', 'p99', 'p999', 'p9999', 'max'] as const;
/** Shorter intervals than this part of a second are the rest of a run, and their rates mean little. */
const WHOLE = 0.5;

/** What the second run has other than the first. */
export function diffBenches(a: BenchReport, b: BenchReport): BenchDiff {
  const rows = rowsOf(a, b);
  return {
    parameters: differingParameters([a.parameters, b.parameters]),
    surroundings: (['broker', 'machine', 'addresses'] as const).filter((name) => !isSame(a[name], b[name])),
    rows,
    sentences: [...rows.flatMap(sentenceOf), ...cautions(a, b)],
  };
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function rowsOf(a: BenchReport, b: BenchReport): readonly DiffRow[] {
  const isRead = ({ parameters }: BenchReport) => parameters.consumers > 0;
  const rate = (name: 'sent' | 'confirmed' | 'received', known: (report: BenchReport) => boolean) =>
    rowOf(
      name,
      'messages a second',
      a,
      b,
      (report) => (known(report) ? report.rates[name] : undefined),
      (interval) => (interval.seconds < WHOLE ? undefined : interval.counts[name] / interval.seconds),
    );
  const latency = (kind: 'endToEnd' | 'confirm') =>
    FIGURES.map((figure) =>
      rowOf(
        `${kind === 'endToEnd' ? 'end to end' : 'confirm'} ${figure}`,
        'latency',
        a,
        b,
        (report) => known(report.latency[kind], figure),
        (interval) => (interval.seconds < WHOLE ? undefined : known(interval.latency[kind], figure)),
      ),
    );
  const count = (name: 'lost' | 'duplicates' | 'reordered' | 'left') =>
    rowOf(name, 'messages', a, b, (report) => (isRead(report) ? report.totals[name] : undefined));
  const all = [
    rate('sent', () => true),
    rate('confirmed', ({ parameters }) => parameters.confirm > 0),
    rate('received', isRead),
    ...latency('endToEnd'),
    ...latency('confirm'),
    ...(['lost', 'duplicates', 'reordered', 'left'] as const).map(count).filter((row) => (row.a ?? 0) + (row.b ?? 0) > 0),
  ];
  return all.filter((row) => row.a !== undefined || row.b !== undefined);
}

function known(figures: BenchReport['latency']['endToEnd'], figure: (typeof FIGURES)[number]): number | undefined {
  return figures.count > 0 ? figures[figure] : undefined;
}

function rowOf(
  name: string,
  unit: DiffRow['unit'],
  a: BenchReport,
  b: BenchReport,
  read: (report: BenchReport) => number | undefined,
  readInterval?: (interval: BenchReport['intervals'][number]) => number | undefined,
): DiffRow {
  const [first, second] = [read(a), read(b)];
  const within = ({ intervals }: BenchReport) =>
    intervals
      .filter(({ phase }) => phase === 'measured')
      .map((interval) => readInterval?.(interval))
      .filter((value) => value !== undefined);
  const [inA, inB] = first === undefined || second === undefined ? [[], []] : [within(a), within(b)];
  const [spreadA, spreadB] = [spreadOf(inA), spreadOf(inB)];
  return {
    ...{ name, unit, a: first, b: second },
    ratio: first === undefined || second === undefined || first === 0 ? undefined : second / first,
    ...(spreadA === undefined || spreadB === undefined
      ? {}
      : { within: { a: spreadA, b: spreadB, intervals: Math.min(inA.length, inB.length) } }),
  };
}

/** With fewer intervals of a run than this, that all of it lie on one side means nothing. */
const ENOUGH = 5;

/** Of these there is a sentence. */
const TOLD: Readonly<Record<string, readonly [more: string, less: string]>> = {
  sent: ['sent more a second', 'sent less a second'],
  received: ['received more a second', 'received less a second'],
  'end to end p50': ['took longer from end to end for half of the messages', 'was quicker from end to end for half of the messages'],
  'end to end p99': ['took longer from end to end for 99 % of the messages', 'was quicker from end to end for 99 % of the messages'],
};

function sentenceOf({ name, ratio, within }: DiffRow): string[] {
  const words = TOLD[name];
  if (words === undefined || ratio === undefined || within === undefined) return [];
  const { a, b, intervals } = within;
  if (intervals < ENOUGH)
    return [`${name}: B to A is ${times(ratio)}, and ${ENOUGH} seconds of each run are the least that could show a difference.`];
  if (a.max >= b.min && b.max >= a.min)
    return [`${name}: B to A is ${times(ratio)}, and the seconds of the two runs overlap: no difference is shown.`];
  return [
    `B ${ratio > 1 ? words[0] : words[1]}, ${times(ratio)} of A, and every second of B was ${ratio > 1 ? 'above' : 'below'} every second of A.`,
  ];
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)} times`;
}

function cautions(a: BenchReport, b: BenchReport): string[] {
  const bound = [a.generatorBound ? 'A' : '', b.generatorBound ? 'B' : ''].filter((name) => name !== '');
  const cut = [a, b].flatMap(({ ended }, i) => (ended === 'failed' || ended === 'interrupted' ? [`${i === 0 ? 'A' : 'B'} ${ended}`] : []));
  return [
    ...(bound.length === 0 ? [] : [`The load generator was the limit of ${bound.join(' and ')}: the rates are not those of the broker.`]),
    ...(cut.length === 0 ? [] : [`Not measured to the end: ${cut.join(', ')}.`]),
    'This is one run of each, at two times: what else the machine did may be the difference. rmq-lab bench compare runs both in turn, several times.',
  ];
}
