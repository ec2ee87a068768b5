import { performance } from 'node:perf_hooks';
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import type { BenchClock } from './bench/producer.ts';

/** The machine's monotonic clock: all processes on it share it, and nobody sets it. */
export const benchClock: BenchClock = {
  now() {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1e9 + nanoseconds;
  },
  loop() {
    const { active, idle } = performance.eventLoopUtilization();
    return { active: active * 1e6, idle: idle * 1e6 };
  },
  pause: (ms, signal) =>
    (ms < 1 ? turn(undefined, { signal }) : delay(ms, undefined, { signal })).then(
      () => undefined,
      () => undefined,
    ),
};
