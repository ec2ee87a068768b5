import { dlqReplay, parseReplay } from '../../../src/commands/dlq-replay.ts';
import { parsed } from '../../support/parsed.ts';
import { refusal } from '../../support/refusal.ts';

const argumentsOf = async (...argv: string[]) => (await parsed(dlqReplay, argv)) as Parameters<typeof parseReplay>;
const parse = async (...argv: string[]) => parseReplay(...(await argumentsOf(...argv)));

const plain = {
  queue: 'd',
  intoQueue: false,
  maxReplays: 10,
  hold: 1_000,
  keepDeaths: false,
  restoreExpiration: false,
  keepUserId: false,
};

test.each<[string[], object]>([
  [['d'], {}],
  [['d', '--to', 'x'], { to: { exchange: 'x' } }],
  [['d', '--to', 'x', 'k'], { to: { exchange: 'x', routingKey: 'k' } }],
  [['d', '--to', '', 'q'], { to: { exchange: '', routingKey: 'q' } }],
  [['d', '--to-queue', 'q'], { to: { exchange: '', routingKey: 'q' } }],
  [['d', '--to-queue'], { intoQueue: true }],
  [['d', '-n', '5', '--rate', '50', '--hold', '0', '--max-replays', '1'], { count: 5, rate: 50, hold: 0, maxReplays: 1 }],
  [['d', '--limit', '5'], { count: 5 }],
  [['d', '--keep-deaths', '--restore-expiration', '--keep-user-id'], { keepDeaths: true, restoreExpiration: true, keepUserId: true }],
])('%j', async (argv, difference) => expect(await parse(...argv)).toStrictEqual({ ...plain, ...difference }));

test('filters look at the last death and at the first publication', async () => {
  const deaths = [
    { queue: 'work', reason: 'rejected', exchange: 'shop', 'routing-keys': ['k', 'cc'] },
    { queue: 'wait', reason: 'expired', exchange: 'dlx', 'routing-keys': ['rung.1'] },
  ];
  const message = {
    exchange: 'dlx',
    routingKey: 'rung.2',
    redelivered: false,
    deliveryTag: 1,
    properties: { headers: { 'x-death': deaths, 'x-first-death-queue': 'work', 'x-first-death-reason': 'rejected' } },
    body: Buffer.alloc(0),
  };
  const passes = async (...filters: string[]) => (await parse('d', '--filter', ...filters)).filter?.(message);
  expect(await passes('reason=rejected', 'queue=work', 'exchange=shop', 'routing-key=k')).toBe(true);
  expect(await passes('routing-key=cc', '--filter', 'reason=rejected')).toBe(true);
  for (const other of ['routing-key=rung.2', 'exchange=dlx', 'reason=expired', 'queue=wait']) expect(await passes(other)).toBe(false);
  const bare = (await parse('d', '--filter', 'exchange=dlx', 'routing-key=rung.2')).filter;
  expect(bare?.({ ...message, properties: {} })).toBe(true);
});

test.each<[string[], RegExp]>([
  [['d', '--to', 'x', '--to-queue', 'q'], /^--to and --to-queue exclude/],
  [['d', 'k'], /^what is the routing key 'k' for/],
  [['d', '--to-queue', 'd'], /^'d' is source and destination/],
  [['d', '--to', '', 'd'], /^'d' is source and destination/],
  [['d', '--to', ''], /^--to '' needs a routing key/],
  [['', '--to', 'x'], /^the name of the queue is empty/],
  [['d', '--max-replays', '0'], /^--max-replays: '0'/],
  [['d', '-n', '0'], /^--count: '0'/],
  [['d', '--rate', 'fast'], /^--rate: 'fast'/],
  [['d', '--hold', '65001'], /^--hold: '65001'/],
  [['d', '--filter', 'colour=red'], /^--filter: 'colour=red'/],
])('%j is refused', async (argv, message) => {
  const given = await argumentsOf(...argv);
  expect(refusal(() => parseReplay(...given))).toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(message),
    hint: expect.stringMatching(/./),
  });
});
