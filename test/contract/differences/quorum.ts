import type { Difference } from '../differences.ts';

/** Where older brokers' quorum queues behave otherwise. */
export const QUORUM_DIFFERENCES: readonly Difference[] = [];
