import type { Clock } from '../client/clock.ts';

/** What one look found, and whether that is what was hoped for. */
export interface Look<T> {
  readonly met: boolean;
  readonly found: T;
  /** True when no further look could change it. */
  readonly final?: boolean;
}

/** How long to look. */
export interface PollOptions {
  /** Milliseconds; 0 looks once. */
  readonly within: number;
  /** Milliseconds for which it must stay met, one look after the other: for what is to be absent. Not with `within: 0`. */
  readonly stableFor: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 200;

/**
 * Looks again and again, with growing pauses, until it is met or the time is up; answers the last look. What begins to be met
 * before the time is up may still prove itself stable after it. Throws the signal's reason when interrupted, and what a look throws.
 */
export async function pollUntil<T>(look: () => Promise<Look<T>>, { within, stableFor, clock, signal }: PollOptions): Promise<Look<T>> {
  const deadline = clock.now() + within;
  const needed = Math.min(stableFor, within);
  let metSince: number | undefined;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    if (signal.aborted) throw signal.reason;
    const last = await look();
    if (last.final) return last;
    const now = clock.now();
    metSince = last.met ? (metSince ?? now) : undefined;
    const left = metSince === undefined ? deadline - now : metSince + needed - now;
    if (left <= 0) return last;
    await clock.sleep(Math.min(pause, left), signal);
  }
}
