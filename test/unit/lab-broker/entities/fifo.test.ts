import fc from 'fast-check';
import { Fifo } from '../../../../src/lab-broker/entities/fifo.ts';
import { SequenceHeap } from '../../../../src/lab-broker/entities/sequence-heap.ts';

test('a fifo gives what it was given in the same order, however it grows and shrinks', () => {
  const runs = fc.array(fc.record({ push: fc.nat(3_000), shift: fc.nat(3_500) }), { maxLength: 6 });
  fc.assert(
    fc.property(runs, (list) => {
      const fifo = new Fifo<number>();
      let [pushed, shifted] = [0, 0];
      for (const { push, shift } of list) {
        for (let n = 0; n < push; n++) fifo.push(pushed++);
        expect(fifo.size).toBe(pushed - shifted);
        expect(fifo.at(fifo.size - 1)).toBe(pushed > shifted ? pushed - 1 : undefined);
        for (let n = 0; n < shift; n++) expect(fifo.shift()).toBe(shifted < pushed ? shifted++ : undefined);
        expect(fifo.peek()).toBe(shifted < pushed ? shifted : undefined);
      }
    }),
    { numRuns: 20 },
  );
});

test('a heap gives the lowest sequence first', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(1_000), { maxLength: 100 }), fc.nat(100), (sequences, between) => {
      const heap = new SequenceHeap<{ sequence: number }>();
      for (const sequence of sequences.slice(0, between)) heap.push({ sequence });
      const taken = [heap.shift(), heap.shift()].flatMap((item) => item?.sequence ?? []);
      for (const sequence of sequences.slice(between)) heap.push({ sequence });
      const rest: number[] = [];
      for (let item = heap.shift(); item !== undefined; item = heap.shift()) rest.push(item.sequence);
      const sorted = (list: readonly number[]) => [...list].sort((a, b) => a - b);
      expect(taken).toEqual(sorted(sequences.slice(0, between)).slice(0, 2));
      expect(rest).toEqual(sorted(sequences.filter((sequence) => !taken.includes(sequence))));
    }),
  );
});
