import type { BenchInterval } from '../bench/report.ts';

/** What is also told for each second. */
export type RatedCount = 'sent' | 'confirmed' | 'received' | 'sentBytes' | 'receivedBytes';

/** How many a second of an interval. */
export function rateOf({ counts, seconds }: BenchInterval, count: RatedCount): number {
  return seconds > 0 ? counts[count] / seconds : 0;
}
