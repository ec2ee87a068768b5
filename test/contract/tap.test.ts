import { behindProxy } from '../support/behind-proxy.ts';
import { describeBrokers, describeNewestBroker } from '../support/brokers.ts';
import { eventually } from '../support/polling.ts';
import { numbers, onStage, type Stage } from '../support/stage.ts';

const TAPPING = 'copies only';

/** Starts a tap, and resolves when it copies. */
async function startTap({ start }: Pick<Stage, 'start'>, ...argv: string[]) {
  const running = start(['tap', ...argv]);
  await running.waitForStderr(TAPPING);
  return running;
}

const linesOf = (stdout: Buffer) => stdout.toString().trim().split('\n');

describeBrokers('tap', (broker) => {
  test.each<[string, string, string[], string[]]>([
    ['topic, everything', 'topic', [], ['a.b', 'c']],
    ['topic, a pattern', 'topic', ['a.*'], ['a.b', 'a.c']],
    ['fanout', 'fanout', [], ['a.b', 'c']],
    ['direct, keys', 'direct', ['a.b', 'c'], ['a.b', 'c']],
    ['headers, everything', 'headers', [], ['a.b', 'c']],
  ])('copies what is published: %s', (_name, type, keys, expected) =>
    onStage(broker, async (stage) => {
      const { channel, queue, bodies } = stage;
      await channel.assertExchange('x', type);
      await queue('q');
      await channel.bindQueue('q', 'x', type === 'topic' ? '#' : 'c');
      const running = await startTap(stage, 'x', ...keys, '-n', '2', '--json');
      for (const key of ['a.b', ...(keys[0] === 'a.*' ? ['x.y', 'a.c'] : []), 'c']) channel.publish('x', key, Buffer.from(key));
      const { exitCode, stdout } = await running.done;
      expect(exitCode).toBe(0);
      const copies = linesOf(stdout).map((line) => JSON.parse(line) as { exchange: string; routingKey: string; redelivered: boolean });
      expect(copies.map(({ routingKey }) => routingKey)).toEqual(expected);
      expect(copies[0]).toMatchObject({ exchange: 'x', redelivered: false, body: 'a.b' });
      // the queue's own copies are there as ever
      await eventually(async () => expect((await bodies('q')).includes('c')).toBe(true));
    }),
  );

  test('by headers, and an internal exchange by what feeds it', () =>
    onStage(broker, async (stage) => {
      const { channel } = stage;
      await channel.assertExchange('x', 'fanout');
      await channel.assertExchange('inner', 'headers', { internal: true });
      await channel.bindExchange('inner', 'x', '');
      const running = await startTap(stage, 'inner', '-H', 'n:int=1', '-H', 'f=pdf', '--match', 'any', '-n', '2');
      for (const [body, headers] of [
        ['number', { n: 1 }],
        ['text', { n: '1' }],
        ['format', { f: 'pdf' }],
      ] as const) {
        channel.publish('x', '', Buffer.from(body), { headers });
      }
      expect((await running.done).stdout.toString()).toBe('number\nformat\n');
    }));

  test('leaves nothing behind, and makes what was unroutable routable while it is there', () =>
    onStage(broker, async (stage) => {
      const { channel, run, get, vhost } = stage;
      await channel.assertExchange('x', 'topic');
      expect(await run(['publish', 'x', 'k', 'lost'])).toMatchObject({ exitCode: 3 });
      const running = await startTap(stage, 'x');
      expect(await run(['publish', 'x', 'k', 'seen'])).toMatchObject({ exitCode: 0 });
      await running.waitForStdout('seen');
      running.kill('SIGINT');
      expect(await running.done).toMatchObject({ exitCode: 130, stderr: expect.stringContaining('tapped 1') });
      await eventually(async () => expect(await get(`/api/queues/${vhost}?disable_stats=true&enable_queue_totals=true`)).toEqual([]));
      expect(await run(['publish', 'x', 'k', 'lost'])).toMatchObject({ exitCode: 3 });
    }));

  test('a slow reader loses nothing: the rest waits on the broker', () =>
    onStage(broker, async (stage) => {
      const { channel } = stage;
      await channel.assertExchange('x', 'fanout');
      const running = await startTap(stage, 'x', '-n', '2000', '--prefetch', '50');
      running.pauseStdout();
      const body = 'x'.repeat(1_000);
      for (const n of numbers(2_000)) channel.publish('x', '', Buffer.from(`${n} ${body}`));
      await channel.waitForConfirms();
      running.resumeStdout();
      const { exitCode, stdout } = await running.done;
      expect(exitCode).toBe(0);
      expect(linesOf(stdout).map((line) => line.split(' ')[0])).toEqual(numbers(2_000));
    }));

  test.each<[string, string[], number, RegExp]>([
    ['the default exchange', ['', 'work'], 2, /cannot be tapped[\s\S]*rmq-lab peek work/],
    ['a missing exchange', ['none'], 6, /404[\s\S]*declare-exchange none/],
    ['a queue', ['q'], 6, /404[\s\S]*'q' is a queue/],
    ['a direct exchange without keys', ['d'], 2, /exact keys[\s\S]*rmq-lab tap d blue red/],
    ['headers on a direct exchange', ['d', '-H', 'a=1'], 2, /-H and --match/],
    ['a bad count', ['d', 'k', '-n', '0'], 2, /--count: '0'/],
    ['a bad format', ['d', 'k', '--format', '{{colour}}'], 2, /--format: '\{\{colour\}\}'/],
    ['fewer than the count', ['d', 'k', '-n', '1', '--timeout', '300ms'], 7, /0 of 1 messages: the time is over/],
    ['nothing for a time, which is no failure', ['d', 'k', '--idle-timeout', '300ms'], 0, /copies only/],
  ])('%s', (_name, argv, code, message) =>
    onStage(broker, async ({ channel, queue, run }) => {
      await queue('q');
      await channel.assertExchange('d', 'direct');
      for (const key of ['red', 'blue']) await channel.bindQueue('q', 'd', key);
      expect(await run(['tap', ...argv])).toMatchObject({ exitCode: code, text: '', stderr: expect.stringMatching(message) });
    }),
  );
});

describeNewestBroker('tap, and what can be known', (broker) => {
  test('without a management API it taps all the same, and says what it does not know', () =>
    onStage(broker, async (stage) => {
      await stage.channel.assertExchange('x', 'topic');
      const running = stage.start(['tap', 'x', '-n', '1', '--api', 'http://127.0.0.1:9']);
      await running.waitForStderr(TAPPING);
      stage.channel.publish('x', 'k', Buffer.from('1'));
      expect(await running.done).toMatchObject({
        exitCode: 0,
        stdout: Buffer.from('1\n'),
        stderr: expect.stringContaining('could not be asked'),
      });
    }));

  test('after a lost connection it taps anew, and says that copies were missed', () =>
    behindProxy(broker, async (stage, proxy, env) => {
      await stage.channel.assertExchange('x', 'fanout');
      const running = stage.start(['tap', 'x', '-n', '2'], { env });
      await running.waitForStderr(TAPPING);
      stage.channel.publish('x', '', Buffer.from('before'));
      await running.waitForStdout('before');
      proxy.cut();
      await running.waitForStderr('tapping again; copies of what was published in between were missed');
      await running.waitForStderr(/copies only[\s\S]*copies only/);
      stage.channel.publish('x', '', Buffer.from('after'));
      expect(await running.done).toMatchObject({ exitCode: 0, stdout: Buffer.from('before\nafter\n') });
    }));
});
