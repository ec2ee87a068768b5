import type { ConfirmChannel } from 'amqplib';
import { describeBrokers } from '../support/brokers.ts';
import { fill, onGround } from '../support/ground.ts';
import { runCli } from '../support/spawn.ts';

/** What differs between versions of RabbitMQ; what is not named is as on the newest. */
const DIFFERENCES: readonly { on: string; expect: Partial<Expected> }[] = [
  {
    on: '3.10',
    expect: {
      otherType: "received the value 'quorum' of type 'longstr' but current is none",
      unknownExchangeType: 503,
      implicitArguments: {},
      lazyNote: '',
    },
  },
  { on: '4.0', expect: { lazyNote: /lazy has no effect on RabbitMQ 4\.0/ } },
];

interface Expected {
  /** The broker's words when a classic queue is declared again as a quorum queue. */
  readonly otherType: string;
  readonly unknownExchangeType: number;
  /** Arguments that a classic queue has unasked. */
  readonly implicitArguments: object;
  readonly lazyNote: string | RegExp;
}

const NEWEST: Expected = {
  otherType: "received 'quorum' but current is 'classic'",
  unknownExchangeType: 406,
  implicitArguments: { 'x-queue-type': 'classic' },
  lazyNote: /lazy has no effect on RabbitMQ/,
};

describeBrokers('topology commands', (broker) => {
  const expected: Expected = { ...NEWEST, ...DIFFERENCES.find(({ on }) => on === broker.version)?.expect };

  describe('declare-queue', () => {
    test('declares what the options say, and is idempotent', () =>
      onGround(broker, async ({ run, json, get }) => {
        const flags = ['--max-length', '5', '--max-length-bytes', '4kB', '--message-ttl', '5s', '--expires', '10m', '--max-priority', '3'];
        const more = ['--overflow', 'reject-publish', '--dead-letter-exchange', 'dlx', '--dead-letter-routing-key', 'k'];
        const argv = ['declare-queue', 'q', ...flags, ...more, '--single-active-consumer', '--arg', 'x-mine:bool=true'];
        expect(await json(...argv)).toEqual({ queue: 'q', messages: 0, consumers: 0 });
        expect(await run(...argv)).toMatchObject({ exitCode: 0, stdout: 'queue q (durable): 0 ready, 0 consumers\n', stderr: '' });
        expect(await get('/api/queues/VHOST/q')).toMatchObject({
          durable: true,
          auto_delete: false,
          arguments: {
            'x-max-length': 5,
            'x-max-length-bytes': 4000,
            'x-message-ttl': 5000,
            'x-expires': 600_000,
            'x-max-priority': 3,
            'x-overflow': 'reject-publish',
            'x-dead-letter-exchange': 'dlx',
            'x-dead-letter-routing-key': 'k',
            'x-single-active-consumer': true,
            'x-mine': true,
            ...expected.implicitArguments,
          },
        });
      }));

    test('a quorum queue, with its limit', () =>
      onGround(broker, async ({ run, get }) => {
        const { stdout } = await run('declare-queue', 'q', '--type', 'quorum', '--delivery-limit', '5');
        expect(stdout).toBe('queue q (quorum, durable): 0 ready, 0 consumers\n');
        const arguments_ = { 'x-queue-type': 'quorum', 'x-delivery-limit': 5 };
        expect(await get('/api/queues/VHOST/q')).toMatchObject({ type: 'quorum', arguments: arguments_ });
      }));

    test('lazy says where it has no effect', () =>
      onGround(broker, async ({ run }) => {
        const { exitCode, stderr } = await run('declare-queue', 'q', '--lazy');
        expect(exitCode).toBe(0);
        if (typeof expected.lazyNote === 'string') expect(stderr).toBe(expected.lazyNote);
        else expect(stderr).toMatch(expected.lazyNote);
      }));

    test('the server chooses a name, which is all of stdout', () =>
      onGround(broker, async ({ run, get }) => {
        const { stdout } = await run('declare-queue', '', '--expires', '1m');
        expect(stdout).toMatch(/^amq\.gen-\S+\n$/);
        expect(await get(`/api/queues/VHOST/${stdout.trim()}`)).toMatchObject({ arguments: { 'x-expires': 60_000 } });
      }));

    test('an exclusive queue is gone when the command ends, and it says so', () =>
      onGround(broker, async ({ run, get }) => {
        const { exitCode, stderr } = await run('declare-queue', 'mine', '--exclusive', '--transient');
        expect(exitCode).toBe(0);
        expect(stderr).toContain('queue mine is exclusive to this command');
        expect(await get('/api/queues/VHOST/mine')).toBeUndefined();
      }));

    test('passive asks and changes nothing', () =>
      onGround(broker, async ({ run, json, amqp }) => {
        expect(await run('declare-queue', 'q', '--passive')).toMatchObject({
          exitCode: 6,
          stdout: '',
          stderr: expect.stringContaining("404 NOT_FOUND - no queue 'q'"),
        });
        await amqp(async (channel) => {
          await channel.assertQueue('q', { durable: true });
          await fill(channel, 'q', ['a', 'b']);
        });
        expect(await json('declare-queue', 'q', '--passive')).toEqual({ queue: 'q', messages: 2, consumers: 0 });
        expect((await run('declare-queue', 'q', '--passive')).stdout).toBe('queue q: 2 ready, 0 consumers\n');
      }));

    test('a different redeclaration is refused, with both side by side, and the queue stays as it was', () =>
      onGround(broker, async ({ run, get }) => {
        await run('declare-queue', 'q', '--max-length', '3');
        const { exitCode, stdout, stderr } = await run('declare-queue', 'q', '--max-length', '4', '--message-ttl', '1s');
        expect({ exitCode, stdout }).toEqual({ exitCode: 6, stdout: '' });
        expect(stderr).toMatch(/^error: 406 PRECONDITION_FAILED - inequivalent arg '/);
        expect(stderr).toMatch(/^ +declared +existing$/m);
        expect(stderr).toMatch(/^ {2}durable +true +true$/m);
        expect(stderr).toMatch(/^ {2}x-max-length +4 +3 +<- differs$/m);
        expect(stderr).toMatch(/^ {2}x-message-ttl +1000 +- +<- differs$/m);
        expect(stderr).toMatch(/^try: declare it as it exists/m);
        expect(await get('/api/queues/VHOST/q')).toMatchObject({ arguments: { 'x-max-length': 3 } });
      }));

    test('without a management API the difference is told in the broker’s words', () =>
      onGround(broker, async ({ run, url }) => {
        await run('declare-queue', 'q', '--max-length', '3');
        const { exitCode, stderr } = await runCli(['--url', url, '--api', 'http://127.0.0.1:1', 'declare-queue', 'q', '--max-length', '4']);
        expect(exitCode).toBe(6);
        expect(stderr.split('\n').slice(1, 3)).toEqual([
          '                declared  existing',
          '  x-max-length  4         3         <- differs',
        ]);
      }));

    test('with --json the refusal is one object, with its reply code', () =>
      onGround(broker, async ({ run }) => {
        await run('declare-queue', 'q');
        const { exitCode, stderr } = await run('--json', 'declare-queue', 'q', '--type', 'quorum');
        expect(exitCode).toBe(6);
        const { error } = JSON.parse(stderr);
        expect(error).toMatchObject({ kind: 'refused', replyCode: 406, detail: expect.stringMatching(/x-queue-type +quorum +classic/) });
        expect(error.message).toContain(expected.otherType);
      }));

    test('a bad argument that only the broker knows is its to refuse', () =>
      onGround(broker, async ({ run }) => {
        const { exitCode, stderr } = await run('declare-queue', 'q', '--arg', 'x-max-length=5');
        expect(exitCode).toBe(6);
        expect(stderr).toContain('expected integer, got longstr');
      }));
  });

  describe('declare-exchange', () => {
    test.each(['direct', 'fanout', 'topic', 'headers'])('%s', (type) =>
      onGround(broker, async ({ run, json, get }) => {
        const argv = ['declare-exchange', 'x', '--type', type, '--internal', '--alternate-exchange', 'ae'];
        expect(await json(...argv)).toEqual({ exchange: 'x', type, durable: true });
        expect((await run(...argv)).stdout).toBe(`exchange x (${type}, durable, internal)\n`);
        expect(await get('/api/exchanges/VHOST/x')).toMatchObject({
          type,
          durable: true,
          internal: true,
          arguments: { 'alternate-exchange': 'ae' },
        });
      }),
    );

    test('another type is refused, with both side by side', () =>
      onGround(broker, async ({ run }) => {
        await run('declare-exchange', 'x', '--type', 'direct');
        const { exitCode, stderr } = await run('declare-exchange', 'x', '--type', 'topic', '--transient');
        expect(exitCode).toBe(6);
        expect(stderr).toMatch(/^ {2}durable +false +true +<- differs$/m);
        expect(stderr).toMatch(/^ {2}type +topic +direct +<- differs$/m);
        expect(stderr).toContain('rmq-lab delete-exchange x');
      }));

    test('a type that this broker has no plugin for', () =>
      onGround(broker, async ({ run }) => {
        const { exitCode, stderr } = await run('--json', 'declare-exchange', 'x', '--type', 'x-nope');
        expect(exitCode).toBe(6);
        expect(JSON.parse(stderr).error).toMatchObject({ kind: 'refused', replyCode: expected.unknownExchangeType });
      }));

    test('passive asks', () =>
      onGround(broker, async ({ run, json }) => {
        expect(await json('declare-exchange', 'amq.topic', '--passive')).toEqual({ exchange: 'amq.topic' });
        expect(await run('declare-exchange', 'x', '--passive')).toMatchObject({
          exitCode: 6,
          stderr: expect.stringContaining("no exchange 'x'"),
        });
      }));
  });

  describe('bind and unbind', () => {
    test('several keys, in the direction of the messages', () =>
      onGround(broker, async ({ run, json, get }) => {
        await run('declare-queue', 'q');
        expect((await run('bind', 'amq.topic', 'q', 'a.#', 'b.*')).stdout).toBe(
          'bound amq.topic → queue q, key a.#\nbound amq.topic → queue q, key b.*\n',
        );
        expect((await run('--ascii', 'unbind', 'amq.topic', 'q', 'a.#')).stdout).toBe(
          'not bound (any more): amq.topic -> queue q, key a.#\n',
        );
        const left = await get<{ routing_key: string }[]>('/api/bindings/VHOST/e/amq.topic/q/q');
        expect(left?.map(({ routing_key }) => routing_key)).toEqual(['b.*']);
        const binding = { source: 'amq.topic', destination: 'q', destinationType: 'queue', routingKey: '', arguments: {} };
        expect(await json('bind', 'amq.topic', 'q')).toEqual({ bindings: [binding] });
      }));

    test('headers are typed: the number 1 and the string "1" are two', () =>
      onGround(broker, async ({ run, get, amqp }) => {
        await run('declare-queue', 'number');
        await run('declare-queue', 'string');
        expect((await run('bind', 'amq.headers', 'number', '-H', 'n:int=1', '--match', 'any')).stderr).toBe('');
        expect((await run('bind', 'amq.headers', 'string', '-H', 'n=1')).stderr).toContain('for that write -H n:int=1');
        await amqp(async (channel) => {
          channel.publish('amq.headers', '', Buffer.from('a number'), { headers: { n: 1 } });
          channel.publish('amq.headers', '', Buffer.from('a string'), { headers: { n: '1' } });
          await (channel as ConfirmChannel).waitForConfirms();
        });
        expect(await run('expect', 'message', 'number', '--body', 'a number')).toMatchObject({ exitCode: 0 });
        expect(await run('expect', 'message', 'string', '--body', 'a string')).toMatchObject({ exitCode: 0 });
        expect(await run('expect', 'queue', 'number', '--ready', '1', '--within', '0')).toMatchObject({ exitCode: 0 });
        expect(await run('unbind', 'amq.headers', 'number', '-H', 'n:int=1', '--match', 'any')).toMatchObject({ exitCode: 0 });
        expect(await get('/api/bindings/VHOST/e/amq.headers/q/number')).toEqual([]);
      }));

    test('from exchange to exchange', () =>
      onGround(broker, async ({ run, get }) => {
        expect((await run('bind', 'amq.topic', 'amq.fanout', 'a.#', '--to-exchange')).stdout).toBe(
          'bound amq.topic → exchange amq.fanout, key a.#\n',
        );
        expect(await get('/api/bindings/VHOST/e/amq.topic/e/amq.fanout')).toMatchObject([{ routing_key: 'a.#' }]);
        await run('unbind', 'amq.topic', 'amq.fanout', 'a.#', '--to-exchange');
        expect(await get('/api/bindings/VHOST/e/amq.topic/e/amq.fanout')).toEqual([]);
      }));

    test.each<[string[], string, RegExp]>([
      [['bind', 'nope', 'q'], "no exchange 'nope'", /^try: .*rmq-lab declare-exchange/m],
      [['bind', 'amq.topic', 'nope'], "no queue 'nope'", /^try: .*rmq-lab declare-queue/m],
      [['bind', '', 'q', 'k'], 'operation not permitted on the default exchange', /^try: .*every queue is bound/m],
    ])('%j is refused', (argv, message, hint) =>
      onGround(broker, async ({ run }) => {
        await run('declare-queue', 'q');
        const { exitCode, stderr } = await run(...argv);
        expect(exitCode).toBe(6);
        expect(stderr).toContain(message);
        expect(stderr).toMatch(hint);
      }),
    );

    test('unbind of what is not bound is no error, as the broker has it', () =>
      onGround(broker, async ({ run }) => {
        expect(await run('unbind', 'nope', 'nope', 'k')).toMatchObject({ exitCode: 0 });
      }));
  });

  describe('delete-queue', () => {
    test('says how many messages went, and needs --yes for that where nobody can be asked', () =>
      onGround(broker, async ({ run, json, amqp }) => {
        await run('declare-queue', 'q');
        await amqp((channel) => fill(channel, 'q', ['a', 'b']));
        expect(await run('delete-queue', 'q')).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('add --yes') });
        expect(await json('declare-queue', 'q', '--passive')).toMatchObject({ messages: 2 });
        expect(await run('delete-queue', 'q', '--yes')).toMatchObject({ exitCode: 0, stdout: 'deleted queue q and 2 messages in it\n' });
      }));

    test('an empty queue goes without a question', () =>
      onGround(broker, async ({ run, json }) => {
        await run('declare-queue', 'q');
        expect(await json('delete-queue', 'q')).toEqual({ queue: 'q', deleted: true, messages: 0 });
      }));

    test('says that there was no queue, which the broker does not', () =>
      onGround(broker, async ({ run, json }) => {
        expect(await run('delete-queue', 'nope')).toMatchObject({
          exitCode: 0,
          stdout: '',
          stderr: "there is no queue 'nope': nothing to delete\n",
        });
        expect(await json('delete-queue', 'nope')).toEqual({ queue: 'nope', deleted: false, messages: 0 });
      }));

    test('--if-empty and --if-unused are refused by the broker', () =>
      onGround(broker, async ({ run, amqp }) => {
        await run('declare-queue', 'q');
        await amqp(async (channel) => {
          await channel.consume('q', () => {}, { noAck: false });
          expect(await run('delete-queue', 'q', '--if-unused')).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('in use') });
        });
        await amqp((channel) => fill(channel, 'q', ['a']));
        expect(await run('delete-queue', 'q', '--if-empty')).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('not empty') });
        expect(await run('expect', 'queue', 'q', '--ready', '1')).toMatchObject({ exitCode: 0 });
      }));
  });

  test('delete-exchange', () =>
    onGround(broker, async ({ run, json }) => {
      await run('declare-exchange', 'x', '--type', 'fanout');
      await run('bind', 'x', 'amq.fanout', '--to-exchange');
      expect(await run('delete-exchange', 'x', '--if-unused')).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('in use') });
      expect(await run('delete-exchange', 'x')).toMatchObject({ exitCode: 0, stdout: 'deleted exchange x\n', stderr: '' });
      expect(await run('delete-exchange', 'x')).toMatchObject({
        exitCode: 0,
        stdout: '',
        stderr: expect.stringContaining('nothing to delete'),
      });
      expect(await json('delete-exchange', 'x')).toEqual({ exchange: 'x', deleted: false });
      expect(await run('delete-exchange', 'amq.topic')).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('amq.topic') });
    }));

  test('purge', () =>
    onGround(broker, async ({ run, json, amqp }) => {
      await run('declare-queue', 'q');
      expect((await run('purge', 'q')).stdout).toBe('purged 0 messages from queue q\n');
      await amqp((channel) => fill(channel, 'q', ['a', 'b', 'c']));
      expect(await run('purge', 'q')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("Queue 'q' holds 3 messages") });
      expect(await json('purge', 'q', '--yes')).toEqual({ queue: 'q', purged: 3 });
      expect(await run('purge', 'nope', '--yes')).toMatchObject({ exitCode: 6, stderr: expect.stringContaining("no queue 'nope'") });
    }));
});
