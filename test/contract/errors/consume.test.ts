import type { MethodInput } from '../../../src/lab-broker/wire/methods.ts';
import { channel, connection, NOTHING, ok } from '../../support/outcome.ts';
import { describeProbes, type Provocation } from '../../support/probes.ts';
import { declareQueue, fillQueue, send, withQueue } from '../../support/provocations.ts';
import { int, tableOf } from '../../support/tables.ts';

/** Gets one message, then sends this. */
function afterGet(noAck: boolean, ...methods: readonly MethodInput[]): Provocation['provoke'] {
  return async (stage) => {
    await stage.wire.call({ name: 'basic.get', queue: await fillQueue(stage), noAck }, 'basic.get-ok');
    for (const method of methods) stage.wire.send(method);
  };
}

/** Consumes from a queue in these two ways. */
function consumeTwice(first: boolean, second: boolean): Provocation['provoke'] {
  return async (stage) => {
    const queue = await declareQueue(stage);
    await stage.wire.call({ name: 'basic.consume', queue, exclusive: first }, 'basic.consume-ok');
    stage.wire.send({ name: 'basic.consume', queue, exclusive: second });
  };
}

const NO_QUEUE = "NOT_FOUND - no queue 'nosuch' in vhost '/'";
const IN_USE = "ACCESS_REFUSED - queue 'q' in vhost '/' in exclusive use";
const UNKNOWN = 'PRECONDITION_FAILED - unknown delivery tag';

describeProbes('consume', [
  {
    name: 'consume a missing queue',
    provoke: send({ name: 'basic.consume', queue: 'nosuch' }),
    expect: channel(404, NO_QUEUE, 'basic.consume'),
  },
  { name: 'get from a missing queue', provoke: send({ name: 'basic.get', queue: 'nosuch' }), expect: channel(404, NO_QUEUE, 'basic.get') },
  {
    name: 'consumer tag in use',
    provoke: async (stage) => {
      const queue = await declareQueue(stage);
      await stage.wire.call({ name: 'basic.consume', queue, consumerTag: 't' }, 'basic.consume-ok');
      stage.wire.send({ name: 'basic.consume', queue, consumerTag: 't' });
    },
    expect: connection(530, "NOT_ALLOWED - attempt to reuse consumer tag 't'", 'basic.consume'),
  },
  { name: 'exclusive consumer when one exists', provoke: consumeTwice(false, true), expect: channel(403, IN_USE, 'basic.consume') },
  { name: 'second consumer on an exclusive one', provoke: consumeTwice(true, false), expect: channel(403, IN_USE, 'basic.consume') },
  {
    name: 'exclusive consumer on a single active consumer queue',
    provoke: withQueue((queue) => ({ name: 'basic.consume', queue, exclusive: true }), {
      durable: true,
      arguments: { 'x-single-active-consumer': true },
    }),
    expect: channel(403, IN_USE, 'basic.consume'),
  },
  {
    name: 'x-priority not an integer',
    provoke: withQueue((queue) => ({ name: 'basic.consume', queue, arguments: tableOf({ 'x-priority': 'a' }) })),
    expect: channel(
      406,
      "PRECONDITION_FAILED - invalid arg 'x-priority' for queue 'q' in vhost '/': \"expected integer, got longstr\"",
      'basic.consume',
    ),
  },
  {
    name: 'x-cancel-on-ha-failover bad type',
    provoke: withQueue((queue) => ({ name: 'basic.consume', queue, arguments: tableOf({ 'x-cancel-on-ha-failover': int('byte', 5) }) })),
    expect: ok('basic.consume-ok', { consumerTag: 'amq.ctag-…' }),
  },
  {
    name: 'cancel an unknown tag',
    provoke: send({ name: 'basic.cancel', consumerTag: 'nosuch' }),
    expect: ok('basic.cancel-ok', { consumerTag: 'nosuch' }),
  },
  { name: 'ack unknown tag', provoke: send({ name: 'basic.ack', deliveryTag: 99 }), expect: channel(406, `${UNKNOWN} 99`, 'basic.ack') },
  { name: 'ack tag 0 single', provoke: send({ name: 'basic.ack', deliveryTag: 0 }), expect: channel(406, `${UNKNOWN} 0`, 'basic.ack') },
  { name: 'ack tag 0 multiple, none outstanding', provoke: send({ name: 'basic.ack', deliveryTag: 0, multiple: true }), expect: NOTHING },
  {
    name: 'ack unknown tag multiple',
    provoke: send({ name: 'basic.ack', deliveryTag: 99, multiple: true }),
    expect: channel(406, `${UNKNOWN} 99`, 'basic.ack'),
  },
  {
    name: 'ack beyond the last tag, multiple',
    provoke: afterGet(false, { name: 'basic.ack', deliveryTag: 2, multiple: true }),
    expect: channel(406, `${UNKNOWN} 2`, 'basic.ack'),
  },
  {
    name: 'ack twice',
    provoke: afterGet(false, { name: 'basic.ack', deliveryTag: 1 }, { name: 'basic.ack', deliveryTag: 1 }),
    expect: channel(406, `${UNKNOWN} 1`, 'basic.ack'),
  },
  {
    name: 'reject unknown tag',
    provoke: send({ name: 'basic.reject', deliveryTag: 99 }),
    expect: channel(406, `${UNKNOWN} 99`, 'basic.reject'),
  },
  { name: 'nack unknown tag', provoke: send({ name: 'basic.nack', deliveryTag: 99 }), expect: channel(406, `${UNKNOWN} 99`, 'basic.nack') },
  { name: 'nack tag 0 multiple', provoke: send({ name: 'basic.nack', deliveryTag: 0, multiple: true }), expect: NOTHING },
  {
    name: 'ack of a no-ack delivery',
    provoke: afterGet(true, { name: 'basic.ack', deliveryTag: 1 }),
    expect: channel(406, `${UNKNOWN} 1`, 'basic.ack'),
  },
  {
    name: 'ack of another channel',
    provoke: async (stage) => {
      const { wire } = stage;
      const queue = await fillQueue(stage);
      wire.send({ name: 'channel.open' }, 2);
      await wire.expect('channel.open-ok', 2);
      wire.send({ name: 'basic.get', queue }, 2);
      await wire.expect('basic.get-ok', 2);
      wire.send({ name: 'basic.ack', deliveryTag: 1 });
    },
    expect: channel(406, `${UNKNOWN} 1`, 'basic.ack'),
  },
  {
    name: 'prefetch_size not 0',
    provoke: send({ name: 'basic.qos', prefetchSize: 100 }),
    expect: connection(540, 'NOT_IMPLEMENTED - prefetch_size!=0 (100)', 'basic.qos'),
  },
  {
    name: 'recover requeue=false',
    provoke: send({ name: 'basic.recover', requeue: false }),
    expect: connection(540, 'NOT_IMPLEMENTED - requeue=false', 'basic.recover'),
  },
  { name: 'recover-async', provoke: send({ name: 'basic.recover-async', requeue: true }), expect: NOTHING },
  {
    name: 'channel.flow active=false',
    provoke: send({ name: 'channel.flow', active: false }),
    expect: connection(540, 'NOT_IMPLEMENTED - active=false', 'channel.flow'),
  },
  {
    name: 'channel.flow active=true',
    provoke: send({ name: 'channel.flow', active: true }),
    expect: ok('channel.flow-ok', { active: true }),
  },
  { name: 'access.request', provoke: send({ name: 'access.request', realm: '/data' }), expect: ok('access.request-ok', { ticket: 1 }) },
]);
