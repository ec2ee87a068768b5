import { figuresOf } from './figures.ts';
import type { BenchHost } from './host.ts';
import { addCounts, type Counts, Latency, noCounts } from './meter.ts';
import type { BenchHistograms, BenchInterval } from './report.ts';

/** Reads the meters of all hosts, again and again, and keeps what they said. */
export interface Gauge {
  /** Of all messages, warm-up included. */
  readonly all: Readonly<Counts>;
  /** Of those that were sent after it. */
  readonly measured: Readonly<Counts>;
  readonly histograms: BenchHistograms;
  /** When the last measured message came; 0: none did. */
  readonly lastReceivedAt: number;
  readonly intervals: readonly BenchInterval[];
  /** The share of the measured time, until the last message was sent, in which the busiest host's loop was busy: 0 to 1. */
  readonly busiest: number;
  /** Takes down what the hosts did since the last time. */
  collect(): Promise<void>;
  /** Takes it down, and ends an interval. `blocked` says why the broker takes no messages. */
  close(phase: BenchInterval['phase'], blocked: string | undefined): Promise<BenchInterval>;
}

/** A gauge of a run that began at `startedAt`. */
export async function createGauge(hosts: readonly BenchHost[], now: () => number, startedAt: number): Promise<Gauge> {
  const [all, measured] = [noCounts(), noCounts()];
  const [endToEnd, confirm] = [new Latency(), new Latency()];
  const intervals: BenchInterval[] = [];
  let lastAt = startedAt;
  let lastReceivedAt = 0;
  const loops = hosts.map(() => ({ active: 0, idle: 0 }));
  let current = (await Promise.all(hosts.map((host) => host.take()))).map(({ loop }) => loop);
  let before = current;
  // of the interval that is not over yet
  let counts = noCounts();
  const within = { endToEnd: new Latency(), confirm: new Latency() };

  const collect = async () => {
    const taken = await Promise.all(hosts.map((host) => host.take()));
    current = taken.map(({ loop }) => loop);
    for (const { tally } of taken) {
      for (const part of [tally.warmUp, tally.measured]) {
        addCounts(counts, part);
        addCounts(all, part);
      }
      addCounts(measured, tally.measured);
      for (const latency of [endToEnd, within.endToEnd]) latency.add(tally.endToEnd);
      for (const latency of [confirm, within.confirm]) latency.add(tally.confirm);
      lastReceivedAt = Math.max(lastReceivedAt, tally.lastReceivedAt);
    }
  };

  return {
    all,
    measured,
    intervals,
    get histograms() {
      return { endToEnd: endToEnd.save(), confirm: confirm.save() };
    },
    get busiest() {
      return Math.max(0, ...loops.map(({ active, idle }) => active / Math.max(active + idle, 1)));
    },
    get lastReceivedAt() {
      return lastReceivedAt;
    },
    collect,
    async close(phase, blocked) {
      await collect();
      const at = now();
      before = current.map(({ active, idle }, i) => {
        const [sum, last] = [loops[i], before[i]];
        if (phase === 'measured' && sum !== undefined && last !== undefined) {
          sum.active += active - last.active;
          sum.idle += idle - last.idle;
        }
        return { active, idle };
      });
      const { foreign: _, ...shown } = counts;
      const interval: BenchInterval = {
        phase,
        at: (at - startedAt) / 1e9,
        seconds: (at - lastAt) / 1e9,
        counts: shown,
        latency: { endToEnd: figuresOf(within.endToEnd.save().due), confirm: figuresOf(within.confirm.save().due) },
        ...(blocked === undefined ? {} : { blocked }),
      };
      counts = noCounts();
      within.endToEnd.clear();
      within.confirm.clear();
      lastAt = at;
      intervals.push(interval);
      return interval;
    },
  };
}
