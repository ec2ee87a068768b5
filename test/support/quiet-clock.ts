import type { Clock } from '../../src/client/clock.ts';

/**
 * A clock on which time passes only when nothing else goes on: whoever sleeps is woken, in order of time, in the turns of the
 * event loop in which `isBusy` is false. So a time-out comes when, and only when, all that it waits for is at a standstill.
 */
export function createQuietClock(isBusy: () => boolean): Clock {
  let now = 1_000_000;
  const sleepers = new Set<{ at: number; wake: () => void }>();
  let ticking = false;
  const tick = () => {
    if (!isBusy()) {
      const [next] = [...sleepers].sort((a, b) => a.at - b.at);
      if (next !== undefined) {
        now = Math.max(now, next.at);
        next.wake();
      }
    }
    ticking = sleepers.size > 0;
    if (ticking) setImmediate(tick);
  };
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise<void>((resolve) => {
        if (signal?.aborted) return resolve();
        const sleeper = {
          // longer ones come at once, as the machine's timers do
          at: now + (ms < 2 ** 31 ? ms : 1),
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', sleeper.wake);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', sleeper.wake);
        if (!ticking) {
          ticking = true;
          setImmediate(tick);
        }
      }),
  };
}
