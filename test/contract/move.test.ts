import type { GetMessage } from 'amqplib';
import { describeBrokers } from '../support/brokers.ts';
import { numbers, onStage, QUORUM } from '../support/stage.ts';

/** What travels with a message; not where it was, nor a queue's own count of deliveries. */
const essence = ({ content, properties }: GetMessage) => {
  const { 'x-delivery-count': _counted, ...headers } = properties.headers ?? {};
  return { content: content.toString('hex'), properties: { ...properties, headers } };
};

const PROPERTIES = {
  contentType: 'a/b',
  contentEncoding: 'gzip',
  headers: {
    s: 'text',
    f: 1.5,
    n: null,
    b: true,
    t: { '!': 'timestamp', value: 5 },
    d: { '!': 'decimal', value: { places: 1, digits: 5 } },
  },
  deliveryMode: 2,
  // what 4.3 takes for messages without one: others would overtake
  priority: 4,
  correlationId: 'c',
  replyTo: 'r',
  expiration: '600000',
  messageId: 'm',
  timestamp: 1_700_000_000,
  type: 'y',
  appId: 'a',
};

describeBrokers('move', (broker) => {
  test.each<[string, object, object]>([
    ['classic to classic', {}, {}],
    ['quorum to classic', QUORUM, {}],
    ['classic to quorum', {}, QUORUM],
  ])('moves all that is ready, identical and in order: %s', (_name, from, to) =>
    onStage(broker, async ({ queue, channel, run, take, ready }) => {
      await queue('from', [], { ...from });
      await queue('to', [], { ...to });
      channel.sendToQueue('from', Buffer.from([0xff, 0x00]), PROPERTIES);
      channel.sendToQueue('from', Buffer.alloc(0));
      for (const body of numbers(300)) channel.sendToQueue('from', Buffer.from(body), { deliveryMode: 1 });
      await channel.waitForConfirms();
      const { exitCode, text, stderr } = await run(['move', 'from', '--to-queue', 'to', '--json']);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(JSON.parse(text)).toMatchObject({ moved: 302, skipped: 0, failed: 0 });
      expect(await ready('from')).toBe(0);
      const [first, second, ...others] = (await take('to')).map(essence);
      expect(first).toMatchObject({ content: 'ff00', properties: PROPERTIES });
      expect(second).toMatchObject({ content: '', properties: { headers: {}, deliveryMode: undefined } });
      expect(others.map(({ content }) => Buffer.from(content, 'hex').toString())).toEqual(numbers(300));
    }),
  );

  test('--to an exchange, with the keys they have or with another', () =>
    onStage(broker, async ({ queue, channel, run, bodies }) => {
      for (const name of ['from', 'a', 'b', 'c']) await queue(name);
      await channel.assertExchange('x', 'direct');
      for (const key of ['a', 'b', 'c']) await channel.bindQueue(key, 'x', key);
      await channel.bindQueue('from', 'amq.direct', 'a');
      await channel.bindQueue('from', 'amq.direct', 'b');
      for (const key of ['a', 'b', 'a', 'b']) channel.publish('amq.direct', key, Buffer.from(key));
      await channel.waitForConfirms();
      expect(await run(['move', 'from', 'c', '--to', 'x', '-n', '1'])).toMatchObject({ exitCode: 0, text: 'moved 1\n' });
      expect(await run(['move', 'from', '--to', 'x'])).toMatchObject({ exitCode: 0, text: 'moved 3\n' });
      expect([await bodies('a'), await bodies('b'), await bodies('c')]).toEqual([['a'], ['b', 'b'], ['a']]);
    }));

  test('--filter moves what matches, and leaves the others as they were', () =>
    onStage(broker, async ({ queue, channel, run, bodies }) => {
      await queue('from', [], QUORUM);
      await queue('to');
      for (const n of numbers(40)) channel.sendToQueue('from', Buffer.from(n), { headers: { odd: Number(n) % 2 === 1, n: Number(n) } });
      await channel.waitForConfirms();
      const move = ['move', 'from', '--to-queue', 'to', '--filter', 'header.odd=true', '--json'];
      expect(JSON.parse((await run([...move, '--dry-run'])).text)).toEqual({ wouldMove: 20, wouldSkip: 20 });
      expect(JSON.parse((await run([...move, '-n', '5'])).text)).toMatchObject({ moved: 5 });
      expect(JSON.parse((await run(move)).text)).toMatchObject({ moved: 15, skipped: 20, failed: 0 });
      const sorted = (await bodies('to')).map(Number).sort((a, b) => a - b);
      expect(sorted).toEqual(numbers(20).map((n) => Number(n) * 2 - 1));
      expect((await bodies('from')).map(Number).sort((a, b) => a - b)).toEqual(numbers(20).map((n) => Number(n) * 2));
    }));

  test('more than --hold that do not match: exit 3, and none is lost or twice there', () =>
    onStage(broker, async ({ queue, channel, run, bodies }) => {
      await queue('from');
      await queue('to', [], QUORUM);
      for (const n of numbers(100)) channel.sendToQueue('from', Buffer.from(n), { type: Number(n) % 10 === 0 ? 'yes' : 'no' });
      await channel.waitForConfirms();
      const { exitCode, stderr } = await run(['move', 'from', '--to-queue', 'to', '--filter', 'type=yes', '--hold', '50']);
      expect(exitCode).toBe(3);
      expect(stderr).toContain('--hold');
      const [left, moved] = [await bodies('from'), await bodies('to')];
      expect([...left, ...moved].sort()).toEqual(numbers(100).sort());
    }));

  test('--count and --rate', () =>
    onStage(broker, async ({ queue, run, bodies }) => {
      await queue('from', numbers(30));
      await queue('to');
      const startedAt = performance.now();
      expect(await run(['move', 'from', '--to-queue', 'to', '-n', '10', '--rate', '20'])).toMatchObject({
        exitCode: 0,
        text: 'moved 10\n',
      });
      expect(performance.now() - startedAt).toBeGreaterThan(400);
      expect([await bodies('to'), await bodies('from')]).toEqual([numbers(10), numbers(20, 11)]);
    }));

  test.each([
    ['a classic destination', {}],
    ['a quorum destination, which confirms late', QUORUM],
  ])('it stops at what is returned: exit 3, each message in one place; %s', (_name, table) =>
    onStage(broker, async ({ queue, channel, run, bodies }) => {
      await queue('from');
      await queue('to', [], { ...table });
      await channel.assertExchange('x', 'topic');
      await channel.bindQueue('to', 'x', 'yes');
      await channel.bindQueue('from', 'amq.direct', 'yes');
      await channel.bindQueue('from', 'amq.direct', 'no');
      for (const n of numbers(150)) channel.publish('amq.direct', n === '75' ? 'no' : 'yes', Buffer.from(n));
      await channel.waitForConfirms();
      const { exitCode, text, stderr } = await run(['move', 'from', '--to', 'x', '--json']);
      expect(exitCode).toBe(3);
      expect(JSON.parse(stderr).error).toMatchObject({ kind: 'not-taken', message: expect.stringContaining('312 NO_ROUTE') });
      const [left, moved] = [await bodies('from'), await bodies('to')];
      expect([...left, ...moved].sort()).toEqual(numbers(150).sort());
      expect(left).toContain('75');
      expect(JSON.parse(text)).toMatchObject({ moved: moved.length, failed: 1 });
    }),
  );

  test('a full destination: exit 3, each message in one place', () =>
    onStage(broker, async ({ queue, run, bodies }) => {
      await queue('from', numbers(60));
      await queue('to', [], { 'x-max-length': 20, 'x-overflow': 'reject-publish' });
      expect(await run(['move', 'from', '--to-queue', 'to'])).toMatchObject({ exitCode: 3 });
      const [left, moved] = [await bodies('from'), await bodies('to')];
      expect(moved).toEqual(numbers(20));
      expect(left).toEqual(numbers(40, 21));
    }));

  test.each<[string, string[], number]>([
    ['a missing exchange', ['--to', 'none'], 6],
    ['a missing queue', ['--to-queue', 'none'], 6],
    ['source and destination are one', ['--to-queue', 'from'], 2],
    ['no destination', [], 2],
    ['two', ['--to', 'x', '--to-queue', 'q'], 2],
    ['the default exchange without a key', ['--to', ''], 2],
    ['a filter that is none', ['--to', 'amq.topic', '--filter', 'size=1'], 2],
  ])('%s: nothing is touched', (_name, argv, code) =>
    onStage(broker, async ({ queue, run, take }) => {
      await queue('from', numbers(3));
      expect(await run(['move', 'from', ...argv])).toMatchObject({ exitCode: code, text: '' });
      expect((await take('from')).map(({ fields }) => fields.redelivered)).toEqual([false, false, false]);
    }),
  );

  test('an empty queue: nothing moved, exit 0; a missing one: exit 6', () =>
    onStage(broker, async ({ queue, run }) => {
      for (const name of ['from', 'to']) await queue(name);
      expect(await run(['move', 'from', '--to-queue', 'to'])).toMatchObject({ exitCode: 0, text: 'moved 0\n' });
      expect(await run(['move', 'none', '--to-queue', 'to'])).toMatchObject({ exitCode: 6, text: '' });
    }));

  test('into a queue bound to its own exchange: once round, not for ever', () =>
    onStage(broker, async ({ queue, channel, run, bodies }) => {
      await queue('from', numbers(20));
      await channel.bindQueue('from', 'amq.fanout', '');
      expect(await run(['move', 'from', '--to', 'amq.fanout'])).toMatchObject({ exitCode: 0, text: 'moved 20\n' });
      expect(await bodies('from')).toEqual(numbers(20));
    }));

  test('CC makes no more copies unless they are wanted; a user id goes along only if it is wanted', () =>
    onStage(broker, async ({ queue, channel, run, ready, take }) => {
      for (const name of ['from', 'to', 'cc']) await queue(name);
      for (const body of ['a', 'b']) channel.sendToQueue('from', Buffer.from(body), { headers: { CC: ['cc'] }, userId: 'guest' });
      await channel.waitForConfirms();
      expect(await ready('cc')).toBe(2);
      expect(await run(['move', 'from', '--to-queue', 'to', '-n', '1'])).toMatchObject({ exitCode: 0 });
      expect(await ready('cc')).toBe(2);
      expect(await run(['move', 'from', '--to-queue', 'to', '--keep-cc', '--keep-user-id'])).toMatchObject({ exitCode: 0 });
      expect(await ready('cc')).toBe(3);
      expect((await take('to')).map(({ properties }) => [properties.userId, properties.headers?.CC])).toEqual([
        [undefined, undefined],
        ['guest', ['cc']],
      ]);
    }));
});
