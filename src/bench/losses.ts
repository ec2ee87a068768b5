import type { ReceivedSequences, SentSequences } from './host.ts';
import { type BenchPlan, expectedIn, readersOf } from './plan.ts';
import { SequenceSet } from './sequence-set.ts';

/** What a comparison of what was sent with what came has shown, over all queues that somebody consumes from. */
export interface Losses {
  /** Copies that did not come: of what was confirmed, where confirms were asked for, else of all that was sent. */
  readonly missing: number;
  /** Copies that came once more than they should. */
  readonly duplicates: number;
  /** Copies that came after a later one of the same producer to the same consumer. */
  readonly reordered: number;
}

/**
 * Compares what producers sent with what came to each queue. What consumers of one queue received is put together: a message that two of
 * them got is a duplicate. Of a stream each must get all.
 */
export function compareSequences(plan: BenchPlan, sent: readonly SentSequences[], received: readonly ReceivedSequences[]): Losses {
  let [missing, duplicates, reordered] = [0, 0, 0];
  for (const [queue, readers] of readersOf(plan)) {
    for (const { producer, count, confirmed } of sent) {
      const parts = received.filter((part) => part.queue === queue && part.producer === producer);
      const sets = parts.map(({ bits }) => SequenceSet.of(bits));
      for (const part of parts) reordered += part.reordered;
      parts.forEach((part, i) => {
        duplicates += part.received - (sets[i]?.count ?? 0);
      });
      const all = new SequenceSet();
      if (plan.isShared) for (const set of sets) duplicates += all.add(set);
      const wanted = plan.isShared ? [all] : [...sets, ...Array.from({ length: readers - sets.length }, () => all)];
      const safe = confirmed === undefined ? undefined : SequenceSet.of(confirmed);
      for (const sequence of expectedIn(plan, queue, count)) {
        if (safe === undefined || safe.has(sequence)) for (const set of wanted) if (!set.has(sequence)) missing++;
      }
    }
  }
  return { missing, duplicates, reordered };
}
