import { describeBrokers, managementOf } from '../support/brokers.ts';
import { eventually } from '../support/polling.ts';
import { onStage, type Stage } from '../support/stage.ts';

/** Rejects the next message of a queue; answers the key with which it came. */
const reject = ({ channel }: Stage, queue: string) =>
  eventually(async () => {
    const got = await channel.get(queue);
    if (got === false) throw new Error(`${queue} is empty`);
    channel.nack(got, false, false);
    return got.fields.routingKey;
  });

const taken = (stage: Stage, queue: string) =>
  eventually(async () => {
    const got = await stage.channel.get(queue, { noAck: true });
    if (got === false) throw new Error(`${queue} is empty`);
    return got;
  });

describeBrokers('dlq setup', (broker) => {
  test('a queue, its exchange and its dead-letter queue; again it changes nothing', () =>
    onStage(broker, async (stage) => {
      const { run, channel } = stage;
      const { exitCode, text, stderr } = await run(['dlq', 'setup', 'q', '--max-length', '1', '--json']);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(JSON.parse(text)).toMatchObject({
        queue: 'q',
        deadLetterExchange: 'q.dlx',
        deadLetterQueue: 'q.dlq',
        retry: [],
        policy: null,
        queues: [
          { name: 'q', created: true, arguments: { 'x-dead-letter-exchange': 'q.dlx', 'x-max-length': 1 } },
          { name: 'q.dlq', created: true },
        ],
        exchanges: [{ name: 'q.dlx', type: 'fanout', created: true }],
      });
      for (const body of ['old', 'new']) channel.sendToQueue('q', Buffer.from(body));
      await channel.waitForConfirms();
      expect((await taken(stage, 'q.dlq')).content.toString()).toBe('old');
      const again = await run(['dlq', 'setup', 'q', '--max-length', '1']);
      expect(again).toMatchObject({ exitCode: 0, text: expect.stringContaining('all of it was there') });
    }));

  test.each(['classic', 'quorum'])('--retry, %s: three attempts, each after its delay, then the dead-letter queue', (type) =>
    onStage(broker, async (stage) => {
      const { run, channel } = stage;
      const { exitCode, text } = await run(['dlq', 'setup', 'q', '--type', type, '--retry', '150ms', '300ms']);
      expect(exitCode).toBe(0);
      expect(text).toMatch(/rejected once .*q\.retry\.1 waits 150ms, then back to q\n.*rejected twice .*q\.retry\.2 waits 300ms/);
      await channel.assertExchange('x', 'topic');
      await channel.bindQueue('q', 'x', '#');
      channel.publish('x', 'a.b', Buffer.from('1'), { headers: { CC: ['a.c'], n: 1 } });
      await channel.waitForConfirms();
      const at: number[] = [];
      const keys: string[] = [];
      for (let attempt = 0; attempt < 3; attempt++) {
        keys.push(await reject(stage, 'q'));
        at.push(performance.now());
      }
      expect(keys).toEqual(['a.b', 'rung.2', 'rung.3']);
      expect((at[1] as number) - (at[0] as number)).toBeGreaterThan(140);
      expect((at[2] as number) - (at[1] as number)).toBeGreaterThan(290);
      const { properties } = await taken(stage, 'q.dlq');
      const deaths = (properties.headers?.['x-death'] ?? []).map(({ queue, reason, count }) => `${queue}/${reason}:${count}`);
      expect(deaths.sort()).toEqual(['q.retry.1/expired:1', 'q.retry.2/expired:1', 'q/rejected:3']);
      expect(properties.headers).toMatchObject({ n: 1, 'x-first-death-exchange': 'x' });
      // the exchange of the last death is the one through which it came then, though x-death names that of the first time
      if (broker.version !== '3.10') expect(properties.headers).toMatchObject({ 'x-last-death-exchange': 'q.retry.again' });
      for (const queue of ['q', 'q.retry.1', 'q.retry.2', 'q.dlq']) expect(await stage.ready(queue)).toBe(0);
    }),
  );

  test('--retry: what no consumer rejected goes to the dead-letter queue, not in a circle in which the broker drops it', () =>
    onStage(broker, async (stage) => {
      const { run, channel } = stage;
      const { exitCode, stderr } = await run(['dlq', 'setup', 'q', '--retry', '10ms', '--max-length', '1']);
      expect(exitCode).toBe(0);
      expect(stderr).toMatch(/overflows at its first attempt goes to 'q\.dlq'; at a later one the broker drops it/);
      channel.sendToQueue('q', Buffer.from('expires'), { expiration: '1' });
      await channel.waitForConfirms();
      expect((await taken(stage, 'q.dlq')).content.toString()).toBe('expires');
      for (const body of ['pushed out', 'stays']) channel.sendToQueue('q', Buffer.from(body));
      await channel.waitForConfirms();
      expect((await taken(stage, 'q.dlq')).content.toString()).toBe('pushed out');
    }));

  test('a longer ladder, then a shorter one: no message comes twice', () =>
    onStage(broker, async (stage) => {
      const { run, channel, ready } = stage;
      for (const delays of [['1ms'], ['1ms', '2ms'], ['1ms']]) {
        expect(await run(['dlq', 'setup', 'q', '--retry', ...delays])).toMatchObject({ exitCode: 0 });
        channel.sendToQueue('q', Buffer.from('1'));
        await channel.waitForConfirms();
        for (let attempt = 0; attempt <= delays.length; attempt++) await reject(stage, 'q');
        expect((await taken(stage, 'q.dlq')).content.toString()).toBe('1');
        // a second copy would wait, and come to the queue again
        await stage.run(['expect', 'queue', 'q', '--ready', '1', '--within', '300ms']);
        for (const queue of ['q', 'q.dlq', 'q.retry.1']) expect(await ready(queue)).toBe(0);
      }
    }));

  test('a queue that exists without: 406 shows both, makes nothing, and --policy does it', () =>
    onStage(broker, async (stage) => {
      const { run, queue, vhost, get } = stage;
      await queue('old', ['1']);
      const refused = await run(['dlq', 'setup', 'old']);
      expect(refused).toMatchObject({ exitCode: 6, text: '' });
      expect(refused.stderr).toMatch(/x-dead-letter-exchange +old\.dlx +- +<- differs/);
      expect(refused.stderr).toContain(`rabbitmqctl set_policy -p ${vhost} --apply-to queues old.dead-letters '^old$'`);
      expect(refused.stderr).toMatch(/^try: add --policy/m);
      expect(await run(['expect', 'exchange', 'old.dlx', '--absent'])).toMatchObject({ exitCode: 0 });
      const done = await run(['dlq', 'setup', 'old', '--policy', '--json']);
      expect(done).toMatchObject({ exitCode: 0, stderr: '' });
      expect(JSON.parse(done.text)).toMatchObject({ policy: 'old.dead-letters' });
      // a policy reaches its queues a moment after it was set
      await eventually(async () => {
        const queues = await get<{ name: string; policy?: string }[]>(`/api/queues/${vhost}?disable_stats=true&enable_queue_totals=true`);
        expect(queues?.find(({ name }) => name === 'old')?.policy).toBe('old.dead-letters');
      });
      await reject(stage, 'old');
      expect((await taken(stage, 'old.dlq')).content.toString()).toBe('1');
      await queue('other', [], { 'x-dead-letter-exchange': 'elsewhere' });
      const vain = await run(['dlq', 'setup', 'other', '--policy']);
      expect(vain).toMatchObject({ exitCode: 6, stderr: expect.stringMatching(/'elsewhere', which counts before any policy/) });
      await managementOf(broker).put(`/api/policies/${vhost}/theirs`, {
        pattern: '^third$',
        definition: { 'max-length': 5 },
        'apply-to': 'queues',
      });
      await queue('third');
      const second = await run(['dlq', 'setup', 'third', '--policy']);
      expect(second).toMatchObject({ exitCode: 6, stderr: expect.stringMatching(/has the policy 'theirs' already/) });
    }));

  test('the exchange of another ladder is refused: dead letters of both would mix', () =>
    onStage(broker, async ({ run }) => {
      expect(await run(['dlq', 'setup', 'a', '--retry', '1s'])).toMatchObject({ exitCode: 0 });
      const { exitCode, stderr } = await run(['dlq', 'setup', 'b', '--retry', '1s', '--dlx', 'a.dlx']);
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('alternate-exchange') });
      expect(await run(['expect', 'exchange', 'b.retry.first', '--absent'])).toMatchObject({ exitCode: 0 });
    }));

  test('purge asks, or needs --yes', () =>
    onStage(broker, async ({ run, queue, ready }) => {
      await queue('q.dlq', ['1', '2']);
      expect(await run(['dlq', 'purge', 'q.dlq'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--yes') });
      expect(await ready('q.dlq')).toBe(2);
      const { text } = await run(['dlq', 'purge', 'q.dlq', '--yes', '--json']);
      expect(JSON.parse(text)).toEqual({ queue: 'q.dlq', purged: 2 });
      expect(await run(['dlq', 'purge', 'none', '--yes'])).toMatchObject({ exitCode: 6 });
    }));
});
