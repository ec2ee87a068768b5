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
  /** The management APIs of the addresses, in their order, where nobody named one: it is that of the address that answers. */
  readonly apis?: readonly string[];
  /** For the reader: `--url`, `RMQ_LAB_URL`, `the default` … */
  readonly reason: string;
  /** Whether the user named it; then no other broker may stand in for it. */
  readonly asked: boolean;
  /** It is the lab broker of this process, and ends with the command. Until it runs the port is 0 and `api` is empty. */
  readonly embedded?: true;
}

/** Takes `amqp[s]://user:password@host:port/vhost?…` apart. `what` names the option in the error, which never shows the URL's password. */
export function parseAddress(text: string, what: string, tls: TlsSettings = { verify: true }): BrokerAddress {
  const bad = (why: string, hint = LIKE_THIS) => new UsageError(`${what}: ${why}`, { hint });
  const shown = `'${redactText(text)}'`;
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw bad(`${shown} is not an AMQP address`, `${LIKE_THIS}; ${ENCODED}`);
  }
  if (url.protocol !== 'amqp:' && url.protocol !== 'amqps:') throw bad(`${shown} does not start with amqp:// or amqps://`);
  if (url.hostname === '') throw bad(`${shown} names no host`);
  // an @ outside of user and host ends a password with a / ? or # in it, more likely than not
  const hasUser = url.username !== '' || url.password !== '';
  if (url.hostname.includes(',') || url.hash !== '' || (url.pathname + url.search).includes('@')) {
    throw bad(`${shown} has a ${url.hostname.includes(',') ? ',' : url.hash !== '' ? '#' : '@'} where none can stand`, ENCODED);
  }
  if (url.port === '0') throw bad('port 0 cannot be connected to');
  const secure = url.protocol === 'amqps:';
  const path = url.pathname.replace(/^\//, '');
  if (path.includes('/')) throw bad(`the vhost in ${shown} has a slash; write it as %2F`);
  const heartbeat = url.searchParams.get('heartbeat');
  if (heartbeat !== null && !(/^\d+$/.test(heartbeat) && Number(heartbeat) <= 65_535)) {
    throw bad(`heartbeat '${heartbeat}' is not a number of seconds up to 65535`);
  }
  return {
    secure,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 5671 : 5672) : Number(url.port),
    username: hasUser ? decode(url.username, bad) : 'guest',
    password: hasUser ? decode(url.password, bad) : 'guest',
    vhost: path === '' ? '/' : decode(path, bad),
    ...(heartbeat === null ? {} : { heartbeat: Number(heartbeat) }),
    tls: tlsOf(url.searchParams, tls),
  };
}

const LIKE_THIS = 'give an address like amqp://user:password@localhost:5672/vhost';
const ENCODED = 'in user, password and vhost write @ as %40, / as %2F, ? as %3F, # as %23, a comma as %2C and % as %25';

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
  return address.host.toLowerCase() === 'localhost' || address.host === '::1' || /^127(\.\d+){3}$/.test(address.host);
}

/**
 * What was meant as an address, as it may be shown, however malformed: all that can be a password is hidden, which is what stands
 * before the last @ after the user, and what stands after the host and is no port.
 */
export function redactText(text: string): string {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/is.exec(text) ?? [];
  const at = rest.lastIndexOf('@') + 1;
  const user = scheme === '' ? '' : (/^([^:/?#@\s]+)[:@]/.exec(rest)?.[1] ?? '');
  const login = at === 0 ? '' : `${user}${user === '' ? '' : ':'}***@`;
  const [, host, port = ''] = /^(\[[^\]]*\]|[^:]*):(.*)$/s.exec(rest.slice(at)) ?? [];
  const isPort = /^(\d{1,5})?([/?]|$)/.test(port);
  return `${scheme}${login}${host === undefined || isPort ? rest.slice(at) : `${host}:***`}`;
}

function decode(part: string, bad: (why: string, hint: string) => UsageError): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw bad('a % in it is not followed by two hex digits', ENCODED);
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
