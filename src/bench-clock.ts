import { performance } from 'node:perf_hooks';
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import type { BenchClock } from './bench/producer.ts';

/** Milliseconds for which a thread sleeps at a time where a timer would be too coarse: its connections wait no longer than that. */
const NAP = 0.2;

const cell = new Int32Array(new SharedArrayBuffer(4));
// of this thread: whether this turn of the loop has slept already, however many wait in it; and for how long all turns slept
const sleep = { isDone: false, total: 0 };

function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e9 + nanoseconds;
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
