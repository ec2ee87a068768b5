import { types } from 'node:util';
import { type FailureKind, LabError } from '../errors.ts';
import { replyFailure } from './reply-failure.ts';

const WATCH = 'rmq-lab status shows when the broker is back';
const START_ONE = 'start RabbitMQ there, or name another broker: --url amqp://user:password@host:5672/vhost';

/** What Node's own errors mean, by `code`. */
const SOCKETS: Readonly<Record<string, readonly [kind: FailureKind, why: string, hint: string]>> = {
  ECONNREFUSED: ['unreachable', 'connection refused', START_ONE],
  ENOTFOUND: ['unreachable', 'no such host', 'check the host name in --url'],
  EAI_AGAIN: ['unreachable', 'the host name could not be looked up', 'check the host name in --url, and your DNS'],
  ETIMEDOUT: ['unreachable', 'no answer in time', 'check host and port in --url, or wait longer: --connect-timeout 30s'],
  EHOSTUNREACH: ['unreachable', 'host unreachable', 'check the network, and the host in --url'],
  ENETUNREACH: ['unreachable', 'network unreachable', 'check the network, and the host in --url'],
  ECONNRESET: ['unreachable', 'the connection was cut', 'check that an AMQP broker listens there (TLS wants amqps://, usually port 5671)'],
  EPIPE: ['unreachable', 'the connection was cut', WATCH],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'access-refused',
    'its certificate is for another host',
    'use the host name in the certificate, or --insecure to trust it anyway',
  ],
  CERT_HAS_EXPIRED: ['access-refused', 'its certificate has expired', 'renew it, or use --insecure to trust it anyway'],
};

/** Why OpenSSL does not trust a certificate: its names for that, as Node hands them on. */
const CERTIFICATE = /^(CERT|CRL|ERROR_IN|UNABLE_TO|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|HOSTNAME_MISMATCH|DEPTH_ZERO|SELF_SIGNED)_?/;

/**
 * Anything that amqplib or a socket throws as a LabError. `address` is shown, so it must bear no password.
 * A LabError passes through unchanged.
 */
export function translateFailure(cause: unknown, address: string): LabError {
  if (cause instanceof LabError) return cause;
  if (!types.isNativeError(cause)) return new LabError('unexpected', String(cause), { hint: 'the same with --debug shows where' });
  const error = innermost(cause);
  const reply = replyOf(error);
  if (reply !== undefined) return replyFailure(reply.code, reply.text, cause);
  const code = codeOf(error);
  const known = code === undefined ? undefined : SOCKETS[code];
  if (known !== undefined) {
    const hint = code === 'ECONNREFUSED' ? hereHint(address) : undefined;
    return new LabError(known[0], `${address}: ${known[1]}`, { hint: hint ?? known[2], cause });
  }
  if (code !== undefined && CERTIFICATE.test(code)) {
    return new LabError('access-refused', `${address}: its certificate is not trusted here: ${error.message}`, {
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
  if ('syscall' in error)
    return new LabError('unreachable', `${address}: ${error.message}`, { hint: 'check host and port in --url', cause });
  return new LabError('unexpected', `${address}: ${error.message}`, { hint: 'the same with --debug shows where', cause });
}

/** What to do when nothing listens on this machine; undefined when the address is another one's, or wants TLS. */
function hereHint(address: string): string | undefined {
  const port = /^amqp:\/\/(?:[^@/]*@)?(?:localhost|127\.[\d.]+|\[::1\]):(\d+)/.exec(address)?.[1];
  if (port === undefined) return undefined;
  return `rmq-lab broker start${port === '5672' ? '' : ` --port ${port}`}, or name another broker: --url amqp://user:password@host:5672/vhost`;
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
  [/Unexpected close/, 'the connection was lost', WATCH],
  [/Heartbeat timeout/, 'no heartbeat came', `the broker or the network hangs; ${WATCH}`],
  [/Connection clos(ed|ing)|Channel clos(ed|ing)|Channel ended/, 'the connection was lost', WATCH],
  [
    /Invalid frame|Frame size|protocol|Expected Connection|Unexpected frame|Bogus frame|Unexpected response|frame/i,
    'what answers there does not speak AMQP 0-9-1',
    'check host and port in --url: AMQP is usually 5672 (amqp://) or 5671 (amqps://), 15672 is the management page',
  ],
  [/SASL mechanism|go through secure/, 'it does not take user and password', 'allow PLAIN in rabbitmq.conf: auth_mechanisms.1 = PLAIN'],
];

/** Reads `406 (PRECONDITION-FAILED) with message "…"`, which is how amqplib words a close. */
function replyOf(error: Error): { code: number; text: string } | undefined {
  const closed = /(\d{3}) \([A-Z_-]+\) with message "([\s\S]*)"$/.exec(error.message);
  return closed === null ? undefined : { code: Number(closed[1]), text: closed[2] as string };
}

function innermost(error: Error): Error {
  const [first] = (error as Partial<AggregateError>).errors ?? [];
  return types.isNativeError(first) ? innermost(first) : error;
}

function codeOf(error: Error): string | undefined {
  const code = (error as NodeJS.ErrnoException).code;
  if (typeof code === 'string') return code;
  return /connect ETIMEDOUT/.test(error.message) ? 'ETIMEDOUT' : undefined;
}
