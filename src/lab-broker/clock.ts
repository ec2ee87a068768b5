import { Fifo } from './entities/fifo.ts';

/** What the core knows of time. Injected, so that tests can turn it by hand. */
export interface BrokerClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `run` once, after `ms` milliseconds or a little later; answers what takes that back. */
  setTimer(ms: number, run: () => void): () => void;
  /** Calls `run` in a later turn of the event loop, after what is waiting there. */
  later(run: () => void): void;
}

/** The longest time that Node's own timers take, in milliseconds. Who needs more looks again when this has passed. */
const LONGEST = 2 ** 31 - 1;

/** Milliseconds of a turn of the event loop that may go to what was put off, and to timers. */
const TURN = 8;

/**
 * The machine's clock. Its timers do not keep a process alive. What it runs stands in one line, of which each turn of the event loop
 * takes a part: 10,000 queues that all have something to go on with, or to expire, keep nobody waiting either.
 * `failed` is told what is thrown there, which is a mistake of the broker and must not end the process that it runs in.
 */
export function createMachineClock(failed: (error: unknown) => void): BrokerClock {
  const line = new Fifo<() => void>();
  let waits = false;
  const wait = () => {
    if (waits || line.size === 0) return;
    waits = true;
    setImmediate(turn);
  };
  const turn = () => {
    waits = false;
    const until = performance.now() + TURN;
    try {
      for (let run = line.shift(); run !== undefined; run = performance.now() < until ? line.shift() : undefined) run();
    } catch (error) {
      failed(error);
    } finally {
      wait();
    }
  };
  const later = (run: () => void) => {
    line.push(run);
    wait();
  };
  return {
    now: () => Date.now(),
    setTimer(ms, run) {
      let cancelled = false;
      const due = () => later(() => cancelled || run());
      const timer = setTimeout(due, Math.min(Math.max(ms, 0), LONGEST)).unref();
      return () => {
        cancelled = true;
        clearTimeout(timer);
      };
    },
    later,
  };
}
