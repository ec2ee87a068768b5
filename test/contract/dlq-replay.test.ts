import { describeBrokers } from '../support/brokers.ts';
import { eventually } from '../support/polling.ts';
import { numbers, onStage, QUORUM, type Stage } from '../support/stage.ts';

/** Queues `work` and `other` behind the exchange `shop`, and `dead` behind `dlx`, where what `work` rejects goes. */
async function shop({ channel, queue }: Stage, dead: object = {}): Promise<void> {
  await channel.assertExchange('dlx', 'fanout');
  await channel.assertExchange('shop', 'topic');
  await queue('dead', [], { ...dead });
  await channel.bindQueue('dead', 'dlx', '');
  await queue('work', [], { 'x-dead-letter-exchange': 'dlx' });
  await queue('other');
  for (const name of ['work', 'other']) await channel.bindQueue(name, 'shop', 'order.*');
}

/** Rejects all that is ready in `work`, and waits until it lies in `dead`. */
async function rejectAll({ channel, ready }: Stage, expected: number): Promise<void> {
  let got = await channel.get('work');
  for (; got !== false; got = await channel.get('work')) channel.nack(got, false, false);
  await eventually(async () => expect(await ready('dead')).toBe(expected));
}

async function send({ channel }: Stage, keys: readonly string[], properties: object = {}): Promise<void> {
  for (const key of keys) channel.publish('shop', key, Buffer.from(key), properties);
  await channel.waitForConfirms();
}

describeBrokers('dlq replay', (broker) => {
  test.each([
    ['classic', {}],
    ['quorum', QUORUM],
  ])('to the exchange and with the keys of the first publication: %s', (_name, type) =>
    onStage(broker, async (stage) => {
      await shop(stage, type);
      await send(stage, ['order.1'], { headers: { CC: ['order.cc'], n: 1 }, expiration: '600000', type: 't', messageId: 'm' });
      await send(stage, ['order.2']);
      await rejectAll(stage, 2);
      await stage.take('other');
      const preview = await stage.run(['dlq', 'replay', 'dead', '--dry-run']);
      expect(preview).toMatchObject({ exitCode: 0, text: expect.stringMatching(/^would replay 2\n.* exchange shop, key order\.1\n/) });
      const { exitCode, text, stderr } = await stage.run(['dlq', 'replay', 'dead', '--json']);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(JSON.parse(text)).toEqual({ replayed: 2, skipped: 0, failed: 0, failures: {} });
      expect(await stage.ready('dead')).toBe(0);
      // of each its copy for the other queue too
      expect((await stage.bodies('other')).sort()).toEqual(['order.1', 'order.2']);
      const [first, second] = (await stage.take('work')).sort((one, other) => (one.content.toString() < other.content.toString() ? -1 : 1));
      expect(first?.fields).toMatchObject({ exchange: 'shop', routingKey: 'order.1' });
      expect(first?.properties).toMatchObject({ type: 't', messageId: 'm', expiration: undefined });
      const { 'x-delivery-count': _, ...headers } = first?.properties.headers ?? {};
      expect(headers).toEqual({ CC: ['order.cc'], n: 1, 'x-rmq-lab-replays': 1 });
      expect(second?.fields).toMatchObject({ routingKey: 'order.2' });
    }),
  );

  test('--to-queue: no copy for queues that had no trouble; --restore-expiration, --keep-deaths', () =>
    onStage(broker, async (stage) => {
      await shop(stage);
      await send(stage, ['order.1'], { expiration: '600000' });
      await rejectAll(stage, 1);
      await stage.take('other');
      const argv = ['dlq', 'replay', 'dead', '--to-queue', '--restore-expiration', '--keep-deaths'];
      expect(await stage.run(argv)).toMatchObject({ exitCode: 0, text: 'replayed 1\n' });
      expect(await stage.ready('other')).toBe(0);
      const [message] = await stage.take('work');
      expect(message?.properties.expiration).toBe('600000');
      expect(message?.properties.headers?.['x-death']).toMatchObject([{ queue: 'work', reason: 'rejected' }]);
    }));

  test('the exchange is gone: into the queue; the queue too: it stays, the others go on', () =>
    onStage(broker, async (stage) => {
      const { channel } = stage;
      await shop(stage);
      await send(stage, ['order.1', 'order.2']);
      await rejectAll(stage, 2);
      await channel.deleteExchange('shop');
      await stage.queue('lost', [], { 'x-dead-letter-exchange': 'dlx', 'x-message-ttl': 0 });
      channel.sendToQueue('lost', Buffer.from('lost'));
      await channel.waitForConfirms();
      await eventually(async () => expect(await stage.ready('dead')).toBe(3));
      await channel.deleteQueue('lost');
      channel.sendToQueue('dead', Buffer.from('never died'));
      await channel.waitForConfirms();
      const { exitCode, text, stderr } = await stage.run(['dlq', 'replay', 'dead', '--json']);
      expect(exitCode).toBe(3);
      const answer = JSON.parse(text);
      expect(answer).toMatchObject({ replayed: 2, skipped: 0, failed: 2 });
      expect(Object.entries(answer.failures).sort()).toEqual([
        [expect.stringMatching(/^no x-death/), 1],
        [expect.stringMatching(/^returned: 312 NO_ROUTE/), 1],
      ]);
      expect(JSON.parse(stderr).error).toMatchObject({ kind: 'not-taken', message: expect.stringContaining("is in 'dead' still") });
      expect((await stage.bodies('work')).sort()).toEqual(['order.1', 'order.2']);
      expect((await stage.bodies('dead')).sort()).toEqual(['lost', 'never died']);
    }));

  test('a full queue takes what it can: the rest stays, in its order', () =>
    onStage(broker, async (stage) => {
      await stage.queue('dead', numbers(60));
      await stage.queue('to', [], { 'x-max-length': 20, 'x-overflow': 'reject-publish' });
      const { exitCode, text } = await stage.run(['dlq', 'replay', 'dead', '--to-queue', 'to', '--json']);
      expect({ exitCode, ...JSON.parse(text) }).toMatchObject({ exitCode: 3, replayed: 20, failed: 40 });
      expect(await stage.bodies('to')).toEqual(numbers(20));
      expect(await stage.bodies('dead')).toEqual(numbers(40, 21));
    }));

  test('--filter, --count: the others stay; more of them than --hold: exit 3, and it reports', () =>
    onStage(broker, async (stage) => {
      await shop(stage, QUORUM);
      await send(
        stage,
        numbers(40).map((n) => `order.${n}`),
      );
      await rejectAll(stage, 40);
      await stage.take('other');
      const replay = (...argv: string[]) => stage.run(['dlq', 'replay', 'dead', '--to-queue', '--json', ...argv]);
      expect(JSON.parse((await replay('--filter', 'reason=rejected', 'routing-key=order.30')).text)).toMatchObject({
        replayed: 1,
        skipped: 39,
      });
      expect(JSON.parse((await replay('-n', '5')).text)).toMatchObject({ replayed: 5, skipped: 0 });
      expect(JSON.parse((await replay('-n', '3', '--filter', 'queue=work')).text)).toMatchObject({ replayed: 3 });
      const cut = await replay('--filter', 'reason=expired', '--hold', '10');
      expect({ exitCode: cut.exitCode, ...JSON.parse(cut.text) }).toMatchObject({ exitCode: 3, replayed: 0, skipped: 11 });
      expect(cut.stderr).toContain('--hold');
      const [left, moved] = [await stage.bodies('dead'), await stage.bodies('work')];
      expect(moved).toHaveLength(9);
      expect([...left, ...moved].sort()).toEqual(
        numbers(40)
          .map((n) => `order.${n}`)
          .sort(),
      );
    }));

  test('more failures than the window, with a count: it ends, and none is lost', () =>
    onStage(broker, async (stage) => {
      await stage.queue('dead', numbers(150));
      const { exitCode, text } = await stage.run(['dlq', 'replay', 'dead', '-n', '140', '--json']);
      expect({ exitCode, ...JSON.parse(text) }).toMatchObject({ exitCode: 3, replayed: 0, failed: 100 });
      expect(await stage.bodies('dead')).toEqual(numbers(150));
    }));

  test('what dies again at once is replayed once, not for ever; then the guard leaves it', () =>
    onStage(broker, async (stage) => {
      const { channel } = stage;
      await channel.assertExchange('dlx', 'fanout');
      await stage.queue('dead');
      await channel.bindQueue('dead', 'dlx', '');
      await stage.queue('poison', [], { 'x-dead-letter-exchange': 'dlx', 'x-message-ttl': 0 });
      for (const body of numbers(5)) channel.sendToQueue('poison', Buffer.from(body));
      await channel.waitForConfirms();
      for (let time = 1; time <= 2; time++) {
        await eventually(async () => expect(await stage.ready('dead')).toBe(5));
        expect(await stage.run(['dlq', 'replay', 'dead', '--max-replays', '2'])).toMatchObject({ exitCode: 0, text: 'replayed 5\n' });
      }
      await eventually(async () => expect(await stage.ready('dead')).toBe(5));
      const { exitCode, text } = await stage.run(['dlq', 'replay', 'dead', '--max-replays', '2']);
      expect({ exitCode, text }).toEqual({
        exitCode: 3,
        text: 'replayed 0, failed 5\n  5 failed: replayed twice already (--max-replays)\n',
      });
      expect((await stage.take('dead')).map(({ properties }) => properties.headers?.['x-rmq-lab-replays'])).toEqual([2, 2, 2, 2, 2]);
    }));

  test('interrupted, it reports what it has done, and each message is in one place', () =>
    onStage(broker, async (stage) => {
      await stage.queue('dead', numbers(300));
      await stage.queue('to');
      const replaying = stage.start(['dlq', 'replay', 'dead', '--to-queue', 'to', '--rate', '200', '--json']);
      await eventually(async () => expect(await stage.ready('to')).toBeGreaterThan(5));
      replaying.kill('SIGINT');
      const { exitCode, stdout } = await replaying.done;
      const moved = await stage.bodies('to');
      expect({ exitCode, ...JSON.parse(stdout.toString()) }).toMatchObject({ exitCode: 130, replayed: moved.length, failed: 0 });
      expect([...moved, ...(await stage.bodies('dead'))].sort()).toEqual(numbers(300).sort());
    }));

  test('an empty queue: nothing to do; a missing queue or exchange: exit 6, and nothing is touched', () =>
    onStage(broker, async (stage) => {
      await stage.queue('dead');
      expect(await stage.run(['dlq', 'replay', 'dead'])).toMatchObject({ exitCode: 0, text: 'replayed 0\n' });
      expect(await stage.run(['dlq', 'replay', 'none'])).toMatchObject({ exitCode: 6, text: '' });
      await stage.queue('dead', ['1']);
      expect(await stage.run(['dlq', 'replay', 'dead', '--to', 'none'])).toMatchObject({ exitCode: 6, text: '' });
      expect((await stage.take('dead')).map(({ fields }) => fields.redelivered)).toEqual([false]);
    }));
});
