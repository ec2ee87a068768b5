import { behindProxy, expectAtLeastOnce } from '../support/behind-proxy.ts';
import { describeBrokers, describeNewestBroker } from '../support/brokers.ts';
import { eventually } from '../support/polling.ts';
import { numbers, onStage, QUORUM, type Stage } from '../support/stage.ts';

const UPPER = ['serve', 'rpc', '--exec', 'tr a-z A-Z'];

/** Puts requests into the queue rpc that are to be answered to the queue replies. */
async function ask({ channel, queue }: Stage, bodies: readonly string[], table = {}): Promise<void> {
  await queue('rpc', [], table);
  await queue('replies');
  for (const body of bodies) channel.sendToQueue('rpc', Buffer.from(body), { replyTo: 'replies', correlationId: `id-${body}` });
  await channel.waitForConfirms();
}

describeBrokers('serve', (broker) => {
  test('answers what call asks', () =>
    onStage(broker, async (stage) => {
      await stage.queue('rpc');
      const server = stage.start([...UPPER, '-n', '13']);
      expect(await stage.run(['call', '-q', 'rpc', 'hello'])).toMatchObject({ exitCode: 0, text: 'HELLO\n' });
      const { lines } = await stage.run(['call', '-q', 'rpc', '--lines'], {
        input: numbers(12)
          .map((n) => `n${n}\n`)
          .join(''),
      });
      expect(lines).toEqual(numbers(12).map((n) => `N${n}`));
      expect(await server.done).toMatchObject({ exitCode: 0, stderr: '' });
      expect(await stage.ready('rpc')).toBe(0);
    }));

  test('a reply is the stdout of the command, byte for byte, with the id of the request; the environment is that of consume', () =>
    onStage(broker, async (stage) => {
      await ask(stage, ['x']);
      const command = 'cat; printf "|%s|%s|\\377" "$RMQ_REPLY_TO" "$RMQ_CORRELATION_ID"; echo noise >&2';
      const argv = ['serve', 'rpc', '-n', '1', '--exec', command, '-H', 'n:int=1', '--content-type', 'a/b', '--json'];
      const { exitCode, text, stderr } = await stage.run(argv);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: 'noise\n' });
      expect(JSON.parse(text)).toEqual({ answered: 1, errors: 0, unanswered: 0, failed: 0 });
      const [reply] = await stage.take('replies');
      expect(reply?.content).toEqual(Buffer.from('x|replies|id-x|\u00ff', 'latin1'));
      expect(reply?.properties).toMatchObject({ correlationId: 'id-x', headers: { n: 1 }, contentType: 'a/b', deliveryMode: 2 });
    }));

  test('--parallel: all are answered, each once', () =>
    onStage(broker, async (stage) => {
      await ask(stage, numbers(40), QUORUM);
      expect(await stage.run(['serve', 'rpc', '-n', '40', '--parallel', '4', '--exec', 'cat'])).toMatchObject({ exitCode: 0 });
      expect((await stage.bodies('replies')).sort()).toEqual(numbers(40).sort());
    }));

  test('a command that fails: the request comes again; with --on-fail reject it goes, exit 3', () =>
    onStage(broker, async (stage) => {
      await ask(stage, ['1', '2']);
      const once = 'b=$(cat); if [ "$RMQ_REDELIVERED" = false ]; then exit 9; fi; echo $b';
      const { exitCode, stderr } = await stage.run(['serve', 'rpc', '-n', '2', '--exec', once]);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringContaining('the command failed (exit 9)') });
      expect((await stage.bodies('replies')).sort()).toEqual(['1\n', '2\n']);
      await ask(stage, ['3']);
      expect(await stage.run(['serve', 'rpc', '-n', '1', '--exec', 'exit 1', '--on-fail', 'reject'])).toMatchObject({ exitCode: 3 });
      expect([await stage.ready('rpc'), await stage.ready('replies')]).toEqual([0, 0]);
    }));

  test('--reply-error: the caller is told of the failure, at once', () =>
    onStage(broker, async (stage) => {
      await stage.queue('rpc');
      const server = stage.start(['serve', 'rpc', '-n', '1', '--reply-error', '--exec', 'echo so it is; exit 4']);
      expect(await stage.run(['call', '-q', 'rpc', 'x'])).toMatchObject({
        exitCode: 3,
        text: 'so it is\n\n',
        stderr: expect.stringContaining('answered with an error: exit 4'),
      });
      expect(await server.done).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('answered with an error') });
    }));

  test.each<[string, object, RegExp]>([
    ['nobody to answer to', {}, /no reply-to: its reply \(1 bytes\) goes nowhere/],
    ['a caller that has gone', { replyTo: 'gone', correlationId: 'a' }, /^$/],
    ['a direct reply-to that is none', { replyTo: 'amq.rabbitmq.reply-to.nonsense', correlationId: 'a' }, /^$/],
    ['no correlation id', { replyTo: 'replies' }, /^$/],
  ])('%s: worked on, and done with', (_name, properties, stderr) =>
    onStage(broker, async (stage) => {
      await ask(stage, []);
      stage.channel.sendToQueue('rpc', Buffer.from('x'), properties);
      await stage.channel.waitForConfirms();
      expect(await stage.run(['serve', 'rpc', '-n', '1', '--exec', 'cat'])).toMatchObject({
        exitCode: 0,
        stderr: expect.stringMatching(stderr),
      });
      expect(await stage.ready('rpc')).toBe(0);
    }),
  );

  test('a reply that is not taken is a failure like any other: the request stays', () =>
    onStage(broker, async (stage) => {
      await ask(stage, ['1', '2', '3']);
      await stage.queue('full', ['f'], { 'x-max-length': 1, 'x-overflow': 'reject-publish' });
      stage.channel.sendToQueue('rpc', Buffer.from('4'), { replyTo: 'full', correlationId: 'a' });
      await stage.channel.waitForConfirms();
      const { exitCode, stderr } = await stage.run(['serve', 'rpc', '--idle-timeout', '3s', '--timeout', '2s', '--exec', 'cat']);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 0,
        stderr: expect.stringContaining('its reply was refused: the broker refused it'),
      });
      expect(await stage.bodies('replies')).toEqual(['1', '2', '3']);
      expect(await stage.bodies('rpc')).toEqual(['4']);
    }));

  test.each<[string, string[], number, RegExp]>([
    ['a missing queue', ['none', '--exec', 'cat'], 6, /404[\s\S]*declare-queue none/],
    ['no command', ['rpc'], 2, /--exec/],
    ['a word that is none', ['rpc', '--exec', 'cat', '--on-fail', 'drop'], 2, /--on-fail: 'drop'/],
    ['a bad number', ['rpc', '--exec', 'cat', '--parallel', '0'], 2, /--parallel: '0'/],
    ['fewer than the count', ['rpc', '--exec', 'cat', '-n', '1', '--timeout', '300ms'], 7, /0 of 1 messages/],
  ])('%s', (_name, argv, code, message) =>
    onStage(broker, async ({ queue, run }) => {
      await queue('rpc');
      expect(await run(['serve', ...argv])).toMatchObject({ exitCode: code, text: '', stderr: expect.stringMatching(message) });
    }),
  );
});

describeNewestBroker('serve, and what cuts it short', (broker) => {
  test('a lost connection: it goes on, and each request has its reply at least once', () =>
    behindProxy(broker, async (stage, proxy, env) => {
      await ask(stage, numbers(60));
      const server = stage.start(['serve', 'rpc', '--parallel', '2', '--idle-timeout', '2s', '--exec', 'cat'], { env });
      for (const least of [5, 25]) {
        await eventually(async () => expect(await stage.ready('replies')).toBeGreaterThan(least), { within: 20_000 });
        proxy.cut();
      }
      expect(await server.done).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/connected again[\s\S]*connected again/) });
      expectAtLeastOnce(await stage.bodies('replies'), numbers(60));
      expect(await stage.ready('rpc')).toBe(0);
    }));

  test('SIGTERM ends the command, its request goes back unanswered', () =>
    onStage(broker, async (stage) => {
      await ask(stage, ['1', '2'], QUORUM);
      const server = stage.start(['serve', 'rpc', '--reply-error', '--exec', 'echo began >&2; sleep 60']);
      await server.waitForStderr('began');
      server.kill('SIGTERM');
      expect(await server.done).toMatchObject({ exitCode: 143, stderr: expect.stringContaining('served 0, gave back 1') });
      expect([await stage.bodies('replies'), await stage.bodies('rpc')]).toEqual([[], ['1', '2']]);
    }));
});
