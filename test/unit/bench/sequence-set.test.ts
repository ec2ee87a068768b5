import fc from 'fast-check';
import { SequenceSet } from '../../../src/bench/sequence-set.ts';

const numbers = fc.array(fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 100_000 })), { maxLength: 80 });

function setOf(taken: readonly number[]): SequenceSet {
  const set = new SequenceSet();
  for (const one of taken) set.take(one);
  return set;
}

describe('which messages of a producer came', () => {
  test('each once, those twice are told, and those that came late', () => {
    fc.assert(
      fc.property(numbers, (taken) => {
        const set = new SequenceSet();
        const seen = new Set<number>();
        let [late, highest] = [0, -1];
        for (const one of taken) {
          expect(set.take(one)).toBe(!seen.has(one));
          if (!seen.has(one) && one < highest) late++;
          seen.add(one);
          highest = Math.max(highest, one);
        }
        expect([set.count, set.reordered, set.taken]).toEqual([seen.size, late, taken.length]);
        for (let one = 0; one < 50; one++) expect(set.has(one)).toBe(seen.has(one));
      }),
    );
  });

  test('put together from several receivers, saved and read again', () => {
    fc.assert(
      fc.property(numbers, numbers, (one, other) => {
        const together = SequenceSet.of(setOf(one).save());
        const both = together.add(SequenceSet.of(setOf(other).save()));
        const shared = new Set(one.filter((number) => other.includes(number)));
        expect(both).toBe(shared.size);
        expect(together.count).toBe(new Set([...one, ...other]).size);
        expect(together.save()).toEqual(setOf([...one, ...other]).save());
        expect(together.take(200_000)).toBe(true);
      }),
    );
  });
});
