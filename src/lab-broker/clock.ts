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

/** The machine's clock. Its timers do not keep a process alive. */
export const machineClock: BrokerClock = {
  now: () => Date.now(),
  setTimer(ms, run) {
    const timer = setTimeout(run, Math.min(Math.max(ms, 0), LONGEST)).unref();
    return () => clearTimeout(timer);
  },
  later: (run) => void setImmediate(run),
};
