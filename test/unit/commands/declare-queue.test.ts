import { type QueueOptions, queueDeclaration, queueNotes } from '../../../src/commands/declaration.ts';
import { declareQueue } from '../../../src/commands/declare-queue.ts';
import { parsed } from '../../support/parsed.ts';

const declare = async (...argv: string[]) => {
  const [queue, options] = (await parsed(declareQueue, argv)) as [string, QueueOptions];
  return queueDeclaration(queue, options);
};

const plain = { queue: 'q', durable: true, exclusive: false, autoDelete: false, arguments: {} };

test.each<[string[], object]>([
  [['q'], {}],
  [[''], { queue: '' }],
  [['q', '--transient'], { durable: false }],
  [['q', '--exclusive'], { exclusive: true }],
  [['q', '--auto-delete'], { autoDelete: true }],
  [['q', '--type', 'quorum'], { arguments: { 'x-queue-type': 'quorum' } }],
  [['q', '--type', 'stream'], { arguments: { 'x-queue-type': 'stream' } }],
  [['q', '--type', 'classic', '--transient', '--exclusive'], { durable: false, exclusive: true, arguments: { 'x-queue-type': 'classic' } }],
  [['q', '--message-ttl', '5s'], { arguments: { 'x-message-ttl': 5000 } }],
  [['q', '--message-ttl', '0'], { arguments: { 'x-message-ttl': 0 } }],
  [['q', '--expires', '1m'], { arguments: { 'x-expires': 60_000 } }],
  [['q', '--max-length', '3'], { arguments: { 'x-max-length': 3 } }],
  [['q', '--max-length', '0'], { arguments: { 'x-max-length': 0 } }],
  [['q', '--max-length-bytes', '1MiB'], { arguments: { 'x-max-length-bytes': 1_048_576 } }],
  [['q', '--overflow', 'reject-publish-dlx'], { arguments: { 'x-overflow': 'reject-publish-dlx' } }],
  [['q', '--dead-letter-exchange', 'dlx'], { arguments: { 'x-dead-letter-exchange': 'dlx' } }],
  [
    ['q', '--dead-letter-exchange', '', '--dead-letter-routing-key', 'dead'],
    { arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dead' } },
  ],
  [['q', '--max-priority', '10'], { arguments: { 'x-max-priority': 10 } }],
  [['q', '--lazy'], { arguments: { 'x-queue-mode': 'lazy' } }],
  [['q', '--single-active-consumer'], { arguments: { 'x-single-active-consumer': true } }],
  [['q', '--delivery-limit', '-1'], { arguments: { 'x-delivery-limit': -1 } }],
  [['q', '--arg', 'x-foo=1', '--arg', 'x-bar:int=1'], { arguments: { 'x-foo': '1', 'x-bar': 1 } }],
  [['q', '--arg', 'x-dead-letter-exchange=dlx', '--dead-letter-routing-key', 'k'], {}],
])('%j', async (argv, difference) => {
  expect(await declare(...argv)).toMatchObject({ ...plain, ...difference });
});

test('no argument goes out that was not asked for', async () => {
  expect(await declare('q')).toEqual(plain);
});

test.each<[string[], string, string]>([
  [['q', '--type', 'quorm'], "--type: 'quorm' is not known: did you mean quorum?", 'give classic, quorum or stream'],
  [['q', '--overflow', 'drop'], "--overflow: 'drop' is not known", 'give drop-head, reject-publish or reject-publish-dlx'],
  [['q', '--message-ttl', '5000'], "--message-ttl: '5000' has no unit", 'give 5000ms or 5000s (also 2m, 1h)'],
  [['q', '--expires', '0'], '--expires: a queue cannot expire after no time', 'give more than 0, such as 30s'],
  [['q', '--max-length', '-1'], "--max-length: '-1' is not a whole number from 0 up", 'give a whole number from 0 up'],
  [['q', '--max-priority', '256'], "--max-priority: '256' is not a whole number from 0 to 255", 'give a whole number from 0 to 255'],
  [['q', '--max-length-bytes', '3 apples'], "--max-length-bytes: '3 apples' is not a size", 'write 512, 4kB, 64KiB or 1MiB'],
  [
    ['q', '--type', 'quorum', '--transient'],
    '--type quorum and --transient exclude each other: quorum queues are durable, shared and stay',
    'leave out --transient, or use --type classic',
  ],
  [
    ['q', '--type', 'stream', '--exclusive'],
    '--type stream and --exclusive exclude each other: stream queues are durable, shared and stay',
    'leave out --exclusive, or use --type classic',
  ],
  [
    ['q', '--type', 'quorum', '--auto-delete'],
    '--type quorum and --auto-delete exclude each other: quorum queues are durable, shared and stay',
    'leave out --auto-delete, or use --type classic',
  ],
  [
    ['q', '--dead-letter-routing-key', 'k'],
    '--dead-letter-routing-key has no effect without --dead-letter-exchange',
    "add --dead-letter-exchange EXCHANGE ('' is the default exchange, where the key is a queue’s name)",
  ],
  [
    ['q', '--max-length', '3', '--arg', 'x-max-length:int=4'],
    'the argument x-max-length is given twice',
    'give it once: by its own option, or by --arg',
  ],
  [['é'.repeat(128)], 'the name of the queue has 256 bytes; AMQP takes 255', 'give a shorter one'],
])('%j is refused', async (argv, message, hint) => {
  await expect(declare(...argv)).rejects.toMatchObject({ kind: 'usage', message, hint });
});

describe('notes', () => {
  const rabbit = (version: string) => ({ product: 'RabbitMQ', version, lab: false });

  test.each<[string[], string, string[]]>([
    [['q'], '4.3.6', []],
    [['q', '--transient'], '3.10.8', ['RabbitMQ 4.3 and later refuse a queue that is neither durable nor exclusive']],
    [
      ['q', '--transient', '--exclusive'],
      '4.3.6',
      ["queue q is exclusive to this command's connection and goes with it now; leave out --exclusive to keep it"],
    ],
    [
      ['', '--exclusive'],
      '4.3.6',
      ["the queue is exclusive to this command's connection and goes with it now; leave out --exclusive to keep it"],
    ],
    [['q', '--lazy'], '3.10.8', []],
    [['q', '--lazy'], '3.12.0', ['lazy has no effect on RabbitMQ 3.12.0: since 3.12 every classic queue keeps its messages on disk']],
  ])('%j on %s', async (argv, version, notes) => {
    expect(queueNotes(await declare(...argv), rabbit(version))).toEqual(notes);
  });

  test('lazy has no effect on the lab broker either, which behaves as a RabbitMQ', async () => {
    const notes = (product: string, lab: boolean) =>
      declare('q', '--lazy').then((queue) => queueNotes(queue, { product, version: '4.3.6', lab }));
    expect(await notes('RabbitMQ', true)).toEqual([expect.stringMatching(/^lazy has no effect on RabbitMQ 4\.3\.6: /)]);
    expect(await notes('LavinMQ', false)).toEqual([]);
  });
});
