import { move, parseMove } from '../../../src/commands/move.ts';
import { parsed } from '../../support/parsed.ts';
import { refusal } from '../../support/refusal.ts';

const argumentsOf = async (...argv: string[]) => (await parsed(move, argv)) as Parameters<typeof parseMove>;
const parse = async (...argv: string[]) => parseMove(...(await argumentsOf(...argv)));

const plain = { queue: 'q', hold: 1_000, keep: { cc: false, userId: false } };

test.each<[string[], object]>([
  [['q', '--to', 'x'], { to: { exchange: 'x' } }],
  [['q', '--to', 'x', 'k'], { to: { exchange: 'x', routingKey: 'k' } }],
  [['q', '--to', 'x', ''], { to: { exchange: 'x', routingKey: '' } }],
  [['q', '--to', '', 'k'], { to: { exchange: '', routingKey: 'k' } }],
  [['q', '--to-queue', 'p'], { to: { exchange: '', routingKey: 'p' } }],
  [['q', '--to', 'x', '-n', '5', '--rate', '50'], { to: { exchange: 'x' }, count: 5, rate: 50 }],
  [['q', '--to', 'x', '--limit', '5'], { to: { exchange: 'x' }, count: 5 }],
  [['q', '--to', 'x', '--hold', '0'], { to: { exchange: 'x' }, hold: 0 }],
  [['q', '--to', 'x', '--keep-cc', '--keep-user-id'], { to: { exchange: 'x' }, keep: { cc: true, userId: true } }],
])('%j', async (argv, difference) => expect(await parse(...argv)).toStrictEqual({ ...plain, ...difference }));

test('all filters must hold', async () => {
  const { filter } = await parse('q', '--to', 'x', '--filter', 'type=t', '--filter', 'routing-key=k');
  const message = { exchange: '', routingKey: 'k', redelivered: false, deliveryTag: 1, properties: { type: 't' }, body: Buffer.alloc(0) };
  expect(filter?.(message)).toBe(true);
  expect(filter?.({ ...message, routingKey: 'l' })).toBe(false);
});

test.each<[string[], RegExp]>([
  [['q'], /^where to\?/],
  [['q', '--to', 'x', '--to-queue', 'p'], /^--to and --to-queue exclude/],
  [['q', '--to-queue', 'p', 'k'], /^--to-queue needs no routing key \('k'\)/],
  [['q', '--to-queue', 'q'], /^'q' is source and destination/],
  [['q', '--to', ''], /^--to '' needs a routing key/],
  [['q', '--to', 'x', '-n', '0'], /^--count: '0'/],
  [['q', '--to', 'x', '--rate', '0'], /^--rate: '0'/],
  [['q', '--to', 'x', '--rate', 'fast'], /^--rate: 'fast'/],
  [['q', '--to', 'x', '--hold', '65001'], /^--hold: '65001'/],
  [['q', '--to', 'x', '--filter', 'colour=red'], /^--filter: 'colour=red'/],
])('%j is refused', async (argv, message) => {
  const given = await argumentsOf(...argv);
  const error = refusal(() => parseMove(...given));
  expect(error).toMatchObject({ exitCode: 2, message: expect.stringMatching(message), hint: expect.stringMatching(/./) });
});
