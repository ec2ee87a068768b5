import type { ServerInfo } from '../client/broker.ts';
import { figuresOf } from './figures.ts';
import type { BenchMachine, BenchParameters, Latencies, SavedBench } from './report.ts';
import type { BenchOutcome } from './run.ts';

/** What a report says beside what was measured. */
export interface ReportContext {
  readonly name: string;
  readonly startedAt: string;
  readonly parameters: BenchParameters;
  readonly server: ServerInfo;
  readonly addresses: readonly string[];
  readonly machine: BenchMachine;
}

/** A loop that is busy for this share of the time leaves the broker waiting. */
const BUSY = 0.95;
/** Nanoseconds by which half of all messages are sent late before a producer counts as behind its pace. */
const LATE = 10e6;

/** The report of a run, with its histograms. */
export function reportOf({ measured, losses, left, leftToRead }: BenchOutcome, context: ReportContext): SavedBench {
  const { gauge, sending, receiving, cpu, ended, failure } = measured;
  const { foreign, ...counts } = gauge.measured;
  const { endToEnd, confirm } = gauge.histograms;
  const latencies = (which: 'due' | 'sent'): Latencies => ({ endToEnd: figuresOf(endToEnd[which]), confirm: figuresOf(confirm[which]) });
  const [latency, uncorrected] = [latencies('due'), latencies('sent')];
  const { server, ...said } = context;
  const { product, version, lab } = server;
  const handled = counts.sent + counts.received;
  const late = Math.max(latency.endToEnd.p50 - uncorrected.endToEnd.p50, latency.confirm.p50 - uncorrected.confirm.p50) * 1_000;
  // what came after the warm-up, whenever it was due: what a queue still held from the warm-up was work, too
  const taken = (which: 'received' | 'receivedBytes') =>
    gauge.intervals.reduce((sum, { phase, counts: all }) => (phase === 'warm-up' ? sum : sum + all[which]), 0);
  const isPaced = context.parameters.rates.length > 0;
  return {
    ...said,
    broker: { product, version, lab },
    seconds: { sending, receiving },
    totals: {
      ...counts,
      lost: Math.max(losses.missing - leftToRead, 0),
      duplicates: losses.duplicates,
      reordered: losses.reordered,
      left,
      foreign,
    },
    rates: {
      sent: per(counts.sent, sending),
      confirmed: per(counts.confirmed, sending),
      received: per(taken('received'), receiving),
      sentBytes: per(counts.sentBytes, sending),
      receivedBytes: per(taken('receivedBytes'), receiving),
    },
    latency,
    uncorrected,
    cpu: { seconds: cpu / 1e6, perMessage: handled === 0 ? 0 : cpu / handled, busiest: gauge.busiest },
    generatorBound: gauge.busiest >= BUSY && (!isPaced || late > LATE),
    ended,
    ...(failure === undefined ? {} : { failure: failure.message }),
    intervals: gauge.intervals,
    histograms: { endToEnd, confirm },
  };
}

function per(count: number, seconds: number): number {
  return seconds > 0 ? count / seconds : 0;
}
