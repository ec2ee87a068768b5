import type { LazyRound } from '../../../src/bench/lazy-comparison.ts';
import { readRounds } from '../../../src/bench/lazy-reading.ts';
import { lazyComparisonView } from '../../../src/output/lazy-comparison-view.ts';

const rabbit = (version: string) => ({ product: 'RabbitMQ', version, lab: false });
const lab = { product: 'RabbitMQ', version: '4.3.6', lab: true };

const round = (publish: number, consume: number, queueMemory: number, inMemory: number): LazyRound => ({
  publish,
  consume,
  queueMemory,
  inMemory,
  brokerMemory: 200e6,
});
const apart = {
  default: [round(1000, 900, 3.3e6, 5000), round(1010, 1000, 3.4e6, 5000), round(1020, 1100, 3.3e6, 5000)],
  lazy: [round(1005, 400, 25e3, 0), round(1015, 450, 25e3, 0), round(1030, 500, 25e3, 0)],
};
const alike = { default: apart.default, lazy: apart.default };

test('says what every round shows, and no more', () => {
  expect(readRounds(apart, rabbit('3.10.8')).sentences).toEqual([
    'Consuming from the lazy queue was 2.2 times slower in every round.',
    'A full lazy queue has 0 messages in memory, the default one 5,000.',
    'The full lazy queue took 132.0 times less memory in every round.',
    'The same in every round, within 1 %: the memory of the broker.',
    'No difference is shown for publishing: the ranges of 3 rounds overlap.',
    'On RabbitMQ 3.10.8 x-queue-mode=lazy is real: it trades memory for disk.',
  ]);
});

test('two rounds show nothing', () => {
  const two = { default: apart.default.slice(1), lazy: apart.lazy.slice(1) };
  const { sentences } = readRounds(two, rabbit('3.11.0'));
  expect(sentences.join(' ')).toContain(': 2 of each are too few rounds.');
  expect(sentences.join(' ')).not.toMatch(/slower|faster|less|more memory/);
});

test('since 3.12 a difference is noise, and none is the expected', () => {
  expect(readRounds(apart, rabbit('4.0.5'))).toMatchObject({ effective: false });
  expect(readRounds(apart, rabbit('3.12.0')).sentences.at(-1)).toMatch(/^On RabbitMQ 3\.12\.0 x-queue-mode is ignored, so .* noise/);
  expect(readRounds(alike, rabbit('4.0.5')).sentences.at(-1)).toBe(
    'On RabbitMQ 4.0.5 x-queue-mode is ignored: both are the same kind of queue.',
  );
});

test('the lab broker says what it is, and which figures it has not got', () => {
  const rounds = alike.default.map(({ inMemory: _, ...rest }) => rest);
  const { sentences, rows } = readRounds({ default: rounds, lazy: rounds }, lab);
  expect(rows.find(({ figure }) => figure === 'inMemory')).toEqual({ figure: 'inMemory' });
  expect(sentences).toContain('This broker gives no figure for messages in memory.');
  expect(sentences.at(-1)).toMatch(/^The lab broker has one way to keep messages, in memory/);
});

test('the view: a table, a bar for each, the sentences', () => {
  const text = lazyComparisonView({ count: 5000, size: 1000, rounds: 3 }, readRounds(apart, rabbit('3.10.8')), {
    color: false,
    ascii: true,
  });
  expect(text).toContain('5,000 messages of 1.0 kB, 3 rounds: median (lowest to highest)');
  expect(text).toMatch(/^consume \(messages\/s\) +1,000 \(900 to 1,100\) +450 \(400 to 500\)$/m);
  expect(text).toMatch(/^messages in memory +5,000 +0$/m);
  expect(text).toMatch(/^ {2}default {2}#{40} 3\.3 MB\n {2}lazy {5}25\.0 kB$/m);
  expect(text).toMatch(/memory for disk\.$/);
  expect(text).not.toMatch(/[^\n\x20-\x7e]/);
});
