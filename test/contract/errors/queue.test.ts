import type { MethodInput } from '../../../src/lab-broker/wire/methods.ts';
import { channel, ok } from '../../support/outcome.ts';
import { describeProbes, type Provocation } from '../../support/probes.ts';
import { type Declaration, declare, declareQueue, fillQueue, send, withQueue } from '../../support/provocations.ts';
import { int, long } from '../../support/tables.ts';

/** Declares a queue, and then again in another way. */
function redeclare(first: Declaration, second: Declaration): Provocation['provoke'] {
  return async ({ wire, own }) => {
    const queue = own('q');
    await wire.call(declare(queue, { durable: true, ...first }), 'queue.declare-ok');
    wire.send(declare(queue, { durable: true, ...second }));
  };
}

/** Uses a queue that is exclusive to another connection. */
function trespass(method: (queue: string) => MethodInput): Provocation['provoke'] {
  return async ({ wire, own, join }) => {
    const queue = own('q');
    await (await join()).call(declare(queue, { exclusive: true }), 'queue.declare-ok');
    wire.send(method(queue));
  };
}

const inequivalent = (text: string) => channel(406, `PRECONDITION_FAILED - inequivalent arg ${text}`, 'queue.declare');
const same = ok('queue.declare-ok', { queue: 'q', messageCount: 0, consumerCount: 0 });
const LOCKED =
  "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'q' in vhost '/'. It could be originally declared on another " +
  'connection or the exclusive property value does not match that of the original declaration.';
const NO_QUEUE = "NOT_FOUND - no queue 'nosuch' in vhost '/'";
const NO_EXCHANGE = "NOT_FOUND - no exchange 'nosuchx' in vhost '/'";
const DEFAULT_EXCHANGE = 'ACCESS_REFUSED - operation not permitted on the default exchange';

describeProbes('queue', [
  { name: 'passive declare missing', provoke: send(declare('nosuch', { passive: true })), expect: channel(404, NO_QUEUE, 'queue.declare') },
  {
    name: 'redeclare durable differs',
    provoke: redeclare({ durable: false }, { durable: true }),
    expect: inequivalent("'durable' for queue 'q' in vhost '/': received 'true' but current is 'false'"),
  },
  {
    name: 'redeclare auto_delete differs',
    provoke: redeclare({}, { autoDelete: true }),
    expect: inequivalent("'auto_delete' for queue 'q' in vhost '/': received 'true' but current is 'false'"),
  },
  {
    name: 'redeclare durable and auto_delete differ: durable is named',
    provoke: redeclare({}, { durable: false, autoDelete: true }),
    expect: inequivalent("'durable' for queue 'q' in vhost '/': received 'false' but current is 'true'"),
  },
  { name: 'redeclare exclusive differs', provoke: redeclare({}, { exclusive: true }), expect: channel(405, LOCKED, 'queue.declare') },
  {
    name: 'redeclare shared what is exclusive here',
    provoke: redeclare({ exclusive: true }, {}),
    expect: channel(405, LOCKED, 'queue.declare'),
  },
  {
    name: 'redeclare x-message-ttl differs',
    provoke: redeclare({}, { arguments: { 'x-message-ttl': int('short', 1000) } }),
    expect: inequivalent("'x-message-ttl' for queue 'q' in vhost '/': received the value '1000' of type 'short' but current is none"),
  },
  {
    name: 'redeclare x-message-ttl other value',
    provoke: redeclare({ arguments: { 'x-message-ttl': int('short', 1000) } }, { arguments: { 'x-message-ttl': int('short', 2000) } }),
    expect: inequivalent("'x-message-ttl' for queue 'q' in vhost '/': received '2000' but current is '1000'"),
  },
  {
    name: 'redeclare without the argument',
    provoke: redeclare({ arguments: { 'x-message-ttl': int('short', 1000) } }, {}),
    expect: inequivalent("'x-message-ttl' for queue 'q' in vhost '/': received none but current is the value '1000' of type 'short'"),
  },
  {
    name: 'redeclare: same value, other integer type',
    provoke: redeclare({ arguments: { 'x-message-ttl': int('signedint', 1000) } }, { arguments: { 'x-message-ttl': long(1000n) } }),
    expect: same,
  },
  {
    name: 'redeclare with an unknown x-arg',
    provoke: redeclare({}, { arguments: { 'x-foo': int('byte', 1) } }),
    expect: same,
  },
  {
    name: 'redeclare x-dead-letter-exchange differs',
    provoke: redeclare({}, { arguments: { 'x-dead-letter-exchange': 'dlx' } }),
    expect: inequivalent(
      "'x-dead-letter-exchange' for queue 'q' in vhost '/': received the value 'dlx' of type 'longstr' but current is none",
    ),
  },
  {
    name: 'redeclare x-queue-type differs',
    provoke: redeclare({}, { arguments: { 'x-queue-type': 'quorum' } }),
    expect: inequivalent("'x-queue-type' for queue 'q' in vhost '/': received 'quorum' but current is 'classic'"),
  },
  {
    name: 'redeclare x-queue-type=classic explicit',
    provoke: redeclare({}, { arguments: { 'x-queue-type': 'classic' } }),
    expect: same,
  },
  {
    name: 'redeclare x-max-priority differs',
    provoke: redeclare({}, { arguments: { 'x-max-priority': int('byte', 5) } }),
    expect: inequivalent("'x-max-priority' for queue 'q' in vhost '/': received the value '5' of type 'byte' but current is none"),
  },
  {
    name: 'reserved name',
    provoke: send(declare('amq.foo')),
    expect: channel(403, "ACCESS_REFUSED - queue name 'amq.foo' contains reserved prefix 'amq.*'", 'queue.declare'),
  },
  {
    name: 'empty name passive, no previous',
    provoke: send(declare('', { passive: true })),
    expect: channel(404, "NOT_FOUND - no queue '' in vhost '/'", 'queue.declare'),
  },
  {
    name: 'empty name, no last queue',
    provoke: send({ name: 'queue.bind', queue: '', exchange: 'amq.direct', routingKey: 'k' }),
    expect: channel(404, 'NOT_FOUND - no previously declared queue', 'queue.bind'),
  },
  {
    name: 'exclusive queue from another connection',
    provoke: trespass((queue) => declare(queue)),
    expect: channel(405, LOCKED, 'queue.declare'),
  },
  {
    name: 'exclusive queue: passive from another connection',
    provoke: trespass((queue) => declare(queue, { passive: true })),
    expect: channel(405, LOCKED, 'queue.declare'),
  },
  {
    name: 'exclusive queue: consume from another connection',
    provoke: trespass((queue) => ({ name: 'basic.consume', queue })),
    expect: channel(405, LOCKED, 'basic.consume'),
  },
  {
    name: 'exclusive queue: get from another connection',
    provoke: trespass((queue) => ({ name: 'basic.get', queue })),
    expect: channel(405, LOCKED, 'basic.get'),
  },
  {
    name: 'exclusive queue: bind from another connection',
    provoke: trespass((queue) => ({ name: 'queue.bind', queue, exchange: 'amq.direct', routingKey: 'k' })),
    expect: channel(405, LOCKED, 'queue.bind'),
  },
  {
    name: 'exclusive queue: purge from another connection',
    provoke: trespass((queue) => ({ name: 'queue.purge', queue })),
    expect: channel(405, LOCKED, 'queue.purge'),
  },
  {
    name: 'exclusive queue: delete from another connection',
    provoke: trespass((queue) => ({ name: 'queue.delete', queue })),
    expect: channel(405, LOCKED, 'queue.delete'),
  },
  {
    name: 'delete if-unused with a consumer',
    provoke: async (stage) => {
      const queue = await declareQueue(stage);
      await stage.wire.call({ name: 'basic.consume', queue }, 'basic.consume-ok');
      stage.wire.send({ name: 'queue.delete', queue, ifUnused: true });
    },
    expect: channel(406, "PRECONDITION_FAILED - queue 'q' in vhost '/' in use", 'queue.delete'),
  },
  {
    name: 'delete if-empty with a message',
    provoke: async (stage) => {
      stage.wire.send({ name: 'queue.delete', queue: await fillQueue(stage), ifEmpty: true });
    },
    expect: channel(406, "PRECONDITION_FAILED - queue 'q' in vhost '/' not empty", 'queue.delete'),
  },
  {
    name: 'delete a missing queue',
    provoke: send({ name: 'queue.delete', queue: 'nosuch' }),
    expect: ok('queue.delete-ok', { messageCount: 0 }),
  },
  { name: 'purge a missing queue', provoke: send({ name: 'queue.purge', queue: 'nosuch' }), expect: channel(404, NO_QUEUE, 'queue.purge') },
  {
    name: 'bind: missing queue',
    provoke: send({ name: 'queue.bind', queue: 'nosuch', exchange: 'amq.direct' }),
    expect: channel(404, NO_QUEUE, 'queue.bind'),
  },
  {
    name: 'bind: missing exchange',
    provoke: withQueue((queue) => ({ name: 'queue.bind', queue, exchange: 'nosuchx' })),
    expect: channel(404, NO_EXCHANGE, 'queue.bind'),
  },
  {
    name: 'bind: both missing',
    provoke: send({ name: 'queue.bind', queue: 'nosuch', exchange: 'nosuchx' }),
    expect: channel(404, NO_EXCHANGE, 'queue.bind'),
  },
  {
    name: 'bind to the default exchange',
    provoke: withQueue((queue) => ({ name: 'queue.bind', queue, exchange: '' })),
    expect: channel(403, DEFAULT_EXCHANGE, 'queue.bind'),
  },
  {
    name: 'unbind from the default exchange',
    provoke: withQueue((queue) => ({ name: 'queue.unbind', queue, exchange: '' })),
    expect: channel(403, DEFAULT_EXCHANGE, 'queue.unbind'),
  },
  {
    name: 'unbind a missing binding',
    provoke: withQueue((queue) => ({ name: 'queue.unbind', queue, exchange: 'amq.direct', routingKey: 'none' })),
    expect: ok('queue.unbind-ok'),
  },
  {
    name: 'unbind: missing exchange',
    provoke: withQueue((queue) => ({ name: 'queue.unbind', queue, exchange: 'nosuchx' })),
    expect: ok('queue.unbind-ok'),
  },
  {
    name: 'unbind: missing queue',
    provoke: send({ name: 'queue.unbind', queue: 'nosuch', exchange: 'amq.direct' }),
    expect: ok('queue.unbind-ok'),
  },
  {
    name: 'name of 255 bytes',
    provoke: ({ wire, own }) => wire.send(declare(own('n'.repeat(246)), { durable: true })),
    expect: ok('queue.declare-ok', { queue: 'n'.repeat(246), messageCount: 0, consumerCount: 0 }),
  },
]);
