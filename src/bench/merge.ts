import { UsageError } from '../errors.ts';
import { figuresOf } from './figures.ts';
import { Histogram, type SavedHistogram } from './histogram.ts';
import { mergeIntervals } from './merge-intervals.ts';
import { differingParameters, parameterText } from './parameter-text.ts';
import type { BenchHistograms, BenchParameters, Latencies, SavedBench } from './report.ts';

/** A saved run and the file that it came from. */
export interface BenchFile {
  readonly file: string;
  readonly bench: SavedBench;
}

/** Several runs as one. */
export interface MergedBench {
  readonly bench: SavedBench;
  /** What the runs do not agree on, in words: the joined one says what the first does. */
  readonly remarks: readonly string[];
}

/** Parameters that are added: each run had its own connections, queues and threads. */
const ADDED = ['producers', 'consumers', 'queues', 'threads'] as const;
/** The worst stands for all. */
const ENDS = ['failed', 'interrupted', 'drain', 'time', 'count'] as const;

/**
 * Joins runs that went on at the same time on one broker. Counts, rates and histograms are added, intervals laid over each other by the
 * time at which they began. Throws UsageError for fewer than two, and for runs that are in it twice.
 */
export function mergeBenches(files: readonly BenchFile[]): MergedBench {
  const [first, ...rest] = files;
  if (first === undefined || rest.length === 0)
    throw new UsageError('there is nothing to join', { hint: 'give two saved benches or more' });
  const parts = partsOf(files);
  const benches = files.map(({ bench }) => bench);
  const histograms: BenchHistograms = { endToEnd: both(benches, 'endToEnd'), confirm: both(benches, 'confirm') };
  const latencies = (which: 'due' | 'sent'): Latencies => ({
    endToEnd: figuresOf(histograms.endToEnd[which]),
    confirm: figuresOf(histograms.confirm[which]),
  });
  const totals = addAll(benches.map((bench) => bench.totals));
  const handled = totals.sent + totals.received;
  const cpu = benches.reduce((sum, bench) => sum + bench.cpu.seconds, 0);
  const failures = benches.flatMap(({ failure }) => failure ?? []);
  const begun = benches.map(({ startedAt }) => Date.parse(startedAt));
  const bench: SavedBench = {
    ...first.bench,
    name: parts.join('+'),
    startedAt: new Date(Math.min(...begun)).toISOString(),
    parameters: { ...first.bench.parameters, ...addAll(benches.map(({ parameters }) => pick(parameters))) },
    addresses: [...new Set(benches.flatMap(({ addresses }) => addresses))],
    seconds: {
      sending: Math.max(...benches.map(({ seconds }) => seconds.sending)),
      receiving: Math.max(...benches.map(({ seconds }) => seconds.receiving)),
    },
    totals,
    rates: addAll(benches.map(({ rates }) => rates)),
    latency: latencies('due'),
    uncorrected: latencies('sent'),
    cpu: {
      seconds: cpu,
      perMessage: handled === 0 ? 0 : (cpu * 1e6) / handled,
      busiest: Math.max(...benches.map((one) => one.cpu.busiest)),
    },
    generatorBound: benches.some(({ generatorBound }) => generatorBound),
    ended: ENDS.find((end) => benches.some(({ ended }) => ended === end)) ?? 'time',
    ...(failures.length === 0 ? {} : { failure: [...new Set(failures)].join('; ') }),
    parts,
    intervals: mergeIntervals(benches),
    histograms,
  };
  return { bench, remarks: [...differences(files), ...timing(files)] };
}

function partsOf(files: readonly BenchFile[]): readonly string[] {
  const seen = new Map<string, string>();
  for (const { file, bench } of files) {
    for (const part of bench.parts ?? [bench.name]) {
      const before = seen.get(part);
      if (before !== undefined) {
        const where = before === file ? file : `${before} and ${file}`;
        throw new UsageError(`the run ${part} is in ${where}: it would count twice`, { hint: 'give each run once' });
      }
      seen.set(part, file);
    }
  }
  return [...seen.keys()];
}

function pick({ producers, consumers, queues, threads }: BenchParameters): Pick<BenchParameters, (typeof ADDED)[number]> {
  return { producers, consumers, queues, threads };
}

/** Of tables with the same numbers in them, the sums. */
function addAll<T extends object>(tables: readonly T[]): T {
  const sum = { ...tables[0] } as Record<string, number>;
  for (const table of tables.slice(1)) for (const [name, value] of Object.entries(table)) sum[name] = (sum[name] ?? 0) + value;
  return sum as T;
}

function both(
  benches: readonly SavedBench[],
  kind: keyof BenchHistograms,
): { readonly due: SavedHistogram; readonly sent: SavedHistogram } {
  return {
    due: together(benches.map(({ histograms }) => histograms[kind].due)),
    sent: together(benches.map(({ histograms }) => histograms[kind].sent)),
  };
}

function together(histograms: readonly SavedHistogram[]): SavedHistogram {
  const all = new Histogram();
  for (const histogram of histograms) all.add(histogram);
  return all.save();
}

function differences(files: readonly BenchFile[]): string[] {
  const [first, ...rest] = files;
  if (first === undefined) return [];
  const added: readonly string[] = ADDED;
  const remarks = differingParameters(files.map(({ bench }) => bench.parameters))
    .filter((name) => !added.includes(name))
    .map((name) => `${name} differs: ${files.map(({ file, bench }) => `${parameterText(bench.parameters, name)} in ${file}`).join(', ')}`);
  const broker = ({ bench: { broker } }: BenchFile) => `${broker.product} ${broker.version}`;
  for (const file of rest) {
    if (broker(file) !== broker(first))
      remarks.push(`the brokers differ: ${broker(first)} in ${first.file}, ${broker(file)} in ${file.file}`);
  }
  return remarks;
}

/** Seconds by which clocks of machines that are set by the network may differ. */
const APART = 2;

function timing(files: readonly BenchFile[]): string[] {
  const [first, ...rest] = files;
  if (first === undefined) return [];
  return rest.flatMap(({ file, bench }) => {
    const apart = Math.abs(Date.parse(bench.startedAt) - Date.parse(first.bench.startedAt)) / 1e3;
    if (apart <= APART) return [];
    return [`${file} began ${Math.round(apart)} s before or after ${first.file}: the rates are added, but were not all there at one time`];
  });
}
