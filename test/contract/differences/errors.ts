import { channel, connection, NOTHING, ok } from '../../support/outcome.ts';
import type { Difference } from '../differences.ts';

const DECLARED = ok('queue.declare-ok');
const CLOSED = connection(541, 'INTERNAL_ERROR');

/** Where older brokers refuse otherwise. */
export const ERROR_DIFFERENCES: readonly Difference[] = [
  {
    test: 'errors/connection/HTTP to the AMQP port',
    on: ['3.10'],
    expect: { level: 'protocol header', octets: [0, 0, 9, 1] },
    why: 'Names the newest protocol it speaks; since 4.0 that is AMQP 1.0.',
  },
  {
    test: 'errors/connection/AMQP 1.0 header',
    on: ['3.10'],
    expect: { level: 'protocol header', octets: [0, 0, 9, 1] },
    why: 'AMQP 1.0 is a plugin before 4.0.',
  },
  {
    test: 'errors/connection/AMQP 0-8 header',
    on: ['3.10'],
    expect: ok('connection.start', { versionMajor: 8, versionMinor: 0 }),
    why: 'AMQP 0-8 is spoken before 4.0.',
  },
  {
    test: 'errors/connection/frame_max 4096',
    on: ['3.10', '4.0'],
    expect: ok('connection.open-ok'),
    why: 'The smallest frame_max is 4096 before 4.1, then 8192.',
  },
  {
    test: 'errors/framing/body longer than announced',
    on: ['3.10', '4.0'],
    expect: connection(505, 'UNEXPECTED_FRAME - expected content body, got non content body frame instead', 'basic.publish'),
    why: 'A surplus of body goes unnoticed, and more is waited for.',
  },
  {
    test: 'errors/queue/redeclare x-queue-type differs',
    on: ['3.10'],
    expect: channel(
      406,
      "PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'q' in vhost '/': received the value 'quorum' of type 'longstr' " +
        'but current is none',
      'queue.declare',
    ),
    why: 'The type of a queue is an argument like others, so that none is not yet `classic`.',
  },
  {
    test: 'errors/x-arguments/x-queue-mode unknown',
    on: ['3.10', '4.0'],
    expect: channel(
      406,
      "PRECONDITION_FAILED - invalid arg 'x-queue-mode' for queue 'q' in vhost '/': \"unsupported queue mode 'x'\"",
      'queue.declare',
    ),
    why: 'Checks x-queue-mode, even where it is without effect.',
  },
  { test: 'errors/x-arguments/x-queue-master-locator unknown', on: ['3.10'], expect: CLOSED, why: 'The channel crashes.' },
  {
    test: 'errors/x-arguments/x-queue-master-locator unknown',
    on: ['4.0'],
    expect: DECLARED,
    why: 'The feature is not yet forbidden, and any text is taken.',
  },
  {
    test: 'errors/x-arguments/stream, consume without prefetch',
    on: ['3.10'],
    expect: channel(406, "PRECONDITION_FAILED - consumer prefetch count is not set for 'queue 'q' in vhost '/''", 'basic.consume'),
    why: 'Other words.',
  },
  {
    test: 'errors/x-arguments/stream, consume no_ack',
    on: ['3.10'],
    expect: connection(
      540,
      "NOT_IMPLEMENTED - automatic acknowledgement not supported by stream queues queue 'q' in vhost '/'",
      'basic.consume',
    ),
    why: 'Other words.',
  },
  { test: 'errors/x-arguments/stream, x-stream-offset bad', on: ['3.10', '4.0'], expect: CLOSED, why: 'The channel crashes.' },
  {
    test: 'errors/exchange/unknown type',
    on: ['3.10'],
    expect: connection(503, "COMMAND_INVALID - unknown exchange type 'banana'", 'exchange.declare'),
    why: 'Takes it for an error of the connection.',
  },
  {
    test: 'errors/exchange/empty type',
    on: ['3.10'],
    expect: connection(503, "COMMAND_INVALID - invalid exchange type ''", 'exchange.declare'),
    why: 'Takes it for an error of the connection.',
  },
  {
    test: 'errors/publish/delivery_mode 3',
    on: ['3.10'],
    expect: channel(406, 'PRECONDITION_FAILED - invalid message: {delivery_mode_unknown,3}', 'basic.publish'),
    why: 'Checks the delivery mode.',
  },
  {
    test: 'errors/publish/larger than max_message_size',
    on: ['3.10'],
    expect: NOTHING,
    why: 'A message may have 128 MiB; since 4.0, 16 MiB.',
  },
  {
    test: 'errors/consume/x-cancel-on-ha-failover bad type',
    on: ['3.10'],
    expect: channel(
      406,
      "PRECONDITION_FAILED - invalid arg 'x-cancel-on-ha-failover' for queue 'q' in vhost '/': {unacceptable_type,byte}",
      'basic.consume',
    ),
    why: 'Mirrored queues, and with them this argument, went with 4.0.',
  },
  {
    test: 'errors/reply-to/declare a dead reply-to',
    on: ['3.10', '4.0'],
    expect: channel(404, "NOT_FOUND - no queue 'amq.rabbitmq.reply-to.…' in vhost '/'", 'queue.declare'),
    why: '4.3 crashes on a name that does not decode.',
  },
  {
    test: 'errors/permissions/*',
    on: ['3.10'],
    reword: [/\b(?:configure|read|write) access\b/, 'access'],
    why: 'Does not say which access is refused.',
  },
  {
    test: 'errors/permissions/passive declare of a missing queue',
    on: ['3.10', '4.0'],
    expect: channel(404, "NOT_FOUND - no queue 'q' in vhost '/'", 'queue.declare'),
    why: 'A passive declaration needs no permission; on 4.3 it does.',
  },
  {
    test: 'errors/permissions/passive declare of a missing exchange',
    on: ['3.10', '4.0'],
    expect: channel(404, "NOT_FOUND - no exchange 'x' in vhost '/'", 'exchange.declare'),
    why: 'A passive declaration needs no permission; on 4.3 it does.',
  },
  {
    test: 'errors/permissions/passive declare of a queue without any permission',
    on: ['3.10', '4.0'],
    expect: ok('queue.declare-ok', { queue: 'q' }),
    why: 'A passive declaration needs no permission; on 4.3 it does.',
  },
];
