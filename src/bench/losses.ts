import type { ReceivedSequences } from './host.ts';
import { type BenchPlan, expectedIn } from './plan.ts';
import { SequenceSet } from './sequence-set.ts';

/** What a comparison of what was sent with what came has shown, over all queues. */
export interface Losses {
  /** Copies that did not come; those that the broker refused or sent back are among them. */
  readonly missing: number;
  /** Copies that came once more than they should. */
  readonly duplicates: number;
  /** Copies that came after a later one of the same producer to the same consumer. */
  readonly reordered: number;
}

/**
 * Compares what producers sent with what came to each queue. What consumers of one queue received is put together: a message that two of
 * them got is a duplicate.
 */
export function compareSequences(
  plan: BenchPlan,
  sent: readonly (readonly [producer: number, count: number])[],
  received: readonly ReceivedSequences[],
): Losses {
  let [missing, duplicates, reordered] = [0, 0, 0];
  for (const { queue } of plan.queues) {
    for (const [producer, count] of sent) {
      const parts = received.filter((part) => part.queue === queue && part.producer === producer);
      const all = new SequenceSet();
      for (const part of parts) {
        const set = SequenceSet.of(part.bits);
        duplicates += part.received - set.count + all.add(set);
        reordered += part.reordered;
      }
      for (const sequence of expectedIn(plan, queue, count)) if (!all.has(sequence)) missing++;
    }
  }
  return { missing, duplicates, reordered };
}
