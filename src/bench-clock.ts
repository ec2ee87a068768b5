import { performance } from 'node:perf_hooks';
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import type { BenchClock } from './bench/producer.ts';

/** Milliseconds for which a thread sleeps at a time where a timer would be too coarse: its connections wait no longer than that. */
const NAP = 0.2;

const cell = new Int32Array(new SharedArrayBuffer(4));
// of this thread: whether this turn of the loop has slept already, however many wait in it; and for how long all turns slept
const sleep = { isDone: false, total: 0 };

/**
 * What this thread's `performance.now` is behind the machine's monotonic clock, in nanoseconds: it is that clock, from the thread's own beginning.
 * To ask it makes no garbage, which `process.hrtime` does, and a message takes several looks. Of some tries, the one that took the least.
 */
const behind = ((): number => {
  let [best, shortest] = [0, Number.POSITIVE_INFINITY];
  for (let tries = 0; tries < 100; tries++) {
    const before = performance.now();
    const [seconds, nanoseconds] = process.hrtime();
    const after = performance.now();
    if (after - before >= shortest) continue;
    shortest = after - before;
    best = seconds * 1e9 + nanoseconds - ((before + after) / 2) * 1e6;
  }
  return best;
})();

function now(): number {
  return behind + performance.now() * 1e6;
}

function nap(ms: number): void {
  if (sleep.isDone) return;
  sleep.isDone = true;
  setImmediate(() => {
    sleep.isDone = false;
  });
  const from = now();
  Atomics.wait(cell, 0, 0, Math.min(ms, NAP));
  sleep.total += now() - from;
}

/** The machine's monotonic clock: all processes on it share it, and nobody sets it. */
export const benchClock: BenchClock = {
  now,
  loop() {
    const { active, idle } = performance.eventLoopUtilization();
    return { active: active * 1e6 - sleep.total, idle: idle * 1e6 + sleep.total };
  },
  async pause(ms, signal) {
    if (ms > 0 && ms < 1) nap(ms);
    await (ms < 1 ? turn(undefined, { signal }) : delay(ms, undefined, { signal })).catch(() => undefined);
  },
};
