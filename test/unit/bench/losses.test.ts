import type { ReceivedSequences, SentSequences } from '../../../src/bench/host.ts';
import { compareSequences } from '../../../src/bench/losses.ts';
import { type BenchShape, planBench } from '../../../src/bench/plan.ts';
import { SequenceSet } from '../../../src/bench/sequence-set.ts';
import { PARAMETERS } from '../../support/sample-bench.ts';

const SHAPE: BenchShape = { ...PARAMETERS, producers: 2, consumers: 2, count: 10, routingKeys: 0 };

function got(queue: string, producer: number, sequences: readonly number[]): ReceivedSequences {
  const set = new SequenceSet();
  for (const sequence of sequences) set.take(sequence);
  return { queue, producer, bits: set.save(), reordered: set.reordered, received: set.taken };
}

/** Sent without confirms. */
function all(producer: number, count: number): SentSequences {
  return { producer, count, confirmed: undefined };
}

describe('what was lost, doubled or late', () => {
  const plan = planBench(SHAPE, 'b', 1);
  const sent = [all(0, 4), all(1, 3)];

  test.each<[string, ReceivedSequences[], object]>([
    ['nothing came', [], { missing: 7, duplicates: 0, reordered: 0 }],
    [
      'all came, to two consumers',
      [got('b.1', 0, [0, 2]), got('b.1', 0, [1, 3]), got('b.1', 1, [0, 1, 2])],
      { missing: 0, duplicates: 0, reordered: 0 },
    ],
    ['one came twice to the same', [got('b.1', 0, [0, 1, 1, 2, 3]), got('b.1', 1, [0, 1, 2])], { missing: 0, duplicates: 1, reordered: 0 }],
    [
      'one came to both',
      [got('b.1', 0, [0, 1]), got('b.1', 0, [1, 2, 3]), got('b.1', 1, [0, 1, 2])],
      { missing: 0, duplicates: 1, reordered: 0 },
    ],
    ['one is missing, one is late', [got('b.1', 0, [0, 2, 1]), got('b.1', 1, [0, 1, 2])], { missing: 1, duplicates: 0, reordered: 1 }],
  ])('%s', (_name, received, losses) => {
    expect(compareSequences(plan, sent, received)).toEqual(losses);
  });

  test('each queue of a fanout exchange must get all', () => {
    const fanout = planBench({ ...SHAPE, exchange: 'fanout', queues: 2 }, 'b', 1);
    expect(compareSequences(fanout, [all(0, 3)], [got('b.1', 0, [0, 1, 2]), got('b.2', 0, [1])])).toEqual({
      missing: 2,
      duplicates: 0,
      reordered: 0,
    });
  });

  test('of several queues each must get its own', () => {
    const spread = planBench({ ...SHAPE, queues: 2 }, 'b', 1);
    expect(compareSequences(spread, [all(0, 4)], [got('b.1', 0, [0, 2]), got('b.2', 0, [1])])).toMatchObject({ missing: 1 });
  });

  test('what was not confirmed need not come, and may', () => {
    const confirmed = got('', 0, [0, 2]).bits;
    const some = [{ producer: 0, count: 4, confirmed }];
    expect(compareSequences(plan, some, [got('b.1', 0, [0, 1, 2])])).toEqual({ missing: 0, duplicates: 0, reordered: 0 });
    expect(compareSequences(plan, some, [got('b.1', 0, [0, 3])])).toMatchObject({ missing: 1 });
  });

  test('nothing is expected of a queue that nobody consumes from', () => {
    const unread = planBench({ ...SHAPE, queues: 2, consumers: 1 }, 'b', 1);
    expect(compareSequences(unread, [all(0, 4)], [got('b.1', 0, [0, 2])])).toMatchObject({ missing: 0 });
  });

  test('each consumer of a stream must get all', () => {
    const stream = planBench({ ...SHAPE, queueType: 'stream' }, 'b', 1);
    const both = [got('b.1', 0, [0, 1, 2, 3]), got('b.1', 0, [0, 1, 2, 3])];
    expect(compareSequences(stream, [all(0, 4)], both)).toEqual({ missing: 0, duplicates: 0, reordered: 0 });
    expect(compareSequences(stream, [all(0, 4)], both.slice(1))).toMatchObject({ missing: 4 });
  });
});
