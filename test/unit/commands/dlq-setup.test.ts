import { dlqSetup, parseSetup } from '../../../src/commands/dlq-setup.ts';
import { parsed } from '../../support/parsed.ts';
import { refusal } from '../../support/refusal.ts';

const argumentsOf = async (...argv: string[]) => (await parsed(dlqSetup, argv)) as Parameters<typeof parseSetup>;

const plain = { queue: 'q', delays: [], deadLetterExchange: 'q.dlx', deadLetterQueue: 'q.dlq' };

test.each<[string[], object]>([
  [['q'], {}],
  [['q', '--retry', '1s', '10s', '1m'], { delays: [1_000, 10_000, 60_000] }],
  [['q', '--retry', '1s,10s', '--retry', '1m'], { delays: [1_000, 10_000, 60_000] }],
  [['--retry', '1s', '--type', 'quorum', 'q'], { delays: [1_000], type: 'quorum' }],
  [['q', '--dlx', 'x', '--dlq', 'd'], { deadLetterExchange: 'x', deadLetterQueue: 'd' }],
  [['q', '--ttl', '5s', '--max-length', '10'], { ttl: 5_000, maxLength: 10 }],
])('%j', async (argv, difference) => expect(parseSetup(...(await argumentsOf(...argv)))).toStrictEqual({ ...plain, ...difference }));

test.each<[string[], RegExp]>([
  [[''], /^the name of the queue is empty/],
  [['q', '--retry', '1s', 'orders'], /^--retry: 'orders' is not a duration/],
  [['q', '--retry', '10'], /^--retry: '10' has no unit/],
  [['q', '--retry', '0'], /^--retry: a delay of 0/],
  [['q', '--retry', '1200h'], /^--retry: '1200h' is too long/],
  [['q', '--retry', ...Array.from({ length: 51 }, () => '1s')], /^--retry: 51 delays/],
  [['q', '--type', 'stream'], /^--type: a stream keeps/],
  [['q', '--type', 'quorom'], /^--type: 'quorom' is not known: did you mean quorum/],
  [['q', '--dlq', 'q'], /^--dlq: 'q' is the queue itself/],
  [['q', '--dlx', ''], /^--dlx is empty/],
  [['q', '--max-length', '-1'], /^--max-length: '-1'/],
  [['q', '--ttl', '5'], /^--ttl: '5' has no unit/],
  [['q'.repeat(252)], /^the name of the (queue|exchange) has 256 bytes/],
  [['q'.repeat(245), '--retry', '1s'], /^the name of the queue with \.retry\.again has 257 bytes/],
])('%j is refused', async (argv, message) => {
  const given = await argumentsOf(...argv);
  expect(refusal(() => parseSetup(...given))).toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(message),
    hint: expect.stringMatching(/./),
  });
});
