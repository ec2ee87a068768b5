import type { SavedHistogram } from './histogram.ts';
import type { BenchShape } from './plan.ts';

/** Figures of a latency, in microseconds; all are 0 when nothing was measured. */
export interface LatencyFigures {
  /** How many were measured. */
  readonly count: number;
  readonly min: number;
  readonly mean: number;
  readonly p50: number;
  readonly p75: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly p9999: number;
  readonly max: number;
}

/** From when a message was due to be sent to when it came (`endToEnd`), and to when the broker confirmed it (`confirm`). */
export interface Latencies {
  readonly endToEnd: LatencyFigures;
  /** Of nothing without confirms. */
  readonly confirm: LatencyFigures;
}

/** What was counted, messages or bytes. */
export interface BenchCounts {
  readonly sent: number;
  readonly sentBytes: number;
  readonly confirmed: number;
  readonly returned: number;
  readonly nacked: number;
  /** Sent, and not answered before the connection went. */
  readonly unanswered: number;
  readonly received: number;
  readonly receivedBytes: number;
  readonly acked: number;
  readonly redelivered: number;
}

/** One interval of a run: what was counted in it, and the latencies of what ended in it. */
export interface BenchInterval {
  readonly phase: 'warm-up' | 'measured' | 'drain';
  /** Seconds from the first message to the interval's end. */
  readonly at: number;
  /** Its length. */
  readonly seconds: number;
  readonly counts: BenchCounts;
  readonly latency: Latencies;
  /** Why the broker took no messages at its end. */
  readonly blocked?: string;
}

/** How a run was asked for: its shape, and how long. */
export interface BenchParameters extends BenchShape {
  /** Seconds that are measured at most; undefined: until all `count` are sent. */
  readonly duration: number | undefined;
  /** Seconds before them. */
  readonly warmup: number;
  /** Seconds that the consumers may go on after the last message was sent. */
  readonly drain: number;
  /** Threads on which the load is made. */
  readonly threads: number;
}

/** Counts of the measured messages, which are those sent after the warm-up, whenever they came. */
export interface BenchTotals extends BenchCounts {
  /** Copies that should have come and did not: neither refused by the broker nor left in a queue. Warm-up included, as the next two. */
  readonly lost: number;
  /** Copies that came once more than they should. */
  readonly duplicates: number;
  /** Copies that came to a consumer after a later one of the same producer. */
  readonly reordered: number;
  /** Messages in the queues when the consumers stopped. */
  readonly left: number;
  /** Deliveries that bear no stamp of this run. */
  readonly foreign: number;
}

/** What the load generator itself used while it measured. */
export interface GeneratorCpu {
  /** Seconds of CPU time, of all its threads. */
  readonly seconds: number;
  /** Microseconds for each message sent or received. */
  readonly perMessage: number;
  /** The share of the time, 0 to 1, in which the busiest thread's loop was busy. */
  readonly busiest: number;
}

/** The machine on which the load was made. */
export interface BenchMachine {
  readonly platform: string;
  readonly cpu: string;
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  readonly node: string;
}

/** What a run was and what it measured. This, with `histograms`, is what `--save` writes. */
export interface BenchReport {
  /** Stands in the names of the run's queues and exchange. */
  readonly name: string;
  /** When it began: ISO 8601. */
  readonly startedAt: string;
  readonly parameters: BenchParameters;
  readonly broker: { readonly product: string; readonly version: string; readonly lab: boolean };
  /** Redacted addresses over which the connections were spread. */
  readonly addresses: readonly string[];
  readonly machine: BenchMachine;
  /** Seconds that were measured: until the last message was sent; and until the last one came. */
  readonly seconds: { readonly sending: number; readonly receiving: number };
  readonly totals: BenchTotals;
  /** A second, while sending; `received` while receiving, of all that came then, be it from the warm-up. */
  readonly rates: {
    readonly sent: number;
    readonly confirmed: number;
    readonly received: number;
    readonly sentBytes: number;
    readonly receivedBytes: number;
  };
  readonly latency: Latencies;
  /** The same counted from when a message was really sent: with a rate, it hides what a broker that stalls does to those that wait. */
  readonly uncorrected: Latencies;
  readonly cpu: GeneratorCpu;
  /** True when the load generator, not the broker, was what held the rate down. */
  readonly generatorBound: boolean;
  /** How it ended: `time`, `count`, `interrupted`, `failed`; `drain`: consumers were not done when their time was. */
  readonly ended: 'time' | 'count' | 'interrupted' | 'failed' | 'drain';
  /** What the broker did to end it. */
  readonly failure?: string;
  /** The names of the runs that were joined to it. */
  readonly parts?: readonly string[];
  readonly intervals: readonly BenchInterval[];
}

/** Latencies in full, in nanoseconds, from when due, and from when really sent. */
export interface BenchHistograms {
  readonly endToEnd: { readonly due: SavedHistogram; readonly sent: SavedHistogram };
  readonly confirm: { readonly due: SavedHistogram; readonly sent: SavedHistogram };
}

/** A report with its histograms, as a file holds it. */
export interface SavedBench extends BenchReport {
  readonly histograms: BenchHistograms;
}
