import { connectAmqp } from '../../src/client/amqp.ts';
import type { Broker, Channel, Outcome } from '../../src/client/broker.ts';
import { type Delivery, type Message, Typed } from '../../src/client/message.ts';
import { rescueAll } from '../../src/client/rescue.ts';
import { giveBack } from '../../src/client/session.ts';
import { parseAddress } from '../../src/client/target.ts';
import { describeBrokers, type TestBroker } from '../support/brokers.ts';
import { eventually } from '../support/polling.ts';
import { startProxy } from '../support/proxy.ts';
import { numbers, onStage, QUORUM, type Stage } from '../support/stage.ts';

const options = { timeout: 5_000, connectionName: 'rmq-lab test' };

/** A stage with the port's own connection beside amqplib's. */
const onPort = (broker: TestBroker, use: (port: Broker, stage: Stage) => Promise<void>) =>
  onStage(broker, async (stage) => {
    const port = await connectAmqp(parseAddress(stage.url, 'url'), options);
    try {
      await use(port, stage);
    } finally {
      await port.close();
    }
  });

const message = (body: string, routingKey = 'q', more: Partial<Message> = {}): Message => ({
  exchange: '',
  routingKey,
  properties: {},
  body: Buffer.from(body),
  ...more,
});

/** Publishes and answers what became of it, with the reason. */
const outcomeOf = (channel: Channel, sent: Message, mandatory = true) =>
  new Promise<[Outcome, string | undefined]>((resolve) => {
    channel.publish(sent, { mandatory }, (outcome, reason) => resolve([outcome, reason]));
  });

describeBrokers('the port: publishing', (broker) => {
  test('says what became of each message', () =>
    onPort(broker, async (port, { queue }) => {
      await queue('q');
      await queue('full', [], { 'x-max-length': 1, 'x-overflow': 'reject-publish' });
      const channel = await port.openChannel({ confirms: true });
      expect(await outcomeOf(channel, message('a'))).toEqual(['confirmed', undefined]);
      expect(await outcomeOf(channel, message('a', 'none'))).toEqual(['returned', '312 NO_ROUTE']);
      expect(await outcomeOf(channel, message('a', 'none'), false)).toEqual(['confirmed', undefined]);
      expect(await outcomeOf(channel, message('a', 'full'))).toEqual(['confirmed', undefined]);
      expect(await outcomeOf(channel, message('a', 'full'))).toEqual(['nacked', undefined]);
    }));

  test('finds the message that came back among equal ones, by whatever differs', () =>
    onPort(broker, async (port, { channel: bare }) => {
      await bare.assertQueue('q');
      await bare.assertExchange('x', 'headers');
      await bare.bindQueue('q', 'x', '', { 'x-match': 'all', to: 'eu' });
      const channel = await port.openChannel({ confirms: true });
      const headers = [
        { f: new Typed('float', 0.1) },
        { t: new Typed('timestamp', 5), b: Buffer.from([1]) },
        { a: [1, { deep: 1n > 0n }] },
      ];
      const sent = headers.flatMap((table) =>
        ['eu', 'us', 'eu', 'us', 'us'].map((to) =>
          message('same', '', { exchange: 'x', properties: { priority: 1, headers: { ...table, to } } }),
        ),
      );
      const outcomes = await Promise.all(sent.map((each) => outcomeOf(channel, each)));
      expect(outcomes.map(([outcome]) => outcome)).toEqual(
        sent.map(({ properties }) => (properties.headers?.to === 'eu' ? 'confirmed' : 'returned')),
      );
    }));

  test('a channel that the broker closes settles what was open as lost, and all that comes after', () =>
    onPort(broker, async (port, { queue }) => {
      await queue('q');
      const channel = await port.openChannel({ confirms: true });
      const outcomes = [message('a', 'k', { exchange: 'none' }), message('b'), message('c')].map((each) => outcomeOf(channel, each));
      const failure = await channel.closed;
      expect(failure).toMatchObject({ kind: 'refused', replyCode: 404, hint: expect.stringContaining('declare-exchange') });
      expect((await Promise.all(outcomes)).map(([outcome]) => outcome)).toEqual(['lost', 'lost', 'lost']);
      expect(await outcomeOf(channel, message('d'))).toEqual(['lost', undefined]);
      await channel.drained();
      await expect(channel.checkQueue('q')).rejects.toMatchObject({ replyCode: 404 });
      // the connection lives on
      const other = await port.openChannel({ confirms: true });
      expect(await outcomeOf(other, message('e'))).toEqual(['confirmed', undefined]);
    }));

  test('a message that cannot be put on the wire is a usage error, and the next is counted right', () =>
    onPort(broker, async (port, { queue, bodies }) => {
      await queue('q');
      const channel = await port.openChannel({ confirms: true });
      const huge = message('huge', 'q', { properties: { headers: { h: 'x'.repeat(70_000) } } });
      for (const n of numbers(3)) {
        expect(() => channel.publish(huge, { mandatory: true }, () => undefined)).toThrow(expect.objectContaining({ kind: 'usage' }));
        expect(await outcomeOf(channel, message(n))).toEqual(['confirmed', undefined]);
        expect(await outcomeOf(channel, message(n, 'none'))).toEqual(['returned', '312 NO_ROUTE']);
      }
      expect(await bodies('q')).toEqual(numbers(3));
    }));

  test('asks to wait when its buffer is full, and says when there is room', () =>
    onPort(broker, async (port, { queue, ready }) => {
      await queue('q');
      const channel = await port.openChannel({ confirms: true });
      const open: Promise<unknown>[] = [];
      let isFull = false;
      while (!isFull && open.length < 50) {
        open.push(
          new Promise((resolve) => {
            const body = Buffer.alloc(1_000_000);
            isFull = !channel.publish({ ...message(''), body }, { mandatory: true }, resolve);
          }),
        );
      }
      expect(isFull).toBe(true);
      await channel.drained();
      await channel.drained();
      await Promise.all(open);
      expect(await ready('q')).toBe(open.length);
    }));

  test('without confirms a message that came back is told', () =>
    onPort(broker, async (port, { queue, bodies }) => {
      await queue('q');
      const returned: [string, string][] = [];
      const channel = await port.openChannel({ onReturned: ({ body }, reason) => returned.push([body.toString(), reason]) });
      for (const n of numbers(4)) channel.publish(message(n, Number(n) % 2 === 0 ? 'none' : 'q'), { mandatory: true });
      await channel.roundTrip();
      expect(returned).toEqual([
        ['2', '312 NO_ROUTE'],
        ['4', '312 NO_ROUTE'],
      ]);
      expect(await bodies('q')).toEqual(['1', '3']);
    }));
});

describeBrokers('the port: receiving', (broker) => {
  test('what is given back keeps its order and counts once', () =>
    onPort(broker, async (port, { queue, take }) => {
      await queue('q', numbers(10), {});
      const channel = await port.openChannel();
      await channel.prefetch(6);
      const got: Delivery[] = [];
      const tag = await channel.consume('q', { onCancelled: () => undefined }, (delivery) => got.push(delivery));
      await eventually(() => expect(got).toHaveLength(6));
      channel.ack(2, true);
      await channel.cancel(tag);
      await giveBack(channel);
      const left = await take('q');
      expect(left.map(({ content }) => content.toString())).toEqual(left.map((_, n) => String(n + 3)));
      // what 1 and 2 made room for was handed out too, and came back
      expect(left.filter(({ fields }) => fields.redelivered).length).toBeGreaterThanOrEqual(4);
      await channel.close();
      expect(await channel.closed).toBeUndefined();
    }));

  test('a deleted queue ends its consumer', () =>
    onPort(broker, async (port, { queue, channel: bare }) => {
      await queue('q');
      const channel = await port.openChannel();
      const cancelled = new Promise<void>((resolve) => {
        void channel.consume('q', { onCancelled: resolve }, () => undefined);
      });
      await eventually(async () => expect((await bare.checkQueue('q')).consumerCount).toBe(1));
      await bare.deleteQueue('q');
      await cancelled;
    }));

  test('what a queue does not take anew comes back as an error with its envelope', () =>
    onPort(broker, async (port, { queue }) => {
      await queue('q', ['precious']);
      const channel = await port.openChannel();
      const got = (await channel.get('q')) as Delivery;
      const failure = await rescueAll(port, channel, 'gone', [got]).catch((cause) => cause);
      expect(failure).toMatchObject({ kind: 'not-taken', detail: expect.stringContaining('"body":"precious"') });
      await giveBack(channel);
    }));
});

describeBrokers('the port: refusals', (broker) => {
  const old = broker.version === '3.10';
  const declaration = { queue: 'q', durable: true, exclusive: false, autoDelete: false, arguments: {} };
  const exchange = { exchange: 'x', type: 'direct', durable: true, autoDelete: false, internal: false, arguments: {} };
  const cases: readonly [string, (channel: Channel) => Promise<unknown>, { kind: string; replyCode: number }][] = [
    ['a reserved name', (channel) => channel.declareQueue({ ...declaration, queue: 'amq.mine' }), { kind: 'refused', replyCode: 403 }],
    ['a missing queue', (channel) => channel.checkQueue('none'), { kind: 'refused', replyCode: 404 }],
    ['a missing exchange', (channel) => channel.checkExchange('none'), { kind: 'refused', replyCode: 404 }],
    ['another connection’s queue', (channel) => channel.checkQueue('private'), { kind: 'refused', replyCode: 405 }],
    [
      'a redeclaration',
      (channel) => channel.declareQueue({ ...declaration, arguments: { 'x-max-length': 1 } }),
      { kind: 'refused', replyCode: 406 },
    ],
    ['another type', (channel) => channel.declareExchange({ ...exchange, exchange: 'amq.topic' }), { kind: 'refused', replyCode: 406 }],
    ['a queue that is not empty', (channel) => channel.deleteQueue('q', { ifEmpty: true }), { kind: 'refused', replyCode: 406 }],
    [
      'a type that is none',
      (channel) => channel.declareExchange({ ...exchange, type: 'nonsense' }),
      { kind: 'refused', replyCode: old ? 503 : 406 },
    ],
    ['getting from a stream', (channel) => channel.get('stream'), { kind: 'refused', replyCode: 540 }],
  ];
  test.each(cases)('%s: kind, reply code and a hint', (_name, act, expected) =>
    onPort(broker, async (port, { queue, channel, connection }) => {
      await queue('q', ['1']);
      await channel.assertQueue('private', { exclusive: true });
      await queue('stream', [], { 'x-queue-type': 'stream' });
      const failure = await act(await port.openChannel()).catch((cause) => cause);
      expect(failure).toMatchObject({ ...expected, message: expect.stringContaining(String(expected.replyCode)) });
      expect(failure.hint).toMatch(/\w/);
      expect(connection.connection).toBeDefined();
    }),
  );

  test('an exclusive consumer: 403, refused and not denied', () =>
    onPort(broker, async (port, { queue, channel }) => {
      await queue('q');
      await channel.consume('q', () => undefined, { exclusive: true });
      const other = await port.openChannel();
      const failure = await other.consume('q', { onCancelled: () => undefined }, () => undefined).catch((cause) => cause);
      expect(failure).toMatchObject({ kind: 'refused', replyCode: 403 });
    }));

  test.each<[string, (url: string) => string, string]>([
    ['a wrong password', (url) => url.replace('guest:guest', 'guest:wrong'), 'access-refused'],
    ['an unknown user', (url) => url.replace('guest:guest', 'nobody:guest'), 'access-refused'],
    ['a missing vhost', (url) => `${url.replace(/\/[^/]*$/, '')}/none`, 'access-refused'],
    ['a port where nobody listens', (url) => url.replace(/:\d+\//, ':1/'), 'unreachable'],
    ['the port of the management page', (url) => url.replace(/:(\d+)\//, (_, port) => `:${Number(port) + 10_000}/`), 'unreachable'],
    ['TLS where there is none', (url) => url.replace('amqp:', 'amqps:'), 'unreachable'],
  ])('%s', (_name, wrong, kind) =>
    onStage(broker, async ({ url }) => {
      const failure = await connectAmqp(parseAddress(wrong(url), 'url'), options).catch((cause) => cause);
      expect(failure).toMatchObject({ kind, hint: expect.stringMatching(/\w/) });
      expect(failure.message).not.toContain('guest:');
    }),
  );

  test('no reply in time is unreachable, for a request and for closing', () =>
    onStage(broker, async ({ url, queue }) => {
      await queue('q', [], QUORUM);
      const { port } = new URL(url);
      const proxy = await startProxy({ host: '127.0.0.1', port: Number(port) });
      try {
        const client = await connectAmqp(parseAddress(proxy.url(url), 'url'), { ...options, timeout: 300 });
        const channel = await client.openChannel();
        proxy.pause('to-client');
        await expect(channel.checkQueue('q')).rejects.toMatchObject({
          kind: 'unreachable',
          hint: expect.stringContaining('--connect-timeout'),
        });
        await client.close();
        expect(await client.closed).toBeUndefined();
      } finally {
        await proxy.close();
      }
    }));

  test('a cut connection says so to all that wait', () =>
    onStage(broker, async ({ url, queue }) => {
      await queue('q');
      const { port } = new URL(url);
      const proxy = await startProxy({ host: '127.0.0.1', port: Number(port) });
      try {
        const client = await connectAmqp(parseAddress(proxy.url(url), 'url'), options);
        const channel = await client.openChannel({ confirms: true });
        proxy.pause('to-client');
        const waiting = [outcomeOf(channel, message('a')), channel.checkQueue('q').catch(({ kind }) => kind)];
        proxy.cut();
        expect(await Promise.all(waiting)).toEqual([['lost', undefined], 'unreachable']);
        expect(await client.closed).toMatchObject({ kind: 'unreachable' });
        expect(await channel.closed).toMatchObject({ kind: 'unreachable' });
        await expect(client.openChannel()).rejects.toMatchObject({ kind: 'unreachable' });
        await client.close();
      } finally {
        await proxy.close();
      }
    }));
});
