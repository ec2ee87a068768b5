import amqplib, { type Channel } from 'amqplib';
import { createLabBroker, type LabBroker } from '../../../src/lab-broker/lab-broker.ts';

/** Runs `use` with a broker and a channel on it; all ends with it. */
async function withChannel(use: (broker: LabBroker, channel: Channel) => Promise<void>): Promise<void> {
  const broker = await createLabBroker();
  try {
    const client = await amqplib.connect(broker.url, { noDelay: true });
    await use(broker, await client.createChannel());
    await client.close();
  } finally {
    await broker.close();
  }
}

test('a broker just started has one virtual host, with the exchanges that are always there', async () => {
  await withChannel(async (broker) => {
    const { vhosts } = broker.snapshot();
    expect(Object.keys(vhosts)).toEqual(['/']);
    const names = ['', 'amq.direct', 'amq.fanout', 'amq.topic', 'amq.headers', 'amq.match', 'amq.rabbitmq.trace'];
    expect(Object.keys(vhosts['/']?.exchanges ?? {})).toEqual(names);
    expect(vhosts['/']).toMatchObject({ name: '/', queues: {}, bindings: [] });
    expect(vhosts['/']?.exchanges['amq.rabbitmq.trace']).toEqual({
      name: 'amq.rabbitmq.trace',
      type: 'topic',
      durable: true,
      autoDelete: false,
      internal: true,
      arguments: {},
    });
  });
});

test('shows exchanges, queues with what they hold, and bindings that somebody made, and does not change afterwards', async () => {
  await withChannel(async (broker, channel) => {
    await channel.assertExchange('x', 'topic', { durable: false, autoDelete: true, arguments: { 'alternate-exchange': 'amq.fanout' } });
    await channel.assertQueue('q', { durable: true, arguments: { 'x-max-length': 5, 'x-dead-letter-exchange': '' } });
    await channel.assertQueue('mine', { durable: false, exclusive: true });
    await channel.assertQueue('log', { arguments: { 'x-queue-type': 'stream' } });
    await channel.bindQueue('q', 'x', 'a.#', { n: 1, text: 'é' });
    await channel.bindExchange('x', 'amq.direct', 'k');
    for (const body of ['1', '2', '3']) channel.sendToQueue('q', Buffer.from(body));
    channel.sendToQueue('log', Buffer.from('1'));
    await channel.prefetch(1);
    await channel.consume('q', () => undefined);
    await channel.consume('log', () => undefined, { arguments: { 'x-stream-offset': 'first' } });
    await channel.checkQueue('q');

    const before = broker.snapshot();
    const home = before.vhosts['/'];
    expect(home?.exchanges.x).toEqual({
      name: 'x',
      type: 'topic',
      durable: false,
      autoDelete: true,
      internal: false,
      arguments: { 'alternate-exchange': 'amq.fanout' },
    });
    const plain = {
      type: 'classic',
      durable: true,
      autoDelete: false,
      exclusive: false,
      arguments: {},
      ready: 0,
      unacked: 0,
      consumers: 0,
    };
    expect(Object.values(home?.queues ?? {})).toEqual([
      { ...plain, name: 'q', arguments: { 'x-max-length': 5, 'x-dead-letter-exchange': '' }, ready: 2, unacked: 1, consumers: 1 },
      { ...plain, name: 'mine', durable: false, exclusive: true },
      { ...plain, name: 'log', type: 'stream', arguments: { 'x-queue-type': 'stream' }, ready: 1, consumers: 1 },
    ]);
    expect(home?.bindings).toEqual([
      { source: 'amq.direct', destination: 'x', destinationType: 'exchange', routingKey: 'k', arguments: {} },
      { source: 'x', destination: 'q', destinationType: 'queue', routingKey: 'a.#', arguments: { n: 1, text: 'é' } },
    ]);
    expect(JSON.parse(JSON.stringify(before))).toEqual(before);

    await channel.deleteQueue('q');
    expect(home?.queues.q?.ready).toBe(2);
    const after = broker.snapshot().vhosts['/'];
    expect(Object.keys(after?.queues ?? {})).toEqual(['mine', 'log']);
    // x went with its last queue
    expect(after?.exchanges.x).toBeUndefined();
    expect(after?.bindings).toEqual([]);
  });
});

test('a name that is one of JavaScript is a name like others', async () => {
  await withChannel(async (broker, channel) => {
    await channel.assertQueue('__proto__');
    expect(Object.keys(broker.snapshot().vhosts['/']?.queues ?? {})).toEqual(['__proto__']);
  });
});
