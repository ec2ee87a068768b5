import { describeBrokers } from '../support/brokers.ts';
import { fill, type Ground, onGround } from '../support/ground.ts';
import { runCli, startCli } from '../support/spawn.ts';

/** What differs between versions of RabbitMQ; what is not named is as on the newest. */
const DIFFERENCES: readonly { on: string; expect: Partial<Expected> }[] = [
  { on: '3.10', expect: { nackCounts: true } },
  { on: '4.0', expect: { nackCounts: true } },
];

interface Expected {
  /** Whether a quorum queue counts a message that is given back by basic.nack as delivered. */
  readonly nackCounts: boolean;
}

const NEWEST: Expected = { nackCounts: false };

describeBrokers('expect', (broker) => {
  const expected: Expected = { ...NEWEST, ...DIFFERENCES.find(({ on }) => on === broker.version)?.expect };

  /** How often the queue says that it has delivered its first message before. */
  const deliveries = async (ground: Ground, queue: string) =>
    ground.amqp(async (channel) => {
      const message = await channel.get(queue, { noAck: true });
      return message === false ? undefined : (message.properties.headers?.['x-delivery-count'] ?? 0);
    });

  describe('expect queue', () => {
    test('counts, absence, and what was found instead', () =>
      onGround(broker, async ({ run, json, amqp }) => {
        await run('declare-queue', 'q');
        await amqp(async (channel) => {
          await channel.consume('q', () => {});
          await channel.prefetch(1);
          expect(await json('expect', 'queue', 'q', '--consumers', '1')).toEqual({
            ok: true,
            found: { queue: 'q', exists: true, messages: 0, consumers: 1 },
          });
        });
        await amqp((channel) => fill(channel, 'q', ['a', 'b']));
        expect(await run('expect', 'queue', 'q', '--ready', '2')).toMatchObject({
          exitCode: 0,
          stdout: 'ok: queue q has 2 ready, 0 consumers\n',
        });
        expect(await run('expect', 'queue', 'q', '--ready-at-least', '1')).toMatchObject({ exitCode: 0 });
        expect(await run('expect', 'queue', 'q', '--ready', '1', '--within', '200ms')).toMatchObject({
          exitCode: 7,
          stdout: '',
          stderr: expect.stringContaining('error: expected 1 ready, but queue q has 2 ready, 0 consumers\n'),
        });
        expect(await run('expect', 'no-queue', 'q', '--within', '0')).toMatchObject({ exitCode: 7 });
        expect(await run('expect', 'queue', 'nope', '--within', '0')).toMatchObject({
          exitCode: 7,
          stderr: expect.stringContaining('try: declare it: rmq-lab declare-queue nope'),
        });
        expect(await run('expect', 'queue', 'nope', '--absent')).toMatchObject({ exitCode: 0, stdout: 'ok: there is no queue nope\n' });
      }));

    test('counts what is held unacknowledged', () =>
      onGround(broker, async ({ run, amqp }) => {
        await run('declare-queue', 'q');
        await amqp(async (channel) => {
          await fill(channel, 'q', ['a', 'b', 'c']);
          for (let n = 0; n < 2; n += 1) await channel.get('q');
          expect(await run('expect', 'queue', 'q', '--ready', '1', '--unacked', '2')).toMatchObject({
            exitCode: 0,
            stdout: 'ok: queue q has 2 unacknowledged, 1 ready, 0 consumers\n',
          });
          expect(await run('expect', 'queue', 'q', '--unacked', '3', '--within', '0')).toMatchObject({
            exitCode: 7,
            stderr: expect.stringContaining('error: expected 3 unacknowledged, but queue q has 2 unacknowledged, 1 ready, 0 consumers\n'),
          });
        });
        expect(await run('expect', 'queue', 'q', '--unacked', '0')).toMatchObject({ exitCode: 0 });
        expect(await run('expect', 'queue', 'none', '--unacked', '0', '--within', '0')).toMatchObject({ exitCode: 7 });
      }));

    test('waits for what is still to come', () =>
      onGround(broker, async ({ run, amqp, url, api }) => {
        const waiting = startCli(['--url', url, '--api', api, 'expect', 'queue', 'q', '--ready', '1', '--within', '15s'], { input: '' });
        await run('declare-queue', 'q');
        await amqp((channel) => fill(channel, 'q', ['a']));
        expect(await waiting.done).toMatchObject({ exitCode: 0 });
      }));

    test('an exclusive queue exists, though its counts cannot be seen', () =>
      onGround(broker, async ({ run, amqp }) => {
        await amqp(async (channel) => {
          await channel.assertQueue('mine', { exclusive: true, durable: false });
          expect(await run('expect', 'queue', 'mine')).toMatchObject({ exitCode: 0 });
          expect(await run('expect', 'queue', 'mine', '--ready', '0', '--within', '0')).toMatchObject({
            exitCode: 7,
            stderr: expect.stringContaining('exclusive to another connection'),
          });
          expect(await run('expect', 'no-queue', 'mine', '--within', '0')).toMatchObject({ exitCode: 7 });
        });
      }));

    test('waiting for a queue to expire does not keep it alive', () =>
      onGround(broker, async ({ run }) => {
        await run('declare-queue', 'q', '--expires', '1s');
        expect(await run('expect', 'no-queue', 'q', '--within', '10s')).toMatchObject({ exitCode: 0 });
      }));

    test('without a management API it does: asking over AMQP renews the expiry', () =>
      onGround(broker, async ({ run, url }) => {
        await run('declare-queue', 'q', '--expires', '1s');
        const { exitCode } = await runCli(['--url', url, '--api', 'http://127.0.0.1:1', 'expect', 'no-queue', 'q', '--within', '3s']);
        expect(exitCode).toBe(7);
      }));
  });

  test('expect exchange', () =>
    onGround(broker, async ({ run, json }) => {
      expect(await json('expect', 'exchange', 'amq.topic')).toEqual({ ok: true, found: { exchange: 'amq.topic', exists: true } });
      expect(await run('expect', 'exchange', '')).toMatchObject({ exitCode: 0, stdout: 'ok: the default exchange exists\n' });
      expect(await run('expect', 'exchange', 'x', '--within', '0')).toMatchObject({
        exitCode: 7,
        stderr: expect.stringContaining('expected an exchange, but there is no exchange x'),
      });
      expect(await run('expect', 'no-exchange', 'x')).toMatchObject({ exitCode: 0 });
      expect(await run('expect', 'exchange', 'amq.topic', '--absent', '--within', '0')).toMatchObject({ exitCode: 7 });
    }));

  describe('expect binding', () => {
    test('by key, by arguments with their types, between exchanges', () =>
      onGround(broker, async ({ run, json }) => {
        await run('declare-queue', 'q');
        await run('bind', 'amq.topic', 'q', 'a.#', 'b c/d');
        await run('bind', 'amq.headers', 'q', '-H', 'n:int=1', '-H', 's=one', '--match', 'any');
        await run('bind', 'amq.topic', 'amq.fanout', '--to-exchange');
        const look = (...argv: string[]) => run('expect', 'binding', ...argv, '--within', '0');
        const binding = { source: 'amq.topic', destination: 'q', destinationType: 'queue', routingKey: 'b c/d', arguments: {} };
        expect(await json('expect', 'binding', 'amq.topic', 'q', 'b c/d')).toEqual({ ok: true, found: { bindings: [binding] } });
        expect(await look('amq.topic', 'q')).toMatchObject({ exitCode: 0 });
        expect(await look('amq.topic', 'q', 'c')).toMatchObject({
          exitCode: 7,
          stderr: expect.stringContaining('  amq.topic → queue q, key a.#: its key is "a.#"\n'),
        });
        expect(await look('amq.headers', 'q', '-H', 'n:int=1')).toMatchObject({ exitCode: 0 });
        expect(await look('amq.headers', 'q', '-H', 's=one', '--match', 'any')).toMatchObject({ exitCode: 0 });
        expect(await look('amq.headers', 'q', '--match', 'all')).toMatchObject({ exitCode: 7 });
        expect(await look('amq.headers', 'q', '-H', 'n=1')).toMatchObject({
          exitCode: 7,
          stderr: expect.stringContaining('its n is the number 1, not the string "1": they never match'),
        });
        expect(await look('amq.topic', 'amq.fanout', '--to-exchange')).toMatchObject({ exitCode: 0 });
        expect(await look('amq.topic', 'amq.fanout')).toMatchObject({ exitCode: 7 });
        expect(await run('expect', 'no-binding', 'amq.topic', 'q', 'c')).toMatchObject({ exitCode: 0 });
        expect(await run('expect', 'no-binding', 'amq.topic', 'q', 'a.#', '--within', '0')).toMatchObject({ exitCode: 7 });
      }));

    test('every queue is bound to the default exchange, but no other name', () =>
      onGround(broker, async ({ run }) => {
        await run('declare-queue', 'q');
        expect(await run('expect', 'binding', '', 'q', 'q', '--within', '0')).toMatchObject({ exitCode: 0 });
        expect(await run('expect', 'binding', '', 'nope', '--within', '0')).toMatchObject({ exitCode: 7 });
      }));

    test('needs the management API', () =>
      onGround(broker, async ({ url }) => {
        const { exitCode, stderr } = await runCli(['--url', url, '--api', 'http://127.0.0.1:1', 'expect', 'binding', 'amq.topic', 'q']);
        expect(exitCode).toBe(5);
        expect(stderr).toMatch(/no management API at http:\/\/127\.0\.0\.1:1.*\ntry: .*rabbitmq_management/);
      }));
  });

  describe('expect message', () => {
    test('any message that is as described, and all of them are given back', () =>
      onGround(broker, async ({ run, json, amqp }) => {
        await run('declare-queue', 'q');
        await amqp(async (channel) => {
          await fill(channel, 'q', ['first'], { headers: { n: '1' } });
          await fill(channel, 'q', ['second'], { headers: { n: 1 }, contentType: 'text/plain', priority: 2 });
          await fill(channel, 'q', ['third']);
        });
        const look = (...argv: string[]) => run('expect', 'message', 'q', '--within', '0', ...argv);
        expect(await look('-r', 'q', '--body', 'second', '-H', 'n:int=1', '--property', 'content-type=text/plain')).toMatchObject({
          exitCode: 0,
          stdout: 'ok: queue q has a message with routing key q, body "second"\n',
        });
        const both = await look('--body', 'first', '-H', 'n:int=1');
        expect(both.exitCode).toBe(7);
        expect(both.stderr.split('\n').slice(0, 4)).toEqual([
          'error: no message in queue q is like this (looked at 3 messages):',
          '  1. routing key q, body "first": header n is the string "1", not the number 1',
          '  2. routing key q: body is "second", wanted "first"',
          '  3. routing key q: body is "third", wanted "first"; no header n',
        ]);
        const { found } = await json<{ found: { looked: number; message: object } }>('expect', 'message', 'q', '--property', 'priority=2');
        expect(found).toMatchObject({ looked: 2, message: { routingKey: 'q', body: 'second', properties: { headers: { n: 1 } } } });
        expect(await run('expect', 'no-message', 'q', '--body', 'fourth')).toMatchObject({ exitCode: 0 });
        expect(await run('expect', 'no-message', 'q', '--body', 'third')).toMatchObject({
          exitCode: 7,
          stderr: expect.stringContaining('queue q has such a message: routing key q, body "third"'),
        });
        expect(await run('expect', 'queue', 'q', '--ready', '3', '--within', '0')).toMatchObject({ exitCode: 0 });
      }));

    test('waits for a message, holding what it has seen', () =>
      onGround(broker, async ({ run, amqp, url, api }) => {
        await run('declare-queue', 'q');
        await amqp((channel) => fill(channel, 'q', ['other']));
        const waiting = startCli(['--url', url, '--api', api, 'expect', 'message', 'q', '--body', 'wanted', '--within', '15s'], {
          input: '',
        });
        await amqp((channel) => fill(channel, 'q', ['wanted']));
        expect(await waiting.done).toMatchObject({ exitCode: 0 });
        expect(await run('expect', 'queue', 'q', '--ready', '2')).toMatchObject({ exitCode: 0 });
      }));

    test('waits for the queue, too', () =>
      onGround(broker, async ({ run, amqp, url, api }) => {
        const waiting = startCli(['--url', url, '--api', api, 'expect', 'message', 'q', '--body', 'wanted', '--within', '15s'], {
          input: '',
        });
        await expect(run('expect', 'queue', 'q', '--within', '500ms')).resolves.toMatchObject({ exitCode: 7 });
        await run('declare-queue', 'q');
        await amqp((channel) => fill(channel, 'q', ['wanted']));
        expect(await waiting.done).toMatchObject({ exitCode: 0 });
      }));

    test('gives back what it holds when it is interrupted, before the connection closes', () =>
      onGround(broker, async (ground) => {
        const { run, amqp, url, api } = ground;
        await run('declare-queue', 'q', '--type', 'quorum');
        await amqp((channel) => fill(channel, 'q', ['a', 'b']));
        const waiting = startCli(['--url', url, '--api', api, 'expect', 'message', 'q', '--body', 'wanted', '--within', '1m'], {
          input: '',
        });
        expect(await run('expect', 'queue', 'q', '--ready', '0')).toMatchObject({ exitCode: 0 });
        waiting.kill('SIGINT');
        expect(await waiting.done).toMatchObject({ exitCode: 130 });
        expect(await run('expect', 'queue', 'q', '--ready', '2')).toMatchObject({ exitCode: 0 });
        expect(await deliveries(ground, 'q')).toBe(expected.nackCounts ? 1 : 0);
      }));

    test('knows how a message died', () =>
      onGround(broker, async ({ run, amqp }) => {
        await run('declare-queue', 'dead');
        await run('declare-queue', 'q', '--dead-letter-exchange', '', '--dead-letter-routing-key', 'dead', '--message-ttl', '0');
        await amqp((channel) => fill(channel, 'q', ['late']));
        const death = (...pairs: string[]) =>
          run('expect', 'message', 'dead', ...pairs.flatMap((pair) => ['--death', pair]), '--within', '2s');
        expect(await death('reason=expired', 'queue=q', 'count=1', 'routing-key=q')).toMatchObject({ exitCode: 0 });
        expect(await death('reason=rejected')).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('x-death: reason expired') });
      }));

    test('without a queue, or with an empty one', () =>
      onGround(broker, async ({ run }) => {
        const missing = { exitCode: 7, stderr: expect.stringContaining('there is no queue q to look into') };
        expect(await run('expect', 'message', 'q', '--within', '100ms')).toMatchObject(missing);
        expect(await run('expect', 'no-message', 'q', '--within', '100ms')).toMatchObject(missing);
        await run('declare-queue', 'q');
        expect(await run('expect', 'message', 'q', '--within', '0')).toMatchObject({
          exitCode: 7,
          stderr: expect.stringContaining('queue q is empty'),
        });
        expect(await run('expect', 'no-message', 'q', '--within', '0')).toMatchObject({ exitCode: 0 });
      }));

    test('a look costs a message of a quorum queue one delivery at most', () =>
      onGround(broker, async (ground) => {
        await ground.run('declare-queue', 'q', '--type', 'quorum');
        await ground.amqp((channel) => fill(channel, 'q', ['a']));
        for (let i = 0; i < 2; i++) await ground.run('expect', 'message', 'q', '--body', 'absent', '--within', '500ms');
        expect(await ground.run('expect', 'message', 'q', '--body', 'a')).toMatchObject({ exitCode: 0 });
        expect(await deliveries(ground, 'q')).toBe(expected.nackCounts ? 3 : 0);
      }));

    test('looking again and again never drops a message of a quorum queue', () =>
      onGround(broker, async ({ run, amqp }) => {
        await run('declare-queue', 'q', '--type', 'quorum', '--delivery-limit', '2');
        await amqp((channel) => fill(channel, 'q', ['precious', 'dear']));
        const look = () => run('expect', 'message', 'q', '--body', 'absent', '--within', '0');
        const reject = async () => {
          await amqp(async (channel) => {
            const message = await channel.get('q', { noAck: false });
            if (message !== false) channel.reject(message, true);
            await channel.prefetch(1);
          });
        };
        /** Brings the first message one return nearer to its limit, by what counts on this version. */
        const wear = expected.nackCounts ? look : reject;
        await wear();
        expect(await look()).toMatchObject({
          exitCode: 7,
          stderr: expect.stringMatching(/is near its delivery limit\n(.*\n)*try: take it \(rmq-lab get q\) or move it/),
        });
        if (!expected.nackCounts) await wear();
        for (let i = 0; i < 6; i++) await look();
        expect(await run('expect', 'queue', 'q', '--ready', '2')).toMatchObject({ exitCode: 0 });
      }));

    test('a stream cannot be looked into', () =>
      onGround(broker, async ({ run }) => {
        await run('declare-queue', 's', '--type', 'stream');
        expect(await run('expect', 'message', 's')).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('540') });
      }));
  });
});
