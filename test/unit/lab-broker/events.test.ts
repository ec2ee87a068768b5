import amqplib, { type Channel, type ChannelModel, type ConfirmChannel } from 'amqplib';
import type { BrokerEvent } from '../../../src/lab-broker/events.ts';
import { createLabBroker, type LabBroker } from '../../../src/lab-broker/lab-broker.ts';
import { eventually } from '../../support/polling.ts';

interface Rig {
  readonly broker: LabBroker;
  readonly client: ChannelModel;
  readonly channel: ConfirmChannel;
  /** What was told since the rig stood, of these types. */
  told(...types: BrokerEvent['type'][]): BrokerEvent[];
}

/** Runs `use` with a broker, a client of it, and all that is told. */
async function withEvents(use: (rig: Rig) => Promise<void>): Promise<void> {
  const broker = await createLabBroker({ memoryLimit: 1_000_000 });
  const events: BrokerEvent[] = [];
  broker.events.on('*', (event) => void events.push(event));
  const client = await amqplib.connect(broker.url);
  client.on('error', () => undefined);
  try {
    const channel = await client.createConfirmChannel();
    channel.on('error', () => undefined);
    await use({ broker, client, channel, told: (...types) => events.filter(({ type }) => types.includes(type)) });
  } finally {
    await broker.close();
  }
}

/** Publishes to a queue and waits for the confirm: true when it was an ack. */
function send(channel: ConfirmChannel, queue: string, options: { expiration?: number } = {}, body = 'x'): Promise<boolean> {
  return new Promise((resolve) => channel.sendToQueue(queue, Buffer.from(body), options, (error) => resolve(error === null)));
}

async function get(channel: Channel, queue: string) {
  const message = await channel.get(queue);
  if (message === false) throw new Error(`nothing in ${queue}`);
  return message;
}

/** A queue whose dead letters go to the queue `dead` through the exchange `dlx`. */
async function declareDying(channel: Channel, queue: string, args: object): Promise<void> {
  await channel.assertExchange('dlx', 'fanout');
  await channel.assertQueue('dead');
  await channel.bindQueue('dead', 'dlx', '');
  await channel.assertQueue(queue, { arguments: { 'x-dead-letter-exchange': 'dlx', ...args } });
}

test('messages are counted in the order of publishing, and what is routed nowhere says whether it went back', () =>
  withEvents(async ({ channel, told }) => {
    await channel.assertQueue('q');
    for (const queue of ['q', 'none']) await send(channel, queue);
    channel.publish('amq.direct', 'k', Buffer.from('x'), { mandatory: true });
    await channel.waitForConfirms();
    expect(told('routed', 'unroutable')).toEqual([
      { type: 'routed', vhost: '/', message: 1, exchange: '', routingKey: 'q', queues: ['q'] },
      { type: 'unroutable', vhost: '/', message: 2, exchange: '', routingKey: 'none', returned: false },
      { type: 'unroutable', vhost: '/', message: 3, exchange: 'amq.direct', routingKey: 'k', returned: true },
    ]);
  }));

test.each([
  ['queue', { 'x-message-ttl': 30 }, {}],
  ['message', {}, { expiration: 30 }],
])('what expires by the TTL of its %s keeps its number on its way', (ttlOf, args, options) =>
  withEvents(async ({ channel, told }) => {
    await declareDying(channel, 'orders', args);
    await send(channel, 'none');
    await send(channel, 'orders', options);
    await eventually(() => expect(told('dead-lettered')).toHaveLength(1));
    const way = { exchange: 'dlx', routingKey: 'orders', queues: ['dead'], refused: false };
    expect(told('dead-lettered')).toEqual([
      {
        type: 'dead-lettered',
        vhost: '/',
        queue: 'orders',
        message: 2,
        reason: 'expired',
        ttl: 30,
        ttlOf,
        age: expect.any(Number),
        ...way,
      },
    ]);
    expect(told('dead-lettered')[0]).toHaveProperty('age', expect.any(Number));
    const dead = await get(channel, 'dead');
    channel.nack(dead, false, true);
    await eventually(() => expect(told('requeued')).toHaveLength(1));
    expect(told('requeued')).toEqual([{ type: 'requeued', vhost: '/', queue: 'dead', count: 1, messages: [2], reason: 'nack' }]);
  }),
);

test('without a dead-letter exchange what expires is told as expired, what is too much or rejected as dropped', () =>
  withEvents(async ({ channel, told }) => {
    await channel.assertQueue('short', { messageTtl: 20 });
    await channel.assertQueue('small', { maxLength: 1 });
    await send(channel, 'short');
    await send(channel, 'small');
    await send(channel, 'small');
    channel.reject(await get(channel, 'small'), false);
    await eventually(() => expect(told('expired', 'dropped')).toHaveLength(3));
    expect(told('expired')).toEqual([expect.objectContaining({ queue: 'short', message: 1, reason: 'expired', ttl: 20, ttlOf: 'queue' })]);
    expect(told('dropped')).toEqual([
      expect.objectContaining({ queue: 'small', message: 2, reason: 'maxlen', maxLength: 1, count: 1 }),
      expect.objectContaining({ queue: 'small', message: 3, reason: 'rejected', count: 1 }),
    ]);
    expect(told('dropped')[1]).not.toHaveProperty('maxLength');
  }));

test('a full queue that refuses says so, with the limit', () =>
  withEvents(async ({ channel, told }) => {
    await channel.assertQueue('strict', { arguments: { 'x-max-length-bytes': 5, 'x-overflow': 'reject-publish' } });
    await declareDying(channel, 'kind', { 'x-max-length': 0, 'x-overflow': 'reject-publish-dlx' });
    expect([await send(channel, 'strict', {}, 'six by'), await send(channel, 'kind')]).toEqual([false, false]);
    expect(told('refused', 'dead-lettered')).toEqual([
      { type: 'refused', vhost: '/', queue: 'strict', message: 1, reason: 'maxlen', maxLengthBytes: 5 },
      expect.objectContaining({ type: 'dead-lettered', message: 2, reason: 'maxlen', maxLength: 0, refused: true, queues: ['dead'] }),
    ]);
    expect(told('refused')[0]).not.toHaveProperty('age');
  }));

test('a quorum queue tells when a delivery limit is reached, and how the others came back', () =>
  withEvents(async ({ client, channel, told }) => {
    await declareDying(channel, 'poison', { 'x-queue-type': 'quorum', 'x-delivery-limit': 1 });
    await send(channel, 'poison');
    const other = await client.createChannel();
    await get(other, 'poison');
    await other.close();
    channel.reject(await get(channel, 'poison'), true);
    await eventually(() => expect(told('dead-lettered')).toHaveLength(1));
    expect(told('requeued', 'dead-lettered')).toEqual([
      { type: 'requeued', vhost: '/', queue: 'poison', count: 1, messages: [1], reason: 'close' },
      expect.objectContaining({ message: 1, reason: 'delivery_limit', deliveryLimit: 1, queues: ['dead'] }),
    ]);
  }));

test('a dead letter that goes nowhere says why', () =>
  withEvents(async ({ channel, told }) => {
    await channel.assertExchange('deaf', 'direct');
    await channel.assertQueue('no-exchange', { messageTtl: 0, deadLetterExchange: 'missing' });
    await channel.assertQueue('no-queue', { messageTtl: 0, deadLetterExchange: 'deaf' });
    await channel.assertQueue('cycle', { messageTtl: 0, deadLetterExchange: '' });
    for (const queue of ['no-exchange', 'no-queue', 'cycle']) await send(channel, queue);
    await eventually(() => expect(told('dead-lettered')).toHaveLength(3));
    expect(told('dead-lettered')).toEqual(
      ['no-exchange', 'no-queue', 'cycle'].map((lost) => expect.objectContaining({ queue: lost, lost, queues: [] })),
    );
  }));

test('what comes and goes of entities is told, each once', () =>
  withEvents(async ({ client, channel, told }) => {
    await channel.assertExchange('x', 'topic', { autoDelete: true });
    await channel.assertQueue('q', { autoDelete: true });
    for (let n = 0; n < 2; n++) await channel.bindQueue('q', 'x', '#');
    await channel.unbindQueue('q', 'x', 'none');
    await channel.bindQueue('q', 'amq.direct', 'k');
    await channel.unbindQueue('q', 'amq.direct', 'k');
    await send(channel, 'q');
    await channel.purgeQueue('q');
    await send(channel, 'q');
    const consumer = await client.createChannel();
    await consumer.consume('q', () => undefined, { consumerTag: 'first' });
    await consumer.cancel('first');
    await eventually(() => expect(told('queue-deleted')).toHaveLength(1));
    const types = ['exchange-declared', 'exchange-deleted', 'queue-declared', 'bound', 'unbound', 'purged', 'queue-deleted'] as const;
    const binding = { vhost: '/', destination: 'q', destinationType: 'queue' };
    expect(told(...types, 'consumer-started', 'consumer-ended')).toEqual([
      { type: 'exchange-declared', vhost: '/', exchange: 'x' },
      { type: 'queue-declared', vhost: '/', queue: 'q' },
      { type: 'bound', source: 'x', routingKey: '#', ...binding },
      { type: 'bound', source: 'amq.direct', routingKey: 'k', ...binding },
      { type: 'unbound', source: 'amq.direct', routingKey: 'k', ...binding },
      { type: 'purged', vhost: '/', queue: 'q', count: 1 },
      { type: 'consumer-started', vhost: '/', queue: 'q', tag: 'first', connection: expect.any(String) },
      { type: 'consumer-ended', vhost: '/', queue: 'q', tag: 'first', connection: expect.any(String), reason: 'cancelled' },
      { type: 'exchange-deleted', vhost: '/', exchange: 'x' },
      { type: 'queue-deleted', vhost: '/', queue: 'q', reason: 'auto-delete', count: 0 },
    ]);
  }));

test('queues say why they go, and their consumers with them', () =>
  withEvents(async ({ broker, client, channel, told }) => {
    const other = await amqplib.connect(broker.url);
    const theirs = await other.createChannel();
    await theirs.assertQueue('own', { exclusive: true });
    await theirs.consume('own', () => undefined);
    await other.close();
    await channel.assertQueue('idle', { expires: 20 });
    await channel.assertQueue('plain');
    await send(channel, 'plain');
    await channel.assertQueue('served');
    const ours = await client.createChannel();
    await ours.consume('served', () => undefined);
    for (const queue of ['plain', 'served']) await channel.deleteQueue(queue);
    await eventually(() => expect(told('queue-deleted')).toHaveLength(4));
    const reasons = Object.fromEntries(
      told('queue-deleted').map((event) => (event.type === 'queue-deleted' ? [event.queue, [event.reason, event.count]] : [])),
    );
    expect(reasons).toEqual({ own: ['exclusive', 0], idle: ['expires', 0], plain: ['deleted', 1], served: ['deleted', 0] });
    expect(told('consumer-ended')).toEqual([
      expect.objectContaining({ queue: 'own', reason: 'channel-closed' }),
      expect.objectContaining({ queue: 'served', reason: 'queue-deleted' }),
    ]);
  }));

test('what is closed for a fault, or not let in, says what for', () =>
  withEvents(async ({ broker, client, channel, told }) => {
    await expect(channel.checkQueue('none')).rejects.toThrow('404');
    const reader = await client.createChannel();
    reader.on('error', () => undefined);
    await reader.assertQueue('stream', { arguments: { 'x-queue-type': 'stream' } });
    await expect(reader.get('stream')).rejects.toThrow();
    await expect(amqplib.connect(broker.url.replace('guest:guest', 'eve:secret'))).rejects.toThrow('403');
    await expect(amqplib.connect(`${broker.url}/nowhere`)).rejects.toThrow();
    await eventually(() => expect(told('connection-closed', 'connection-refused')).toHaveLength(3));
    expect(told('channel-closed')).toEqual([
      {
        ...{ type: 'channel-closed', vhost: '/', user: 'guest', name: expect.stringContaining(' -> '), channel: 1 },
        ...{ replyCode: 404, replyText: "NOT_FOUND - no queue 'none' in vhost '/'" },
      },
    ]);
    expect(told('connection-closed')).toEqual([expect.objectContaining({ user: 'guest', replyCode: 540 })]);
    expect(told('connection-refused')).toEqual([
      expect.objectContaining({ user: 'eve', replyCode: 403 }),
      expect.objectContaining({ user: 'guest', replyCode: 530 }),
    ]);
    expect(JSON.stringify(told('connection-refused'))).not.toContain('secret');
  }));

test('memory that is full is told with its figures', () =>
  withEvents(async ({ channel, told }) => {
    await channel.assertQueue('q');
    channel.sendToQueue('q', Buffer.alloc(1_100_000));
    await channel.waitForConfirms();
    await channel.purgeQueue('q');
    expect(told('blocked', 'unblocked')).toEqual([
      { type: 'blocked', bytes: expect.any(Number), memoryLimit: 1_000_000 },
      { type: 'unblocked', bytes: 0, memoryLimit: 1_000_000 },
    ]);
  }));

test('virtual hosts are told, and not what each has from the start', () =>
  withEvents(async ({ broker, told }) => {
    const headers = { authorization: `Basic ${Buffer.from('guest:guest').toString('base64')}` };
    for (const method of ['PUT', 'PUT', 'DELETE']) await fetch(`${broker.api}/api/vhosts/v`, { method, headers });
    expect(told('vhost-created', 'vhost-deleted', 'exchange-declared')).toEqual([
      { type: 'vhost-created', vhost: 'v' },
      { type: 'vhost-deleted', vhost: 'v' },
    ]);
  }));
