import { type FailureKind, LabError } from '../errors.ts';

/** A reply code's usual kind and hint; `texts` are looked at first, in order. */
interface Translation {
  readonly kind: FailureKind;
  readonly hint?: string;
  readonly texts?: readonly (readonly [pattern: RegExp, kind: FailureKind, hint: string])[];
}

/** What a broker's reply codes mean to the person at the keyboard. */
const REPLIES: Readonly<Record<number, Translation>> = {
  311: { kind: 'refused', hint: 'send less in one message' },
  320: { kind: 'unreachable', hint: 'an operator or a shutdown closed the connection; try again when the broker is back' },
  402: { kind: 'refused' },
  403: {
    kind: 'access-refused',
    hint: 'ask for the permission: rabbitmqctl set_permissions -p VHOST USER configure write read',
    texts: [
      [/Login was refused/, 'access-refused', 'check user and password in --url; the user guest may log in from loopback only'],
      [/reserved prefix/, 'refused', 'names that begin with amq. belong to the broker: choose another'],
      [/exclusive use/, 'refused', 'another consumer has the queue to itself: stop it first, or consume from another queue'],
      [
        /default exchange/,
        'refused',
        'every queue is bound to the default exchange by its own name, always; declare an exchange of your own',
      ],
      [/system exchange/, 'refused', 'exchanges that begin with amq. belong to the broker and stay'],
      [/internal exchange/, 'refused', 'an internal exchange takes messages from other exchanges only: bind it to one'],
    ],
  },
  404: {
    kind: 'refused',
    texts: [
      [/no queue '/, 'refused', 'declare it first: rmq-lab declare-queue NAME'],
      [/no exchange '/, 'refused', 'declare it first: rmq-lab declare-exchange NAME --type direct'],
    ],
  },
  405: {
    kind: 'refused',
    hint: 'an exclusive queue belongs to the connection that declared it: use it there, or declare another without --exclusive',
  },
  406: {
    kind: 'refused',
    texts: [
      [/inequivalent arg/, 'refused', 'declare it as it is, or delete it first: a declare never changes what exists'],
      [/not empty/, 'refused', 'purge it first, or delete it without --if-empty'],
      [/in use/, 'refused', 'stop its consumers or remove its bindings first, or delete it without --if-unused'],
      [/unknown delivery tag/, 'unexpected', 'a message was acknowledged twice or on another channel'],
      [/user_id property/, 'refused', 'leave userId out, or set it to the user that you log in as'],
      [/larger than configured max size/, 'refused', 'send less in one message, or raise max_message_size on the broker'],
      [/consumer prefetch count is not set/, 'refused', 'streams need a prefetch: --prefetch 100'],
      [/delivery acknowledgement on channel .* timed out/, 'unreachable', 'a message was held longer than consumer_timeout allows'],
    ],
  },
  501: { kind: 'unreachable', hint: 'what answers there may not be an AMQP 0-9-1 broker, or something between changes the bytes' },
  504: { kind: 'unexpected' },
  530: {
    kind: 'refused',
    texts: [
      [/vhost .* not found/, 'access-refused', 'create it (rabbitmqctl add_vhost NAME), or name another with --vhost'],
      [/access to vhost .* refused/, 'access-refused', 'ask for permission: rabbitmqctl set_permissions -p VHOST USER ".*" ".*" ".*"'],
    ],
  },
  540: { kind: 'refused', hint: 'this kind of queue cannot do that' },
  541: {
    kind: 'refused',
    texts: [
      [/transient_nonexcl_queues/, 'refused', 'declare it durable (leave out --transient), or exclusive'],
      [/vhost .* is down/, 'unreachable', 'the vhost is not running: see the broker’s log'],
    ],
  },
};

const START_ONE = 'start RabbitMQ there, or name another broker: --url amqp://user:password@host:5672/vhost';

/** What Node's own errors mean, by `code`. */
const SOCKETS: Readonly<Record<string, readonly [kind: FailureKind, why: string, hint: string]>> = {
  ECONNREFUSED: ['unreachable', 'connection refused', START_ONE],
  ENOTFOUND: ['unreachable', 'no such host', 'check the host name in --url'],
  EAI_AGAIN: ['unreachable', 'the host name could not be looked up', 'check the host name in --url, and your DNS'],
  ETIMEDOUT: ['unreachable', 'no answer in time', 'check host and port, or wait longer: --connect-timeout 30s'],
  EHOSTUNREACH: ['unreachable', 'host unreachable', 'check the network, and the host in --url'],
  ENETUNREACH: ['unreachable', 'network unreachable', 'check the network, and the host in --url'],
  ECONNRESET: ['unreachable', 'the connection was cut', 'check that an AMQP broker listens there (TLS wants amqps://, usually port 5671)'],
  EPIPE: ['unreachable', 'the connection was cut', 'try again when the broker is back'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'access-refused',
    'its certificate is for another host',
    'use the host name in the certificate, or --insecure to trust it anyway',
  ],
  CERT_HAS_EXPIRED: ['access-refused', 'its certificate has expired', 'renew it, or use --insecure to trust it anyway'],
};

const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_GET_ISSUER_CERT',
]);

/** A reply of the broker as a LabError; `context` is what was being done, when that helps (`declare queue 'q'`). */
export function replyFailure(replyCode: number, text: string, cause?: unknown): LabError {
  const translation = REPLIES[replyCode] ?? { kind: 'refused' as const };
  const match = translation.texts?.find(([pattern]) => pattern.test(text));
  const hint = match?.[2] ?? translation.hint;
  return new LabError(match?.[1] ?? translation.kind, `${replyCode} ${text === '' ? 'the broker gave no reason' : text}`, {
    replyCode,
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}

/**
 * Anything that amqplib or a socket throws as a LabError. `address` is shown, so it must bear no password.
 * A LabError passes through unchanged.
 */
export function translateFailure(cause: unknown, address: string): LabError {
  if (cause instanceof LabError) return cause;
  if (!(cause instanceof Error)) return new LabError('unexpected', String(cause));
  const error = innermost(cause);
  const reply = replyOf(error);
  if (reply !== undefined) return replyFailure(reply.code, reply.text, cause);
  const code = codeOf(error);
  const known = code === undefined ? undefined : SOCKETS[code];
  if (known !== undefined) return new LabError(known[0], `${address}: ${known[1]}`, { hint: known[2], cause });
  if (code !== undefined && UNTRUSTED.has(code)) {
    return new LabError('access-refused', `${address}: its certificate is not signed by an authority that is trusted here`, {
      hint: 'name the authority with --tls-ca-file FILE, or use --insecure to trust any certificate',
      cause,
    });
  }
  if (/wrong version number|packet length too long|unknown protocol/i.test(error.message)) return noTls(address, cause);
  if (code?.startsWith('ERR_SSL') || code?.startsWith('ERR_OSSL')) {
    return new LabError('access-refused', `${address}: TLS failed: ${error.message}`, {
      hint: 'check --tls-ca-file, --tls-cert-file and --tls-key-file',
      cause,
    });
  }
  if (/Expected ConnectionOpenOk; got <ConnectionClose/.test(error.message)) {
    return new LabError('access-refused', `${address}: the vhost does not exist, or this user may not use it`, {
      hint: 'name another with --vhost, or create it: rabbitmqctl add_vhost NAME, then rabbitmqctl set_permissions -p NAME USER ".*" ".*" ".*"',
      cause,
    });
  }
  const text = DROPPED.find(([pattern]) => pattern.test(error.message));
  if (text !== undefined) return new LabError('unreachable', `${address}: ${text[1]}`, { hint: text[2], cause });
  return new LabError('unexpected', `${address}: ${error.message}`, { cause });
}

function noTls(address: string, cause: unknown): LabError {
  return new LabError('unreachable', `${address}: no TLS there`, {
    hint: 'use amqp:// for a port without TLS (usually 5672), amqps:// for one with (usually 5671)',
    cause,
  });
}

/** amqplib's own words for a connection that did not come about or did not stay. */
const DROPPED: readonly (readonly [pattern: RegExp, why: string, hint: string])[] = [
  [
    /Socket closed abruptly during opening handshake/,
    'it hung up during the handshake',
    'check that an AMQP 0-9-1 broker listens there, and user, vhost and limits in --url',
  ],
  [/Unexpected close/, 'the connection was lost', 'try again when the broker is back'],
  [/Heartbeat timeout/, 'no heartbeat came', 'the broker or the network hangs; try again when it is back'],
  [/Connection clos(ed|ing)|Channel clos(ed|ing)|Channel ended/, 'the connection was lost', 'try again when the broker is back'],
  [
    /Invalid frame|Frame size|protocol|Expected Connection|Unexpected frame|Bogus frame|Unexpected response|frame/i,
    'what answers there does not speak AMQP 0-9-1',
    'check host and port: AMQP is usually 5672 (amqp://) or 5671 (amqps://), 15672 is the management page',
  ],
  [/SASL mechanism/, 'it does not take user and password', 'log in by PLAIN must be allowed on the broker'],
];

/** Reads `406 (PRECONDITION-FAILED) with message "…"`, which is how amqplib words a close. */
function replyOf(error: Error): { code: number; text: string } | undefined {
  const closed = /(\d{3}) \([A-Z_-]+\) with message "([\s\S]*)"$/.exec(error.message);
  return closed === null ? undefined : { code: Number(closed[1]), text: closed[2] as string };
}

function innermost(error: Error): Error {
  return error instanceof AggregateError && error.errors[0] instanceof Error ? innermost(error.errors[0]) : error;
}

function codeOf(error: Error): string | undefined {
  const code = (error as NodeJS.ErrnoException).code;
  if (typeof code === 'string') return code;
  return /connect ETIMEDOUT/.test(error.message) ? 'ETIMEDOUT' : undefined;
}
