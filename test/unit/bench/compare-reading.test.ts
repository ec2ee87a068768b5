import { type Combination, type CompareRound, readCombinations } from '../../../src/bench/compare-reading.ts';
import { benchCompareView } from '../../../src/output/bench-compare-view.ts';

const round = (received: number, more: Partial<CompareRound> = {}): CompareRound => ({
  ...{ sent: received, received, p50: 1_000, p99: 5_000, cpu: 12, generatorBound: false },
  ...more,
});
const combination = (persistence: string, confirm: string, rates: readonly number[], more: Partial<CompareRound> = {}): Combination => ({
  labels: { persistence, confirm },
  rounds: rates.map((rate) => round(rate, more)),
});
const five = [
  combination('transient', '1', [2_000, 2_100, 2_000, 1_900, 2_200]),
  combination('persistent', '1', [1_000, 1_000, 950, 1_000, 1_000], { p99: 20_000 }),
  combination('transient', '500', [20_000, 21_000, 20_000, 19_000, 22_000]),
  combination('persistent', '500', [20_500, 20_000, 20_100, 19_500, 21_500]),
];

test('each difference is claimed in the setting in which the rounds bear it out', () => {
  const { sentences } = readCombinations(five, true);
  expect(sentences).toContain(
    'persistence persistent, not transient: 1.90 to 2.2 times fewer messages received a second with confirm 1; ' +
      'no difference seen in messages received a second (0.95 to 1.03 times) with confirm 500.',
  );
  expect(sentences).toContain(
    'persistence persistent, not transient: p99 latency 4.0 to 4.0 times higher with confirm 1; ' +
      'no difference seen in p99 latency (1.00 to 1.00 times) with confirm 500.',
  );
  expect(sentences[2]).toMatch(/^confirm 500, not 1: 10\.0 to 10\.0 times more messages received a second with persistence transient; 19/);
});

test('a small gain is told in percent', () => {
  const [first, second] = [combination('a', '1', [100, 101, 102, 100, 100]), combination('b', '1', [110, 112, 111, 112, 109])];
  expect(readCombinations([first, second], true).sentences[0]).toBe(
    'persistence b, not a: 9 to 12 % more messages received a second with confirm 1.',
  );
});

test('few rounds claim less: of three, each of the one must be beyond each of the other; two show nothing', () => {
  const pair = (a: number[], b: number[]) => readCombinations([combination('a', '1', a), combination('b', '1', b)], true).sentences;
  // higher in each round, yet 120 is more than 115
  expect(pair([100, 110, 120], [115, 125, 130])[0]).toContain('too few rounds to be sure');
  expect(pair([100, 110, 114], [115, 125, 130])[0]).toContain('more messages');
  expect(pair([100, 100, 100, 100, 100], [110, 110, 110, 110, 99])[0]).toContain('no difference seen');
  expect(pair([100, 110], [215, 225])[0]).toContain('too few rounds to tell');
  expect(pair([100, 100, 100, 100, 120], [105, 105, 105, 105, 130])[0]).toContain('more messages');
});

test('chance is told where it could show a difference by itself', () => {
  const three = five.map(({ labels, rounds }) => ({ labels, rounds: rounds.slice(0, 3) }));
  expect(readCombinations(three, true).sentences.at(-1)).toBe(
    '3 rounds: of 8 comparisons, chance alone would show about 0.8 as a difference. More --rounds make it fewer.',
  );
  const many = five.map(({ labels, rounds }) => ({ labels, rounds: [...rounds, ...rounds] }));
  expect(readCombinations(many, true).sentences.join('\n')).not.toContain('chance');
});

test('a load generator that was the limit, and latencies of a full pipeline, are told', () => {
  const { sentences } = readCombinations(
    [combination('a', '1', [1, 1, 1], { generatorBound: true }), combination('b', '1', [1, 1, 1])],
    false,
  );
  expect(sentences).toContain(
    "The load generator, not the broker, was the limit with a 1: what differs there may not be the broker's doing.",
  );
  expect(sentences).toContain('Sent as fast as it goes, so latencies are those of a full pipeline: compare them with --rate.');
});

test('where nobody consumes, what was sent counts', () => {
  const unread = five.map(({ labels, rounds }) => ({
    labels,
    rounds: rounds.map((one) => ({ ...one, received: undefined, p50: undefined, p99: undefined })),
  }));
  const reading = readCombinations(unread, true);
  expect(reading.rate).toBe('sent');
  expect(reading.sentences[0]).toContain('fewer messages sent a second with confirm 1');
  expect(reading.sentences.join(' ')).not.toContain('p99');
  expect(reading.rows[1]?.figures.p99).toBeUndefined();
});

test('the view: medians, ratios to the first with their range, bars, the sentences; within the width', () => {
  const text = benchCompareView('1 producer, 5 rounds', readCombinations(five, true), { color: false, ascii: true, columns: 90 });
  expect(text).toMatch(/^persistence confirm +received\/s +to first +p50 +p99 +CPU\/msg$/m);
  expect(text).toMatch(/^transient 1 +2,000 +1 +1\.00 ms +5\.00 ms +12 us$/m);
  expect(text).toMatch(/^persistent 1 +1,000 +0\.48 \(0\.45 to 0\.53\) +1\.00 ms +20\.0 ms +12 us$/m);
  expect(text).toMatch(/^ {2}persistent 500 {2}#{40} 20,100 \(19,500 to 21,500\)$/m);
  expect(text).toMatch(/^ {2}persistent 1 {4}## 1,000 \(950 to 1,000\)$/m);
  for (const columns of [60, 80]) {
    const lines = benchCompareView('x', readCombinations(five, true), { color: false, ascii: false, columns }).split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(columns);
  }
});
