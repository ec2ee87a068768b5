/**
 * Every refusal of the broker: reply code, how much it closes, and the text as RabbitMQ 4.3 words it. `{name}` stands for a detail.
 * docs/lab-broker.md is made from this table.
 */
export const FAULTS = {
  'no-queue': { code: 404, closes: 'channel', text: "no queue '{queue}' in vhost '{vhost}'" },
  'no-exchange': { code: 404, closes: 'channel', text: "no exchange '{exchange}' in vhost '{vhost}'" },
  'no-previous-queue': { code: 404, closes: 'channel', text: 'no previously declared queue' },
  'inequivalent-argument': {
    code: 406,
    closes: 'channel',
    text: "inequivalent arg '{argument}' for {kind} '{name}' in vhost '{vhost}': received {received} but current is {current}",
  },
  'invalid-argument': { code: 406, closes: 'channel', text: "invalid arg '{argument}' for queue '{queue}' in vhost '{vhost}': {reason}" },
  'invalid-argument-of-type': {
    code: 406,
    closes: 'channel',
    text: "invalid arg '{argument}' for queue '{queue}' in vhost '{vhost}' of queue type {type}",
  },
  'invalid-argument-type': {
    code: 406,
    closes: 'channel',
    text: "invalid type '{type}' for arg '{argument}' in {kind} '{name}' in vhost '{vhost}'",
  },
  'invalid-property': { code: 406, closes: 'channel', text: "invalid property '{property}' for queue '{queue}' in vhost '{vhost}'" },
  'server-named': { code: 406, closes: 'channel', text: 'Cannot declare a server-named queue for type {type}' },
  'deprecated-feature': {
    code: 541,
    closes: 'connection',
    text:
      'Feature `{feature}` is deprecated.\nBy default, this feature is not permitted anymore.\nThe feature will be removed from a future ' +
      'major RabbitMQ version, regardless of the configuration; actual version to be determined.\nTo con...',
  },
  'reserved-name': { code: 403, closes: 'channel', text: "{kind} name '{name}' contains reserved prefix 'amq.*'" },
  'resource-locked': {
    code: 405,
    closes: 'channel',
    text:
      "cannot obtain exclusive access to locked queue '{queue}' in vhost '{vhost}'. It could be originally declared on another " +
      'connection or the exclusive property value does not match that of the original declaration.',
  },
  'vhost-queue-limit': {
    code: 406,
    closes: 'channel',
    text: "cannot declare queue '{queue}': queue limit in vhost '{vhost}' ({limit}) is reached",
  },
  'queue-in-use': { code: 406, closes: 'channel', text: "queue '{queue}' in vhost '{vhost}' in use" },
  'queue-not-empty': { code: 406, closes: 'channel', text: "queue '{queue}' in vhost '{vhost}' not empty" },
  'quorum-conditional-delete': {
    code: 540,
    closes: 'connection',
    text: "cannot delete queue '{queue}' in vhost '{vhost}'. queue.delete operations with {flag} flag set are not supported by quorum queues",
  },
  'get-single-active': {
    code: 405,
    closes: 'channel',
    text:
      "cannot obtain access to locked queue '{queue}' in vhost '{vhost}'. basic.get operations are not supported by <<\"quorum\">> " +
      'queues with single active consumer',
  },
  'exclusive-use': { code: 403, closes: 'channel', text: "queue '{queue}' in vhost '{vhost}' in exclusive use" },
  'exchange-in-use': { code: 406, closes: 'channel', text: "exchange '{exchange}' in vhost '{vhost}' in use" },
  'default-exchange': { code: 403, closes: 'channel', text: 'operation not permitted on the default exchange' },
  'system-exchange': { code: 403, closes: 'channel', text: "deletion of system exchange '{exchange}' in vhost '{vhost}' not allowed" },
  'internal-exchange': { code: 403, closes: 'channel', text: "cannot publish to internal exchange '{exchange}' in vhost '{vhost}'" },
  'unknown-exchange-type': { code: 406, closes: 'channel', text: "unknown exchange type '{type}'" },
  'invalid-exchange-type': { code: 406, closes: 'channel', text: "invalid exchange type '{type}'" },
  'invalid-x-match': {
    code: 406,
    closes: 'channel',
    text: 'Invalid x-match field value <<"{value}">>; expected all, any, all-with-x, or any-with-x',
  },
  'invalid-x-match-type': { code: 406, closes: 'channel', text: 'Invalid x-match field type {type} (value {value}); expected longstr' },
  'topic-wildcards': {
    code: 406,
    closes: 'channel',
    text: "Topic binding key '{key}' uses {count} '#' wildcards, at most 2 are allowed",
  },
  'access-refused': {
    code: 403,
    closes: 'channel',
    text: "{access} access to {kind} '{name}' in vhost '{vhost}' refused for user '{user}'",
  },
  'topic-refused': {
    code: 403,
    closes: 'channel',
    text: "{access} access to topic '{key}' in exchange '{exchange}' in vhost '{vhost}' refused for user '{user}'",
  },
  'user-id': { code: 406, closes: 'channel', text: "user_id property set to '{userId}' but authenticated user was '{user}'" },
  'invalid-expiration': { code: 406, closes: 'channel', text: "invalid expiration '{expiration}': {reason}" },
  'invalid-message': { code: 406, closes: 'channel', text: 'invalid message: {reason}' },
  'message-too-large': {
    code: 406,
    closes: 'channel',
    text: 'message size {size} is larger than configured max size {limit}',
  },
  immediate: { code: 540, closes: 'connection', text: 'immediate=true' },
  'unknown-delivery-tag': { code: 406, closes: 'channel', text: 'unknown delivery tag {tag}' },
  'consumer-tag-reused': { code: 530, closes: 'connection', text: "attempt to reuse consumer tag '{tag}'" },
  'prefetch-size': { code: 540, closes: 'connection', text: 'prefetch_size!=0 ({size})' },
  'recover-without-requeue': { code: 540, closes: 'connection', text: 'requeue=false' },
  'flow-off': { code: 540, closes: 'connection', text: 'active=false' },
  'reply-consumer-acks': { code: 406, closes: 'channel', text: 'reply consumer cannot acknowledge' },
  'reply-consumer-set': { code: 406, closes: 'channel', text: 'reply consumer already set' },
  'no-reply-consumer': { code: 406, closes: 'channel', text: 'fast reply consumer does not exist' },
  'dead-reply-consumer': { code: 541, closes: 'connection', text: '', anonymous: true },
  'switch-mode': { code: 406, closes: 'channel', text: 'cannot switch from {from} to {to} mode' },
  'not-transactional': { code: 406, closes: 'channel', text: 'channel is not transactional' },
  'partial-commit': { code: 406, closes: 'channel', text: 'partial tx completion' },
  'stream-without-prefetch': {
    code: 406,
    closes: 'channel',
    text: "consumer prefetch count is not set for stream queue '{queue}' in vhost '{vhost}'",
  },
  'stream-no-ack': {
    code: 540,
    closes: 'connection',
    text: "automatic acknowledgement not supported by stream queue '{queue}' in vhost '{vhost}'",
  },
  'stream-operation': {
    code: 540,
    closes: 'connection',
    text: "{operation} not supported by stream queues queue '{queue}' in vhost '{vhost}'",
  },
  'login-refused': {
    code: 403,
    closes: 'connection',
    text: 'Login was refused using authentication mechanism {mechanism}. For details see the broker logfile.',
  },
  'vhost-not-found': { code: 530, closes: 'connection', text: 'vhost {vhost} not found' },
  'vhost-refused': { code: 530, closes: 'connection', text: "access to vhost '{vhost}' refused for user '{user}'" },
  'vhost-connection-limit': {
    code: 530,
    closes: 'connection',
    text: "access to vhost '{vhost}' refused for user '{user}': connection limit ({limit}) is reached",
  },
  'vhost-deleted': { code: 320, closes: 'connection', text: "vhost '{vhost}' is deleted" },
  'closed-by-management': { code: 320, closes: 'connection', text: '{reason}' },
  'user-deleted': { code: 320, closes: 'connection', text: "user '{user}' is deleted" },
  shutdown: { code: 320, closes: 'connection', text: "broker forced connection closure with reason 'shutdown'" },
  'too-many-channels': {
    code: 530,
    closes: 'connection',
    text: 'number of channels opened ({count}) has reached the negotiated channel_max ({limit})',
    anonymous: true,
  },
  'expected-channel-open': { code: 504, closes: 'connection', text: "expected 'channel.open'" },
  'second-channel-open': { code: 504, closes: 'connection', text: "second 'channel.open' seen" },
  'unexpected-method': { code: 504, closes: 'connection', text: 'unexpected method in connection state running' },
  'unimplemented-method': { code: 503, closes: 'connection', text: 'unimplemented method' },
  'frame-error': { code: 501, closes: 'connection', text: '{reason}' },
  'unexpected-frame': { code: 505, closes: 'connection', text: '{reason}' },
  'internal-error': { code: 541, closes: 'connection', text: '', anonymous: true },
} as const satisfies Readonly<Record<string, FaultRow>>;

interface FaultRow {
  readonly code: keyof typeof REPLY_NAMES;
  readonly closes: 'channel' | 'connection';
  readonly text: string;
  /** Whether the reply names no method as the cause. */
  readonly anonymous?: true;
}

/** The protocol's own names of its reply codes, as RabbitMQ puts them before its texts. */
export const REPLY_NAMES = {
  320: 'CONNECTION_FORCED',
  403: 'ACCESS_REFUSED',
  404: 'NOT_FOUND',
  405: 'RESOURCE_LOCKED',
  406: 'PRECONDITION_FAILED',
  501: 'FRAME_ERROR',
  503: 'COMMAND_INVALID',
  504: 'CHANNEL_ERROR',
  505: 'UNEXPECTED_FRAME',
  530: 'NOT_ALLOWED',
  540: 'NOT_IMPLEMENTED',
  541: 'INTERNAL_ERROR',
} as const;

/** The name of a row of the table. */
export type FaultName = keyof typeof FAULTS;

/** A refusal that closes a channel or the whole connection. One place in the connection answers it. */
export class BrokerFault extends Error {
  readonly code: number;
  readonly closes: 'channel' | 'connection';
  /** Whether the reply names no method as the cause. */
  readonly anonymous: boolean;

  constructor(name: FaultName, details: Readonly<Record<string, string | number>> = {}) {
    const row: FaultRow = FAULTS[name];
    const text = row.text.replace(/\{(\w+)\}/g, (_, key: string) => String(details[key] ?? ''));
    super(text === '' ? REPLY_NAMES[row.code] : `${REPLY_NAMES[row.code]} - ${text}`);
    this.code = row.code;
    this.closes = row.closes;
    this.anonymous = row.anonymous ?? false;
  }
}
