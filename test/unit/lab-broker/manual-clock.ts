import type { BrokerClock } from '../../../src/lab-broker/clock.ts';

/** A clock that stands still until it is turned. */
export interface ManualClock extends BrokerClock {
  /** Lets so many milliseconds pass, and runs the timers that are due on the way, in their order. */
  pass(ms: number): void;
  /** Runs what was put off to a later turn, and what that puts off, until nothing is left. */
  settle(): void;
  /** How many timers wait. */
  readonly waiting: number;
}

export function createManualClock(start = 1_700_000_000_000): ManualClock {
  let now = start;
  const timers = new Set<{ readonly due: number; readonly run: () => void }>();
  const later: (() => void)[] = [];
  return {
    now: () => now,
    setTimer(ms, run) {
      const timer = { due: now + Math.max(ms, 0), run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    later: (run) => void later.push(run),
    pass(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = [...timers].sort((a, b) => a.due - b.due);
        if (next === undefined || next.due > end) break;
        timers.delete(next);
        now = Math.max(now, next.due);
        next.run();
      }
      now = end;
    },
    settle() {
      for (let run = later.shift(); run !== undefined; run = later.shift()) run();
    },
    get waiting() {
      return timers.size;
    },
  };
}
