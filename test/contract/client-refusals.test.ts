import { connectAmqp } from '../../src/client/amqp.ts';
import type { Channel } from '../../src/client/broker.ts';
import { parseAddress } from '../../src/client/target.ts';
import type { LabError } from '../../src/errors.ts';
import { describeBrokers } from '../support/brokers.ts';
import { CONNECT, message, onClient, outcomeOf } from '../support/client-stage.ts';
import { startProxy } from '../support/proxy.ts';
import { onStage, QUORUM } from '../support/stage.ts';

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
    onClient(broker, async (port, { queue, channel, connection }) => {
      await queue('q', ['1']);
      await channel.assertQueue('private', { exclusive: true });
      await queue('stream', [], { 'x-queue-type': 'stream' });
      const failure = (await act(await port.openChannel()).catch((cause) => cause)) as LabError;
      expect(failure).toMatchObject({ ...expected, message: expect.stringContaining(String(expected.replyCode)) });
      expect((failure as { readonly hint: string }).hint).toMatch(/\w/);
      expect(connection.connection).toBeDefined();
    }),
  );

  test('an exclusive consumer: 403, refused and not denied', () =>
    onClient(broker, async (port, { queue, channel }) => {
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
      const failure = await connectAmqp(parseAddress(wrong(url), 'url'), { ...CONNECT, timeout: 1_000 }).catch((cause) => cause);
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
        const client = await connectAmqp(parseAddress(proxy.url(url), 'url'), { ...CONNECT, timeout: 300 });
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
        const client = await connectAmqp(parseAddress(proxy.url(url), 'url'), CONNECT);
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
