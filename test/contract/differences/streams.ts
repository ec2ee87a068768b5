import type { Difference } from '../differences.ts';

/** Where older brokers' streams behave otherwise. */
export const STREAM_DIFFERENCES: readonly Difference[] = [];
