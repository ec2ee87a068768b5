import type { Field } from '../../../src/lab-broker/wire/field.ts';
import type { MethodInput } from '../../../src/lab-broker/wire/methods.ts';
import { channel, connection, type Outcome, ok } from '../../support/outcome.ts';
import { describeProbes, type Probe } from '../../support/probes.ts';
import { type Declaration, declare, withQueue } from '../../support/provocations.ts';
import { int, long, tableOf, type Values } from '../../support/tables.ts';

/** Declares a durable queue `q` with these arguments. */
function probe(name: string, values: Values, expect: Outcome, flags: Declaration = {}): Probe {
  return {
    name,
    provoke: ({ wire, own }) => wire.send(declare(own('q'), { durable: true, ...flags, arguments: values })),
    expect,
  };
}

const quorum = (name: string, flags: Declaration, property: string): Probe =>
  probe(
    name,
    { 'x-queue-type': 'quorum' },
    channel(406, `PRECONDITION_FAILED - invalid property '${property}' for queue 'q' in vhost '/'`, 'queue.declare'),
    flags,
  );

/** Sets a prefetch (0 is none), declares a stream `q`, then does this with it. */
function streamProbe(name: string, prefetchCount: number, method: (queue: string) => MethodInput, expect: Outcome): Probe {
  return {
    name,
    provoke: async (stage) => {
      await stage.wire.call({ name: 'basic.qos', prefetchCount }, 'basic.qos-ok');
      await withQueue(method, { durable: true, arguments: { 'x-queue-type': 'stream' } })(stage);
    },
    expect,
  };
}

const refused = (text: string) => channel(406, `PRECONDITION_FAILED - ${text}`, 'queue.declare');
const invalid = (argument: string, reason: string) => refused(`invalid arg '${argument}' for queue 'q' in vhost '/': ${reason}`);
const ofType = (argument: string, type: string) => refused(`invalid arg '${argument}' for queue 'q' in vhost '/' of queue type ${type}`);
const declared = ok('queue.declare-ok', { queue: 'q', messageCount: 0, consumerCount: 0 });
const half: Field = { type: 'double', value: 1.5 };

describeProbes('x-arguments', [
  probe('x-message-ttl negative', { 'x-message-ttl': int('byte', -1) }, invalid('x-message-ttl', '{value_negative,-1}')),
  probe('x-message-ttl string', { 'x-message-ttl': '1000' }, invalid('x-message-ttl', '"expected integer, got longstr"')),
  probe('x-message-ttl too large', { 'x-message-ttl': long(4_294_967_296n) }, declared),
  probe('x-message-ttl float', { 'x-message-ttl': half }, invalid('x-message-ttl', '"expected integer, got double"')),
  probe('x-message-ttl boolean', { 'x-message-ttl': true }, invalid('x-message-ttl', '"expected integer, got bool"')),
  probe('x-message-ttl zero', { 'x-message-ttl': int('byte', 0) }, declared),
  probe('x-expires zero', { 'x-expires': int('byte', 0) }, invalid('x-expires', '{value_zero,0}')),
  probe('x-expires negative', { 'x-expires': int('byte', -5) }, invalid('x-expires', '{value_negative,-5}')),
  probe('x-expires string', { 'x-expires': 'a' }, invalid('x-expires', '"expected integer, got longstr"')),
  probe('x-max-length negative', { 'x-max-length': int('byte', -1) }, invalid('x-max-length', '{value_negative,-1}')),
  probe('x-max-length string', { 'x-max-length': '5' }, invalid('x-max-length', '"expected integer, got longstr"')),
  probe('x-max-length-bytes negative', { 'x-max-length-bytes': int('byte', -1) }, invalid('x-max-length-bytes', '{value_negative,-1}')),
  probe('x-overflow unknown', { 'x-overflow': 'banana' }, invalid('x-overflow', 'invalid_overflow')),
  probe('x-overflow integer', { 'x-overflow': int('byte', 3) }, invalid('x-overflow', '{unacceptable_type,byte}')),
  probe('x-overflow reject-publish-dlx', { 'x-overflow': 'reject-publish-dlx' }, declared),
  probe('x-max-priority 256', { 'x-max-priority': int('short', 256) }, invalid('x-max-priority', '{max_value_exceeded,256}')),
  probe('x-max-priority -1', { 'x-max-priority': int('byte', -1) }, invalid('x-max-priority', '{value_negative,-1}')),
  probe('x-max-priority string', { 'x-max-priority': 'a' }, invalid('x-max-priority', '"expected integer, got longstr"')),
  probe('x-max-priority 0', { 'x-max-priority': int('byte', 0) }, declared),
  probe(
    'x-dead-letter-exchange integer',
    { 'x-dead-letter-exchange': int('byte', 5) },
    refused("invalid type 'byte' for arg 'x-dead-letter-exchange' in queue 'q' in vhost '/'"),
  ),
  probe(
    'x-dead-letter-routing-key without exchange',
    { 'x-dead-letter-routing-key': 'k' },
    invalid('x-dead-letter-routing-key', 'routing_key_but_no_dlx_defined'),
  ),
  probe(
    'x-dead-letter-routing-key integer',
    { 'x-dead-letter-exchange': 'd', 'x-dead-letter-routing-key': int('byte', 4) },
    invalid('x-dead-letter-routing-key', '{unacceptable_type,byte}'),
  ),
  probe('x-dead-letter-exchange missing exchange', { 'x-dead-letter-exchange': 'does.not.exist' }, declared),
  probe('x-queue-type unknown', { 'x-queue-type': 'banana' }, invalid('x-queue-type', '"unsupported queue type \'banana\'"')),
  probe('x-queue-type integer', { 'x-queue-type': int('byte', 5) }, invalid('x-queue-type', '{unacceptable_type,byte}')),
  probe('x-queue-mode unknown', { 'x-queue-mode': 'x' }, declared),
  probe('x-queue-mode lazy', { 'x-queue-mode': 'lazy' }, declared),
  probe('x-queue-version 2', { 'x-queue-version': int('byte', 2) }, declared),
  probe('x-queue-version 3', { 'x-queue-version': int('byte', 3) }, invalid('x-queue-version', '"unsupported queue version \'3\'"')),
  probe(
    'x-single-active-consumer string',
    { 'x-single-active-consumer': 'yes' },
    invalid('x-single-active-consumer', '{unacceptable_type,longstr}'),
  ),
  probe(
    'x-queue-master-locator unknown',
    { 'x-queue-master-locator': 'zz' },
    connection(
      541,
      'INTERNAL_ERROR - Feature `queue_master_locator` is deprecated.\nBy default, this feature is not permitted anymore.\nThe feature will ' +
        'be removed from a future major RabbitMQ version, regardless of the configuration; actual version to be determined.\nTo con...',
      'queue.declare',
    ),
  ),
  probe('x-unknown-argument', { 'x-whatever': '1' }, declared),
  probe('x-delivery-limit on classic', { 'x-delivery-limit': int('byte', 3) }, ofType('x-delivery-limit', 'rabbit_classic_queue')),
  probe(
    'x-quorum-initial-group-size on classic',
    { 'x-quorum-initial-group-size': int('byte', 3) },
    ofType('x-quorum-initial-group-size', 'rabbit_classic_queue'),
  ),
  probe('x-max-age on classic', { 'x-max-age': '1h' }, ofType('x-max-age', 'rabbit_classic_queue')),
  probe(
    'x-stream-max-segment-size-bytes on classic',
    { 'x-stream-max-segment-size-bytes': int('short', 1000) },
    ofType('x-stream-max-segment-size-bytes', 'rabbit_classic_queue'),
  ),
  probe(
    'x-max-in-memory-length on classic',
    { 'x-max-in-memory-length': int('byte', 1) },
    ofType('x-max-in-memory-length', 'rabbit_classic_queue'),
  ),
  quorum('quorum, not durable', { durable: false }, 'non-durable'),
  quorum('quorum, exclusive', { exclusive: true }, 'exclusive-owner'),
  quorum('quorum, auto-delete', { autoDelete: true }, 'auto-delete'),
  probe(
    'quorum + x-max-priority',
    { 'x-queue-type': 'quorum', 'x-max-priority': int('byte', 5) },
    ofType('x-max-priority', 'rabbit_quorum_queue'),
  ),
  probe('quorum + reject-publish-dlx', { 'x-queue-type': 'quorum', 'x-overflow': 'reject-publish-dlx' }, declared),
  streamProbe(
    'stream, consume without prefetch',
    0,
    (queue) => ({ name: 'basic.consume', queue }),
    channel(406, "PRECONDITION_FAILED - consumer prefetch count is not set for stream queue 'q' in vhost '/'", 'basic.consume'),
  ),
  streamProbe(
    'stream, consume no_ack',
    10,
    (queue) => ({ name: 'basic.consume', queue, noAck: true }),
    connection(540, "NOT_IMPLEMENTED - automatic acknowledgement not supported by stream queue 'q' in vhost '/'", 'basic.consume'),
  ),
  streamProbe(
    'stream, basic.get',
    0,
    (queue) => ({ name: 'basic.get', queue }),
    connection(540, "NOT_IMPLEMENTED - basic.get not supported by stream queues queue 'q' in vhost '/'", 'basic.get'),
  ),
  streamProbe(
    'stream, x-stream-offset bad',
    10,
    (queue) => ({ name: 'basic.consume', queue, arguments: tableOf({ 'x-stream-offset': 'banana' }) }),
    channel(
      406,
      "PRECONDITION_FAILED - invalid arg 'x-stream-offset' for queue 'q' in vhost '/': {invalid_stream_offset_arg,{longstr,<<\"banana\">>}}",
      'basic.consume',
    ),
  ),
]);
