import type { BenchCounts, BenchInterval, Latencies, LatencyFigures, SavedBench } from './report.ts';
import { spreadOf } from './spread.ts';

/** What a run did in a part of the time that all are laid out on, in seconds from when the first began. */
interface Part extends Pick<BenchInterval, 'phase' | 'counts' | 'latency' | 'blocked'> {
  readonly from: number;
  readonly to: number;
}

const COUNTS = [
  ...(['sent', 'sentBytes', 'confirmed', 'returned', 'nacked', 'unanswered'] as const),
  ...(['received', 'receivedBytes', 'acked', 'redelivered'] as const),
] as const;

/**
 * The intervals of runs that went on together, laid over each other by the clocks of their machines. Counts are added; of an interval that
 * reaches into several, each has its share by time. How latencies were spread is not known any more, so each figure is the highest of the
 * runs, above which that of all together cannot be (the mean is exact for intervals that lie in one).
 */
export function mergeIntervals(benches: readonly Pick<SavedBench, 'startedAt' | 'intervals'>[]): readonly BenchInterval[] {
  const begun = Math.min(...benches.map(({ startedAt }) => Date.parse(startedAt)));
  const lengths = benches.flatMap(({ intervals }) => intervals.map(({ seconds }) => seconds));
  // no interval is cut in more parts than a thousand, whatever a file says
  const length = Math.max(spreadOf(lengths)?.median ?? 1, 0.1, Math.max(0, ...lengths) / 1_000);
  const slots = new Map<number, Part[]>();
  for (const { startedAt, intervals } of benches) {
    const offset = (Date.parse(startedAt) - begun) / 1e3;
    for (const interval of intervals) {
      for (const [slot, part] of cut(interval, offset, length)) slots.set(slot, [...(slots.get(slot) ?? []), part]);
    }
  }
  return [...slots].sort(([a], [b]) => a - b).map(([, parts]) => together(parts));
}

/** An interval as parts of the slots into which it reaches. */
function* cut({ at, seconds, phase, counts, latency, blocked }: BenchInterval, offset: number, length: number): Iterable<[number, Part]> {
  const [from, to] = [Math.max(offset + at - seconds, 0), offset + at];
  // what ends with a slot does not reach into the next one for want of digits
  const [first, last] = [Math.floor(from / length + 1e-6), Math.max(Math.ceil(to / length - 1e-6) - 1, Math.floor(from / length + 1e-6))];
  const share = (time: number) => (to > from ? Math.min(Math.max((time - from) / (to - from), 0), 1) : 1);
  for (let slot = first; slot <= last; slot++) {
    const [start, end] = [slot === first ? from : slot * length, slot === last ? to : (slot + 1) * length];
    const [before, after] = [slot === first ? 0 : share(start), slot === last ? 1 : share(end)];
    // rounded from the beginning on, so that nothing is lost or counted twice
    const part = (count: number) => Math.round(count * after) - Math.round(count * before);
    const scaled = (figures: LatencyFigures) => ({ ...figures, count: part(figures.count) });
    yield [
      slot,
      {
        ...{ from: start, to: end, phase },
        counts: Object.fromEntries(COUNTS.map((name) => [name, part(counts[name])])) as unknown as BenchCounts,
        latency: { endToEnd: scaled(latency.endToEnd), confirm: scaled(latency.confirm) },
        ...(blocked === undefined ? {} : { blocked }),
      },
    ];
  }
}

function together(parts: readonly Part[]): BenchInterval {
  const [from, to] = [Math.min(...parts.map((part) => part.from)), Math.max(...parts.map((part) => part.to))];
  const reasons = [...new Set(parts.flatMap(({ blocked }) => blocked ?? []))];
  return {
    phase: phaseOf(parts),
    at: to,
    seconds: to - from,
    counts: Object.fromEntries(COUNTS.map((name) => [name, sum(parts.map(({ counts }) => counts[name]))])) as unknown as BenchCounts,
    latency: worstOf(parts.map(({ latency }) => latency)),
    ...(reasons.length === 0 ? {} : { blocked: reasons.join(', ') }),
  };
}

/** That of the longest part: of equal ones, being measured counts more. */
function phaseOf(parts: readonly Part[]): BenchInterval['phase'] {
  const longest = Math.max(...parts.map(({ from, to }) => to - from));
  const phases = parts.filter(({ from, to }) => to - from >= longest - 1e-3).map(({ phase }) => phase);
  return (['measured', 'warm-up'] as const).find((phase) => phases.includes(phase)) ?? 'drain';
}

function worstOf(all: readonly Latencies[]): Latencies {
  return { endToEnd: worst(all.map(({ endToEnd }) => endToEnd)), confirm: worst(all.map(({ confirm }) => confirm)) };
}

function worst(all: readonly LatencyFigures[]): LatencyFigures {
  const known = all.filter(({ count }) => count > 0);
  const most = (name: keyof LatencyFigures) => Math.max(0, ...known.map((figures) => figures[name]));
  const count = sum(known.map((figures) => figures.count));
  const mean = count === 0 ? 0 : sum(known.map((figures) => figures.mean * figures.count)) / count;
  return {
    ...{ count, mean, min: count === 0 ? 0 : Math.min(...known.map(({ min }) => min)) },
    ...{
      p50: most('p50'),
      p75: most('p75'),
      p95: most('p95'),
      p99: most('p99'),
      p999: most('p999'),
      p9999: most('p9999'),
      max: most('max'),
    },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
