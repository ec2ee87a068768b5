import type { ConsumeMessage, Options } from 'amqplib';
import { behindProxy } from '../support/behind-proxy.ts';
import { describeBrokers, describeNewestBroker } from '../support/brokers.ts';
import { eventually } from '../support/polling.ts';
import { numbers, onStage, type Stage } from '../support/stage.ts';

type Reply = (body: string, more?: Options.Publish) => void;

/** Serves a queue with bare amqplib; answers what came. */
async function serve(stage: Stage, answer: (request: ConsumeMessage, reply: Reply) => void): Promise<ConsumeMessage[]> {
  const came: ConsumeMessage[] = [];
  await stage.queue('rpc');
  const channel = await stage.connection.createChannel();
  await channel.consume('rpc', (request) => {
    if (request === null) return;
    came.push(request);
    channel.ack(request);
    const { replyTo, correlationId } = request.properties as { replyTo: string; correlationId: string };
    answer(request, (body, more) => channel.sendToQueue(replyTo, Buffer.from(body), { correlationId, ...more }));
  });
  return came;
}

const shout = (request: ConsumeMessage, reply: Reply) => reply(request.content.toString().toUpperCase());

describeBrokers('call', (broker) => {
  test('prints the body of the reply; the request bears properties and headers', () =>
    onStage(broker, async (stage) => {
      const came = await serve(stage, shout);
      const argv = ['call', '-q', 'rpc', 'hello', '-H', 'n:int=1', '--content-type', 'a/b', '--expiration', '10s'];
      expect(await stage.run(argv)).toMatchObject({ exitCode: 0, text: 'HELLO\n', stderr: '' });
      expect(came[0]?.properties).toMatchObject({
        headers: { n: 1 },
        contentType: 'a/b',
        expiration: '10000',
        replyTo: expect.stringMatching(/^amq\.rabbitmq\.reply-to\./),
        correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
    }));

  test('through an exchange, byte for byte, and as an envelope', () =>
    onStage(broker, async (stage) => {
      await serve(stage, (_request, reply) => reply('\u00ff\n', { headers: { cost: 3 }, contentType: 'x/y' }));
      await stage.channel.assertExchange('x', 'direct');
      await stage.channel.bindQueue('rpc', 'x', 'k');
      expect(await stage.run(['call', 'x', 'k', 'b', '--raw'])).toMatchObject({ exitCode: 0, stdout: Buffer.from('\u00ff\n') });
      const { text } = await stage.run(['call', 'x', 'k', 'b', '--json', '--correlation-id', 'mine']);
      expect(JSON.parse(text)).toMatchObject({
        exchange: '',
        properties: { correlationId: 'mine', contentType: 'x/y', headers: { cost: 3 } },
        body: '\u00ff\n',
      });
    }));

  test('--lines: the replies come in the order of the lines, in whatever order they were given', () =>
    onStage(broker, async (stage) => {
      const held: [ConsumeMessage, Reply][] = [];
      await serve(stage, (request, reply) => {
        held.push([request, reply]);
        if (held.length < 10) return;
        for (const [asked, give] of held.splice(0).reverse()) shout(asked, give);
      });
      const input = numbers(50).map((n) => `n${n}\n`);
      const { exitCode, lines } = await stage.run(['call', '-q', 'rpc', '--lines', '--parallel', '10'], { input: input.join('') });
      expect({ exitCode, lines }).toEqual({ exitCode: 0, lines: numbers(50).map((n) => `N${n}`) });
    }));

  test('of several calls, those without a reply are named, and the others printed', () =>
    onStage(broker, async (stage) => {
      await serve(stage, (request, reply) => request.content.toString() !== 'b' && shout(request, reply));
      const argv = ['call', '-q', 'rpc', '--lines', '--timeout', '500ms'];
      const { exitCode, text, stderr } = await stage.run(argv, { input: 'a\nb\nc\n' });
      expect({ exitCode, text }).toEqual({ exitCode: 7, text: 'A\nC\n' });
      expect(stderr).toMatch(
        /^line 2: no reply within 500 ms\nerror: 1 of 3 calls failed \(1 without a reply in time\)\nqueue 'rpc': 1 consumer, 0 requests wait\ntry: /,
      );
    }));

  test('late and foreign replies are dropped, and told with --verbose', () =>
    onStage(broker, async (stage) => {
      let late: () => void = () => undefined;
      await serve(stage, (request, reply) => {
        if (request.content.toString() === 'first') late = () => reply('too late');
        else {
          reply('foreign', { correlationId: 'other' });
          late();
          reply('right');
        }
      });
      const running = stage.start(['call', '-q', 'rpc', '--lines', '--timeout', '1s', '--verbose']);
      running.stdin.write('first\n');
      await running.waitForStderr('line 1: no reply within 1 s');
      running.stdin.end('second\n');
      const { exitCode, stdout, stderr } = await running.done;
      expect({ exitCode, text: stdout.toString() }).toEqual({ exitCode: 7, text: 'right\n' });
      expect(stderr).toMatch(/dropped a foreign reply, correlation id other: 7 bytes\ndropped a late reply, .*: 8 bytes/);
    }));

  test('a reply that says that it is an error: exit 3', () =>
    onStage(broker, async (stage) => {
      await serve(stage, (_request, reply) => reply('what was wrong', { headers: { 'x-error': 'exit 9' } }));
      expect(await stage.run(['call', '-q', 'rpc', 'x'])).toMatchObject({
        exitCode: 3,
        text: 'what was wrong\n',
        stderr: expect.stringContaining('the server answered with an error: exit 9'),
      });
    }));

  test.each<[string, string[], number, RegExp]>([
    [
      'no reply in time, nobody there',
      ['-q', 'deaf', 'x', '--timeout', '300ms'],
      7,
      /no reply within 300 ms\n.*has no consumer; 1 request/,
    ],
    ['a missing queue, at once', ['-q', 'none', 'x', '--timeout', '1m'], 3, /reached no server: 312 NO_ROUTE\ntry: .*declare-queue none/],
    ['an exchange without a way', ['amq.direct', 'k', 'x', '--timeout', '1m'], 3, /reached no server[\s\S]*rmq-lab bind amq\.direct/],
    ['a missing exchange', ['none', 'k', 'x'], 6, /404/],
    ['a full queue', ['-q', 'full', 'x', '--timeout', '1m'], 3, /reached no server: the broker refused it/],
    ['nobody named', ['x'], 2, /whom to call/],
    ['a reply-to', ['-q', 'deaf', 'x', '--property', 'reply-to=q'], 2, /reply-to/],
    ['no time', ['-q', 'deaf', 'x', '--timeout', '0'], 2, /--timeout/],
    ['lines and a body', ['-q', 'deaf', 'x', '--lines'], 2, /--lines and a body/],
    ['one id for several', ['-q', 'deaf', 'x', '-n', '2', '--correlation-id', 'a'], 2, /--correlation-id and/],
  ])('%s', (_name, argv, code, message) =>
    onStage(broker, async ({ queue, run }) => {
      await queue('deaf');
      await queue('full', ['1'], { 'x-max-length': 1, 'x-overflow': 'reject-publish' });
      expect(await run(['call', ...argv])).toMatchObject({ exitCode: code, text: '', stderr: expect.stringMatching(message) });
    }),
  );
});

describeNewestBroker('call, and what cuts it short', (broker) => {
  test('a lost connection: exit 5, and the request is not sent twice', () =>
    behindProxy(broker, async (stage, proxy, env) => {
      const came = await serve(stage, () => proxy.cut());
      const { exitCode, stderr } = await stage.run(['call', '-q', 'rpc', 'x'], { env });
      expect(exitCode).toBe(5);
      expect(stderr).toContain('with a call waiting for a reply');
      expect(came).toHaveLength(1);
    }));

  test('Ctrl-C: exit 130', () =>
    onStage(broker, async (stage) => {
      const came = await serve(stage, () => undefined);
      const running = stage.start(['call', '-q', 'rpc', 'x']);
      await eventually(() => expect(came).toHaveLength(1));
      running.kill('SIGINT');
      expect(await running.done).toMatchObject({ exitCode: 130, stderr: '' });
    }));
});
