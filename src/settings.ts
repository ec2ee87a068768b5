import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrokerAddress, parseAddress, redactText, type Target, type TlsSettings } from './client/target.ts';
import { UsageError } from './errors.ts';
import { parseDuration } from './values.ts';

/** The global options as commander gives them. */
export interface GlobalOptions {
  readonly url?: string;
  readonly vhost?: string;
  readonly api?: string;
  readonly profile?: string;
  readonly connectTimeout?: string;
  readonly reconnectFor?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly debug?: boolean;
  readonly color?: boolean;
  readonly yes?: boolean;
  readonly ascii?: boolean;
  readonly tlsCaFile?: string;
  readonly tlsCertFile?: string;
  readonly tlsKeyFile?: string;
  readonly insecure?: boolean;
}

/** A named broker of the profiles file. */
export interface Profile {
  readonly url: string;
  readonly api?: string;
}

/** The profiles file. */
export interface Profiles {
  readonly current?: string;
  readonly profiles: Readonly<Record<string, Profile>>;
}

/** Everything that flags, environment and profiles settle. */
export interface Settings {
  readonly target: Target;
  readonly connectTimeout: number;
  readonly reconnectFor: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Merges flags over environment over profile over the default. Pure; throws UsageError. When `--url` names several
 * brokers they are separated by commas.
 */
export function mergeSettings(options: GlobalOptions, env: Environment, profiles: Profiles): Settings {
  const chosen = chooseUrl(options, env, profiles);
  const times = {
    connectTimeout: parseConnectTimeout(options.connectTimeout ?? '10s'),
    reconnectFor: parseDuration(options.reconnectFor ?? '60s', '--reconnect-for'),
  };
  const api = options.api === undefined ? chosen.api : { url: options.api, reason: '--api' };
  if (isEmbedded(chosen)) {
    if (api !== undefined) {
      throw new UsageError(`${api.reason}: the lab broker of ${chosen.reason} has a management API of its own`, { hint: 'leave it out' });
    }
    return { target: embeddedTarget(options.vhost, chosen), ...times };
  }
  const tls = tlsFromEnvironment(env);
  const flags = tlsFromFlags(options);
  // a comma that no address follows belongs to the one before: its password, say
  const parts = chosen.url.split(/,(?=\s*amqps?:\/\/)/i).map((part) => part.trim());
  const addresses = parts.map((part): BrokerAddress => {
    const address = parseAddress(part, chosen.reason, tls);
    return { ...address, ...(options.vhost === undefined ? {} : { vhost: options.vhost }), tls: { ...address.tls, ...flags } };
  });
  const apis = addresses.map(defaultApi);
  return {
    target: {
      addresses,
      ...(api === undefined ? { api: apis[0] as string, apis } : { api: parseApi(api.url, api.reason) }),
      reason: chosen.reason,
      asked: chosen.asked,
    },
    ...times,
  };
}

/** The lab broker of this process as a target, before it has an address: `Embedded.place` gives it one. */
export function embeddedTarget(vhost = '/', { reason, asked }: { readonly reason: string; readonly asked: boolean }): Target {
  const address = { secure: false, host: '127.0.0.1', port: 0, username: 'guest', password: 'guest', vhost, tls: { verify: true } };
  return { addresses: [address], api: '', reason, asked, embedded: true };
}

/** Whether the lab broker of this process is asked for. Throws UsageError when more than that stands there. */
function isEmbedded({ url, reason }: Chosen): boolean {
  if (/^\s*lab:\s*$/i.test(url)) return true;
  if (!/^\s*lab\s*($|[:/,])|,\s*lab:\s*($|,)/i.test(url)) return false;
  throw new UsageError(`${reason}: the lab broker of a command is 'lab:', with nothing beside it and nothing after it`, {
    hint: 'write --url lab:, and its vhost after --vhost',
  });
}

interface Chosen {
  readonly url: string;
  readonly api?: { readonly url: string; readonly reason: string };
  readonly reason: string;
  readonly asked: boolean;
}

function chooseUrl(options: GlobalOptions, env: Environment, profiles: Profiles): Chosen {
  if (options.url !== undefined && options.profile !== undefined) {
    throw new UsageError('--url and --profile both name a broker', { hint: 'give one of them' });
  }
  if (options.url !== undefined) return { url: options.url, reason: '--url', asked: true };
  if (options.profile !== undefined) return fromProfile(options.profile, `--profile ${options.profile}`, profiles);
  for (const name of ['RMQ_LAB_URL', 'AMQP_URL']) {
    const url = nonEmpty(env[name]);
    // RMQ_LAB_API belongs to RMQ_LAB_URL: another broker's password is not for it
    const api = name === 'RMQ_LAB_URL' ? nonEmpty(env.RMQ_LAB_API) : undefined;
    if (url !== undefined)
      return { url, reason: name, asked: true, ...(api === undefined ? {} : { api: { url: api, reason: 'RMQ_LAB_API' } }) };
  }
  if (profiles.current !== undefined) return fromProfile(profiles.current, `profile ${profiles.current}`, profiles);
  return { url: 'amqp://guest:guest@localhost:5672', reason: 'the default', asked: false };
}

function fromProfile(name: string, reason: string, { profiles }: Profiles): Chosen {
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile === undefined) {
    const known = Object.keys(profiles);
    throw new UsageError(`${reason}: there is no profile '${name}'`, {
      hint:
        known.length === 0
          ? 'name the broker with --url, or put {"profiles":{"NAME":{"url":"amqp://…"}}} into ~/.config/rmq-lab/profiles.json'
          : `profiles: ${known.join(', ')}`,
    });
  }
  const { url, api } = profile;
  return { url, reason, asked: true, ...(api === undefined ? {} : { api: { url: api, reason } }) };
}

function tlsFromEnvironment(env: Environment): TlsSettings {
  return {
    verify: !/^(1|true|yes)$/.test(env.RMQ_LAB_INSECURE ?? ''),
    ...tlsFiles(nonEmpty(env.RMQ_LAB_TLS_CA_FILE), nonEmpty(env.RMQ_LAB_TLS_CERT_FILE), nonEmpty(env.RMQ_LAB_TLS_KEY_FILE)),
  };
}

/** What flags say of TLS: they beat the URL's query, which beats the environment. */
function tlsFromFlags(options: GlobalOptions): Partial<TlsSettings> {
  return {
    ...(options.insecure === true ? { verify: false } : {}),
    ...tlsFiles(options.tlsCaFile, options.tlsCertFile, options.tlsKeyFile),
  };
}

function tlsFiles(caFile: string | undefined, certFile: string | undefined, keyFile: string | undefined): Omit<TlsSettings, 'verify'> {
  return {
    ...(caFile === undefined ? {} : { caFile }),
    ...(certFile === undefined ? {} : { certFile }),
    ...(keyFile === undefined ? {} : { keyFile }),
  };
}

function parseConnectTimeout(text: string): number {
  const milliseconds = parseDuration(text, '--connect-timeout');
  // timers hold 31 bits of milliseconds, which is little more
  if (milliseconds >= 1 && milliseconds <= 500 * 3_600_000) return milliseconds;
  throw new UsageError(`--connect-timeout: '${text}' is not between 1ms and 500h`, { hint: 'write --connect-timeout 10s' });
}

/** The management API beside the broker; never clear text for a broker reached by TLS. */
function defaultApi({ host, secure }: BrokerAddress): string {
  const shown = host.includes(':') ? `[${host}]` : host;
  return secure ? `https://${shown}:15671` : `http://${shown}:15672`;
}

function parseApi(text: string, what: string): string {
  const hint = 'give http://host:15672 or https://host:15671';
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new UsageError(`${what}: '${redactText(text)}' is not an address`, { hint });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new UsageError(`${what}: '${redactText(text)}' does not start with http:// or https://`, { hint });
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(`${what}: user and password are taken from the broker’s address`, { hint: `give ${url.protocol}//${url.host}` });
  }
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/** Reads the profiles file (`rmq-lab/profiles.json` in the XDG configuration folder); none is no error, a broken one is. */
export function readProfiles(env: Environment): Profiles {
  const home = nonEmpty(env.HOME);
  const folder = nonEmpty(env.XDG_CONFIG_HOME) ?? (home === undefined ? undefined : join(home, '.config'));
  if (folder === undefined) return { profiles: {} };
  const file = join(folder, 'rmq-lab', 'profiles.json');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { profiles: {} };
    throw new UsageError(`${file} cannot be read: ${code}`, { cause, hint: 'mend or remove it' });
  }
  try {
    return parseProfiles(JSON.parse(text));
  } catch (cause) {
    // the words of a SyntaxError quote the file, which holds passwords
    const why = cause instanceof TypeError ? cause.message : 'it is not JSON';
    throw new UsageError(`${file} is not a file of profiles: ${why}`, { hint: 'mend or remove it' });
  }
}

function parseProfiles(json: unknown): Profiles {
  const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  if (!isObject(json)) throw new TypeError('it holds no object');
  const { current, profiles = {} } = json;
  if (current !== undefined && typeof current !== 'string') throw new TypeError('current is not a string');
  if (!isObject(profiles)) throw new TypeError('profiles is not an object');
  for (const [name, profile] of Object.entries(profiles)) {
    if (!isObject(profile) || typeof profile.url !== 'string') throw new TypeError(`profile '${name}' has no url`);
    if (profile.api !== undefined && typeof profile.api !== 'string') throw new TypeError(`the api of profile '${name}' is not a string`);
  }
  return { profiles: profiles as Profiles['profiles'], ...(current === undefined ? {} : { current }) };
}
