import type { TestVhost } from './brokers.ts';
import { int, list, long, tableOf, type Values } from './tables.ts';
import { openWire, type WireClient } from './wire-client.ts';

/** Arguments of every kind that all brokers take in a binding. */
const OF_EVERY_KIND: Values = {
  'x-match': 'any',
  text: 'é',
  bytes: { type: 'longstr', value: Buffer.of(0, 255) },
  yes: true,
  short: int('short', -5),
  big: long(12_345_678_901_234n),
  double: { type: 'double', value: 1.5 },
  nothing: { type: 'void', value: null },
  when: { type: 'timestamp', value: 123n },
  table: { type: 'table', value: tableOf({ a: 'b' }) },
  list: list('x', 'y'),
};

/**
 * Fills a vhost with some of everything: exchanges `x` (topic) and `h` (headers, internal), queues of each type, bindings, consumers,
 * and in `q` a message that waits and one that its consumer holds. All ends with the connection, or with the vhost.
 */
export async function setManagementStage({ url }: TestVhost): Promise<WireClient> {
  const wire = await openWire(url);
  await wire.call({ name: 'channel.open' }, 'channel.open-ok', 1);
  await declareExchanges(wire);
  await declareQueues(wire);
  await bind(wire);
  wire.publish({ routingKey: 'q', properties: { deliveryMode: 2 }, body: 'hello' });
  wire.publish({ routingKey: 'q', body: 'hello2' });
  await wire.call({ name: 'basic.qos', prefetchCount: 1 }, 'basic.qos-ok', 1);
  await consume(wire, 'q', 'held', { arguments: tableOf({ 'x-priority': int('signedint', 5) }) });
  await consume(wire, 'sac', 'first', { noAck: true });
  await consume(wire, 'sac', 'second', {});
  await consume(wire, 'ex', 'alone', { exclusive: true });
  return wire;
}

async function declareExchanges(wire: WireClient): Promise<void> {
  const alternate = tableOf({ 'alternate-exchange': 'amq.fanout' });
  await wire.call(
    { name: 'exchange.declare', exchange: 'x', type: 'topic', durable: true, arguments: alternate },
    'exchange.declare-ok',
    1,
  );
  await wire.call({ name: 'exchange.declare', exchange: 'h', type: 'headers', autoDelete: true, internal: true }, 'exchange.declare-ok', 1);
}

async function declareQueues(wire: WireClient): Promise<void> {
  const limits: Values = { 'x-max-length': int('signedint', 5), 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dead' };
  const declare = (queue: string, values: Values, exclusive = false) =>
    wire.call({ name: 'queue.declare', queue, durable: !exclusive, exclusive, arguments: tableOf(values) }, 'queue.declare-ok', 1);
  await declare('q', limits);
  await declare('ex', {}, true);
  await declare('sac', { 'x-single-active-consumer': true, 'x-queue-type': 'classic' });
  await declare('quo', { 'x-queue-type': 'quorum' });
  await declare('str', { 'x-queue-type': 'stream' });
}

async function bind(wire: WireClient): Promise<void> {
  const toQueue = (exchange: string, routingKey: string, values: Values = {}) =>
    wire.call({ name: 'queue.bind', queue: 'q', exchange, routingKey, arguments: tableOf(values) }, 'queue.bind-ok', 1);
  for (const key of ['', 'a.#', 'a/b c~é%']) await toQueue('x', key);
  await toQueue('h', '', OF_EVERY_KIND);
  await wire.call({ name: 'exchange.bind', destination: 'x', source: 'amq.topic', routingKey: 't.*' }, 'exchange.bind-ok', 1);
}

async function consume(wire: WireClient, queue: string, consumerTag: string, more: object): Promise<void> {
  await wire.call({ name: 'basic.consume', queue, consumerTag, ...more }, 'basic.consume-ok', 1);
}
