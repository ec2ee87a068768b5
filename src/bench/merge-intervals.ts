import type { BenchCounts, BenchInterval, Latencies, LatencyFigures, SavedBench } from './report.ts';
import { spreadOf } from './spread.ts';

/** What happened in the same second of several runs. */
interface Slot {
  readonly from: number;
  readonly intervals: BenchInterval[];
}

/**
 * The intervals of runs that went on together, laid over each other by the clocks of their machines: each goes as a whole where its middle
 * is. Counts are added. How their latencies were spread is not known any more, so each figure is the highest of the runs, above which the
 * figure of all together cannot be (the mean is exact).
 */
export function mergeIntervals(benches: readonly Pick<SavedBench, 'startedAt' | 'intervals'>[]): readonly BenchInterval[] {
  const begun = Math.min(...benches.map(({ startedAt }) => Date.parse(startedAt)));
  const length = spreadOf(
    benches.flatMap(({ intervals }) => intervals.map(({ seconds }) => seconds)).filter((seconds) => seconds > 0.01),
  )?.median;
  if (length === undefined) return [];
  const slots = new Map<number, Slot>();
  for (const { startedAt, intervals } of benches) {
    const offset = (Date.parse(startedAt) - begun) / 1e3;
    for (const interval of intervals) {
      const slot = Math.floor((offset + interval.at - interval.seconds / 2) / length);
      const there = slots.get(slot);
      if (there === undefined) slots.set(slot, { from: slot * length, intervals: [interval] });
      else there.intervals.push(interval);
    }
  }
  return [...slots]
    .sort(([a], [b]) => a - b)
    .map(([, { from, intervals }]) => ({
      phase: phaseOf(intervals),
      at: from + length,
      seconds: length,
      counts: addCounts(intervals.map(({ counts }) => counts)),
      latency: worstOf(intervals.map(({ latency }) => latency)),
      ...blockedOf(intervals),
    }));
}

function phaseOf(intervals: readonly BenchInterval[]): BenchInterval['phase'] {
  const phases = intervals.map(({ phase }) => phase);
  return (['measured', 'warm-up'] as const).find((phase) => phases.includes(phase)) ?? 'drain';
}

function blockedOf(intervals: readonly BenchInterval[]): Pick<BenchInterval, 'blocked'> {
  const reasons = [...new Set(intervals.flatMap(({ blocked }) => blocked ?? []))];
  return reasons.length === 0 ? {} : { blocked: reasons.join(', ') };
}

function addCounts(all: readonly BenchCounts[]): BenchCounts {
  const sum = (name: keyof BenchCounts) => all.reduce((total, counts) => total + counts[name], 0);
  return {
    ...{ sent: sum('sent'), sentBytes: sum('sentBytes'), confirmed: sum('confirmed'), returned: sum('returned'), nacked: sum('nacked') },
    ...{ unanswered: sum('unanswered'), received: sum('received'), receivedBytes: sum('receivedBytes'), acked: sum('acked') },
    redelivered: sum('redelivered'),
  };
}

function worstOf(all: readonly Latencies[]): Latencies {
  return { endToEnd: worst(all.map(({ endToEnd }) => endToEnd)), confirm: worst(all.map(({ confirm }) => confirm)) };
}

function worst(all: readonly LatencyFigures[]): LatencyFigures {
  const known = all.filter(({ count }) => count > 0);
  const most = (name: keyof LatencyFigures) => Math.max(0, ...known.map((figures) => figures[name]));
  const count = known.reduce((sum, figures) => sum + figures.count, 0);
  const sum = known.reduce((total, figures) => total + figures.mean * figures.count, 0);
  return {
    ...{ count, min: count === 0 ? 0 : Math.min(...known.map(({ min }) => min)), mean: count === 0 ? 0 : sum / count },
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
