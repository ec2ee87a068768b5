import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrokerAddress, parseAddress, type Target, type TlsSettings } from './client/target.ts';
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
  const tls = tlsSettings(options, env);
  const parts = chosen.url.split(',').map((part) => part.trim());
  const addresses = parts.map((part) => {
    const address = parseAddress(part, chosen.reason, tls);
    return options.vhost === undefined ? address : { ...address, vhost: options.vhost };
  });
  return {
    target: {
      addresses,
      api: parseApi(options.api ?? chosen.api, addresses[0] as BrokerAddress),
      reason: chosen.reason,
      asked: chosen.asked,
    },
    connectTimeout: parseDuration(options.connectTimeout ?? '10s', '--connect-timeout'),
    reconnectFor: parseDuration(options.reconnectFor ?? '60s', '--reconnect-for'),
  };
}

function chooseUrl(
  options: GlobalOptions,
  env: Environment,
  { current, profiles }: Profiles,
): { url: string; api?: string; reason: string; asked: boolean } {
  if (options.url !== undefined && options.profile !== undefined) {
    throw new UsageError('--url and --profile both name a broker', { hint: 'give one of them' });
  }
  if (options.url !== undefined) return { url: options.url, reason: '--url', asked: true };
  if (options.profile !== undefined) {
    const profile = profiles[options.profile];
    if (profile === undefined) {
      const known = Object.keys(profiles);
      throw new UsageError(`--profile: there is no profile '${options.profile}'`, {
        hint: known.length === 0 ? 'no profile is defined; name the broker with --url' : `profiles: ${known.join(', ')}`,
      });
    }
    return { ...profile, reason: `--profile ${options.profile}`, asked: true };
  }
  for (const name of ['RMQ_LAB_URL', 'AMQP_URL']) {
    const url = nonEmpty(env[name]);
    // RMQ_LAB_API belongs to RMQ_LAB_URL: another broker's password is not for it
    const api = name === 'RMQ_LAB_URL' ? nonEmpty(env.RMQ_LAB_API) : undefined;
    if (url !== undefined) return { url, reason: name, asked: true, ...(api === undefined ? {} : { api }) };
  }
  const profile = current === undefined ? undefined : profiles[current];
  if (profile !== undefined) return { ...profile, reason: `profile ${current}`, asked: true };
  return { url: 'amqp://guest:guest@localhost:5672', reason: 'the default', asked: false };
}

function tlsSettings(options: GlobalOptions, env: Environment): TlsSettings {
  const caFile = options.tlsCaFile ?? nonEmpty(env.RMQ_LAB_TLS_CA_FILE);
  const certFile = options.tlsCertFile ?? nonEmpty(env.RMQ_LAB_TLS_CERT_FILE);
  const keyFile = options.tlsKeyFile ?? nonEmpty(env.RMQ_LAB_TLS_KEY_FILE);
  return {
    verify: options.insecure !== true && !/^(1|true|yes)$/.test(env.RMQ_LAB_INSECURE ?? ''),
    ...(caFile === undefined ? {} : { caFile }),
    ...(certFile === undefined ? {} : { certFile }),
    ...(keyFile === undefined ? {} : { keyFile }),
  };
}

/** The management API's address: what was given, else the broker's host; never clear text for a broker reached by TLS. */
function parseApi(text: string | undefined, broker: BrokerAddress): string {
  if (text === undefined) {
    const host = broker.host.includes(':') ? `[${broker.host}]` : broker.host;
    return broker.secure ? `https://${host}:15671` : `http://${host}:15672`;
  }
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new UsageError(`--api: '${text}' is not an address`, { hint: 'give http://host:15672 or https://host:15671' });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new UsageError(`--api: '${url.protocol}//' is not http:// or https://`, { hint: 'give http://host:15672 or https://host:15671' });
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError('--api: user and password are taken from the broker’s address', { hint: `give ${url.protocol}//${url.host}` });
  }
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/$/, '')}`;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/** Reads the profiles file (`rmq-lab/profiles.json` in the XDG configuration folder); none is no error, a broken one is. */
export function readProfiles(env: Environment): Profiles {
  const folder = nonEmpty(env.XDG_CONFIG_HOME) ?? (env.HOME === undefined ? undefined : join(env.HOME, '.config'));
  if (folder === undefined) return { profiles: {} };
  const file = join(folder, 'rmq-lab', 'profiles.json');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return { profiles: {} };
  }
  try {
    const { current, profiles } = JSON.parse(text) as Partial<Profiles>;
    return { profiles: Object.assign(Object.create(null), profiles), ...(current === undefined ? {} : { current }) };
  } catch (cause) {
    throw new UsageError(`${file} is not JSON`, { cause, hint: 'mend or remove it' });
  }
}
