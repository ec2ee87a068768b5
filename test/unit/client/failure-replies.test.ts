import { translateFailure } from '../../../src/client/failure.ts';
import { EXIT_CODES } from '../../../src/errors.ts';

const NAMES: Readonly<Record<number, string>> = {
  320: 'CONNECTION-FORCED',
  403: 'ACCESS-REFUSED',
  404: 'NOT-FOUND',
  405: 'RESOURCE-LOCKED',
  406: 'PRECONDITION-FAILED',
  501: 'FRAME-ERROR',
  503: 'COMMAND-INVALID',
  504: 'CHANNEL-ERROR',
  505: 'UNEXPECTED-FRAME',
  530: 'NOT-ALLOWED',
  540: 'NOT-IMPLEMENTED',
  541: 'INTERNAL-ERROR',
};

/** The ways in which amqplib words a close. */
const WORDINGS: readonly ((close: string) => string)[] = [
  (close) => `Operation failed: QueueDeclare; ${close}`,
  (close) => `Channel closed by server: ${close}`,
  (close) => `Connection closed: ${close}`,
  (close) => `Handshake terminated by server: ${close}`,
];

/** Something that can be typed: an option, a command, an address, a line of the broker's configuration. */
const TYPEABLE = /--[a-z-]+|-H '|rmq-lab [a-z-]+|rabbitmq(ctl|-diagnostics) [a-z_]+|rabbitmq\.conf/;

/** What RabbitMQ 3.10, 4.0 and 4.3 really answer, and the exit code that it means, and what the hint must name. */
const REPLIES: readonly (readonly [code: number, text: string, exit: number, hint: RegExp])[] = [
  [320, "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'", 5, /rmq-lab status/],
  [320, 'CONNECTION_FORCED - Closed via management plugin', 5, /rmq-lab status/],
  [403, 'ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile.', 4, /--url/],
  [403, "ACCESS_REFUSED - access to queue 'q' in vhost '/' refused for user 'u'", 4, /set_permissions/],
  [403, "ACCESS_REFUSED - queue name 'amq.foo' contains reserved prefix 'amq.*'", 6, /declare-queue/],
  [403, "ACCESS_REFUSED - exchange name 'amq.foo' contains reserved prefix 'amq.*'", 6, /declare-exchange/],
  [403, 'ACCESS_REFUSED - operation not permitted on the default exchange', 6, /declare-exchange/],
  [403, "ACCESS_REFUSED - deletion of system exchange 'amq.direct' in vhost '/' not allowed", 6, /unbind/],
  [403, "ACCESS_REFUSED - cannot publish to internal exchange 'e.int' in vhost '/'", 6, /bind .*--to-exchange/],
  [403, "ACCESS_REFUSED - queue 'e.q1' in vhost '/' in exclusive use", 6, /peek/],
  [404, "NOT_FOUND - no queue 'nosuch' in vhost '/'", 6, /declare-queue/],
  [404, "NOT_FOUND - no queue '' in vhost '/'", 6, /declare-queue/],
  [404, 'NOT_FOUND - no previously declared queue', 6, /declare-queue/],
  [404, "NOT_FOUND - no exchange 'nosuchx' in vhost '/'", 6, /declare-exchange/],
  [
    405,
    "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'e.ex' in vhost '/'. It could be originally declared on another connection or the exclusive property value does not match that of the original declaration.",
    6,
    /--exclusive/,
  ],
  [
    406,
    "PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'e.q1' in vhost '/': received 'true' but current is 'false'",
    6,
    /delete-queue/,
  ],
  [
    406,
    "PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'e.x1' in vhost '/': received 'fanout' but current is 'direct'",
    6,
    /delete/,
  ],
  [406, "PRECONDITION_FAILED - queue 'e.du' in vhost '/' in use", 6, /--if-unused/],
  [406, "PRECONDITION_FAILED - exchange 'e.xu' in vhost '/' in use", 6, /--if-unused/],
  [406, "PRECONDITION_FAILED - queue 'e.de' in vhost '/' not empty", 6, /purge.*--if-empty/],
  [406, "PRECONDITION_FAILED - invalid arg 'x-message-ttl' for queue 'e.a1' in vhost '/': {value_negative,-1}", 6, /declare-queue --help/],
  [406, `PRECONDITION_FAILED - invalid arg 'x-queue-type' for queue 'q' in vhost '/': "unsupported queue type 'banana'"`, 6, /--help/],
  [406, "PRECONDITION_FAILED - invalid arg 'x-max-age' for queue 'q' in vhost '/' of queue type rabbit_classic_queue", 6, /--help/],
  [406, "PRECONDITION_FAILED - invalid property 'exclusive-owner' for queue 'e.qq1' in vhost '/'", 6, /--help/],
  [406, "PRECONDITION_FAILED - invalid type 'byte' for arg 'alternate-exchange' in exchange 'e.xae' in vhost '/'", 6, /--help/],
  [406, "PRECONDITION_FAILED - consumer prefetch count is not set for stream queue 'e.st' in vhost '/'", 6, /--prefetch/],
  [406, "PRECONDITION_FAILED - consumer prefetch count is not set for 'queue 'e.st' in vhost '/''", 6, /--prefetch/],
  [
    406,
    `PRECONDITION_FAILED - invalid arg 'x-stream-offset' for queue 'e.st' in vhost '/': {invalid_stream_offset_arg,{longstr,<<"banana">>}}`,
    6,
    /--offset/,
  ],
  [406, "PRECONDITION_FAILED - unknown exchange type 'banana'", 6, /--type/],
  [406, "PRECONDITION_FAILED - invalid exchange type ''", 6, /--type/],
  [406, 'PRECONDITION_FAILED - Invalid x-match field value <<"some">>; expected all, any, all-with-x, or any-with-x', 6, /--match/],
  [406, 'PRECONDITION_FAILED - Invalid x-match field type byte (value 1); expected longstr', 6, /--match/],
  [406, "PRECONDITION_FAILED - user_id property set to 'someone' but authenticated user was 'guest'", 6, /--user-id/],
  [406, "PRECONDITION_FAILED - invalid expiration 'abc': no_integer", 6, /--expiration/],
  [406, 'PRECONDITION_FAILED - invalid message: {unacceptable_type_in_header,"CC",longstr}', 6, /-H 'CC:json=/],
  [406, 'PRECONDITION_FAILED - invalid message: {delivery_mode_unknown,3}', 6, /--persistent/],
  [406, 'PRECONDITION_FAILED - message size 134217729 is larger than configured max size 134217728', 6, /max_message_size/],
  [406, 'PRECONDITION_FAILED - unknown delivery tag 99', 1, /--debug/],
  [406, 'PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out. Timeout value used: 1800000 ms.', 5, /--prefetch 1/],
  [406, 'PRECONDITION_FAILED - reply consumer cannot acknowledge', 6, /--reply-to/],
  [406, 'PRECONDITION_FAILED - fast reply consumer does not exist', 6, /--reply-to/],
  [406, 'PRECONDITION_FAILED - cannot switch from confirm to tx mode', 1, /--debug/],
  [406, 'PRECONDITION_FAILED - channel is not transactional', 1, /--debug/],
  [406, 'PRECONDITION_FAILED - something new', 6, /rmq-lab doctor/],
  [501, 'FRAME_ERROR - type 8, all octets = <<>>: {invalid_frame_end_marker,0}', 5, /--url/],
  [503, "COMMAND_INVALID - unknown exchange type 'banana'", 6, /--type/],
  [503, 'COMMAND_INVALID - unimplemented method', 1, /--debug/],
  [504, "CHANNEL_ERROR - expected 'channel.open'", 1, /--debug/],
  [505, 'UNEXPECTED_FRAME - expected method frame, got non method frame instead', 1, /--debug/],
  [530, 'NOT_ALLOWED - vhost nope not found', 4, /--vhost/],
  [530, "NOT_ALLOWED - access to vhost 'v' refused for user 'u'", 4, /set_permissions/],
  [530, "NOT_ALLOWED - access to vhost 'v' refused for user 'u': connection limit (1) is reached", 6, /set_vhost_limits/],
  [530, "NOT_ALLOWED - attempt to reuse consumer tag 't'", 1, /--debug/],
  [540, "NOT_IMPLEMENTED - automatic acknowledgement not supported by stream queue 'e.st' in vhost '/'", 6, /--ack-mode/],
  [540, "NOT_IMPLEMENTED - basic.get not supported by stream queues queue 'e.st' in vhost '/'", 6, /consume QUEUE --offset/],
  [540, 'NOT_IMPLEMENTED - immediate=true', 1, /--debug/],
  [540, 'NOT_IMPLEMENTED - prefetch_size!=0 (100)', 1, /--debug/],
  [541, 'INTERNAL_ERROR', 6, /log_tail/],
  [
    541,
    'INTERNAL_ERROR - Feature `queue_master_locator` is deprecated. By default, this feature is not permitted anymore.',
    6,
    /rabbitmq\.conf/,
  ],
  [541, 'INTERNAL_ERROR - Feature `transient_nonexcl_queues` is deprecated.', 6, /--transient/],
  [541, "INTERNAL_ERROR - access to vhost 'v' refused for user 'guest': vhost 'v' is down", 5, /restart_vhost/],
];

test.each(REPLIES)('%d %s: exit %d', (code, text, exit, hint) => {
  for (const wording of WORDINGS) {
    const cause = new Error(wording(`${code} (${NAMES[code]}) with message "${text}"`));
    const failure = translateFailure(cause, 'amqp://u@h:1');
    expect(failure).toMatchObject({ message: `${code} ${text}`, replyCode: code, exitCode: exit, cause });
    expect(failure.hint).toMatch(hint);
    expect(failure.hint).toMatch(TYPEABLE);
  }
});

test('every code that a broker may send has a kind and a hint, whatever its text', () => {
  for (let code = 300; code < 600; code++) {
    for (const text of ['', 'in words "quoted"\nand broken']) {
      const { kind, hint, message, replyCode } = translateFailure(new Error(`Connection closed: ${code} (X) with message "${text}"`), 'a');
      expect([code, EXIT_CODES[kind]]).not.toEqual([code, undefined]);
      expect(hint).toMatch(/--[a-z]|rmq-lab |rabbitmq/);
      expect({ message, replyCode }).toEqual({ message: `${code} ${text || 'the broker gave no reason'}`, replyCode: code });
    }
  }
});
