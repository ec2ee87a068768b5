import { UsageError } from '../errors.ts';

/** TLS settings of a connection: paths of PEM files, and whether the server's certificate is checked. */
export interface TlsSettings {
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly verify: boolean;
}

/** One address of a broker, taken apart. */
export interface BrokerAddress {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly vhost: string;
  /** Seconds; absent: what the server proposes. */
  readonly heartbeat?: number;
  readonly tls: TlsSettings;
}

/** Which broker a command talks to, and where that was said. */
export interface Target {
  /** At least one; they are tried in order. */
  readonly addresses: readonly BrokerAddress[];
  /** The management API: an http(s) address without credentials and without a slash at its end. */
  readonly api: string;
  /** For the reader: `--url`, `RMQ_LAB_URL`, `the default` … */
  readonly reason: string;
  /** Whether the user named it; then no other broker may stand in for it. */
  readonly asked: boolean;
}

/** Takes `amqp[s]://user:password@host:port/vhost?…` apart. `what` names the option in the error, which never shows the URL's password. */
export function parseAddress(text: string, what: string, tls: TlsSettings = { verify: true }): BrokerAddress {
  const bad = (why: string) =>
    new UsageError(`${what}: ${why}`, { hint: 'give an address like amqp://user:password@localhost:5672/vhost' });
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw bad(`'${redactText(text)}' is not an AMQP address`);
  }
  if (url.protocol !== 'amqp:' && url.protocol !== 'amqps:') throw bad(`'${redactText(text)}' does not start with amqp:// or amqps://`);
  if (url.hostname === '') throw bad(`'${redactText(text)}' names no host`);
  if (url.port === '0') throw bad('port 0 cannot be connected to');
  const secure = url.protocol === 'amqps:';
  const path = url.pathname.replace(/^\//, '');
  if (path.includes('/')) throw bad(`the vhost in '${redactText(text)}' has a slash; write it as %2F`);
  const heartbeat = url.searchParams.get('heartbeat');
  if (heartbeat !== null && !/^\d+$/.test(heartbeat)) throw bad(`heartbeat '${heartbeat}' is not a number of seconds`);
  return {
    secure,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 5671 : 5672) : Number(url.port),
    username: url.username === '' && url.password === '' ? 'guest' : decode(url.username, bad),
    password: url.username === '' && url.password === '' ? 'guest' : decode(url.password, bad),
    vhost: path === '' ? '/' : decode(path, bad),
    ...(heartbeat === null ? {} : { heartbeat: Number(heartbeat) }),
    tls: tlsOf(url.searchParams, tls),
  };
}

/** An address without its password, as it may be shown: `amqp://guest@localhost:5672/` (the vhost `/` is left out). */
export function showAddress(address: BrokerAddress): string {
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  const vhost = address.vhost === '/' ? '' : `/${encodeURIComponent(address.vhost)}`;
  return `${address.secure ? 'amqps' : 'amqp'}://${encodeURIComponent(address.username)}@${host}:${address.port}${vhost}`;
}

/** An address as a URL with its password: for handing on, never for showing. */
export function formatAddress(address: BrokerAddress): string {
  const secret = `${encodeURIComponent(address.username)}:${encodeURIComponent(address.password)}@`;
  return showAddress(address).replace(`${encodeURIComponent(address.username)}@`, secret);
}

/** Whether the address can only be this machine. */
export function isLoopback(address: BrokerAddress): boolean {
  return address.host === 'localhost' || address.host === '::1' || /^127(\.\d+){3}$/.test(address.host);
}

/** Any text with what stands between `://user:` and `@` hidden. */
export function redactText(text: string): string {
  return text.replace(/(:\/\/[^:/@\s]*):[^@\s]*@/g, '$1:***@');
}

function decode(part: string, bad: (why: string) => UsageError): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw bad('a % in it is not followed by two hex digits');
  }
}

function tlsOf(query: URLSearchParams, tls: TlsSettings): TlsSettings {
  const [caFile, certFile, keyFile, verify] = ['cacertfile', 'certfile', 'keyfile', 'verify'].map((name) => query.get(name) ?? undefined);
  return {
    ...tls,
    ...(caFile === undefined ? {} : { caFile }),
    ...(certFile === undefined ? {} : { certFile }),
    ...(keyFile === undefined ? {} : { keyFile }),
    ...(verify === undefined ? {} : { verify: verify !== 'verify_none' }),
  };
}
