import fc from 'fast-check';
import { SequenceCheck } from '../../../src/bench/sequence-check.ts';

/** The same by remembering everything. */
function exact(taken: readonly number[], sent: number) {
  const seen = new Set<number>();
  let [duplicates, reordered, highest] = [0, 0, -1];
  for (const sequence of taken) {
    if (seen.has(sequence)) duplicates++;
    else if (sequence < highest) reordered++;
    seen.add(sequence);
    highest = Math.max(highest, sequence);
  }
  const missing = Array.from({ length: sent }, (_, i) => i).filter((i) => !seen.has(i)).length;
  return { received: taken.length, duplicates, reordered, missing };
}

test('the numbers of a producer: what is missing, twice or late', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 30 }), { maxLength: 60 }), fc.nat({ max: 40 }), (taken, more) => {
      const check = new SequenceCheck();
      for (const sequence of taken) check.take(sequence);
      const sent = Math.max(-1, ...taken) + 1 + more;
      expect({ ...check.counts, missing: check.missing(sent) }).toEqual(exact(taken, sent));
    }),
    { numRuns: 1_000 },
  );
});
