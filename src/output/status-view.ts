import { escapeLine } from './escape.ts';
import { serverView } from './server-view.ts';

/** Which broker a command would use, and what is known of it. No password is in it. */
export interface BrokerStatus {
  readonly url: string;
  /** All that would be tried, in order. */
  readonly addresses: readonly string[];
  readonly reason: string;
  /** Whether the user named it. */
  readonly asked: boolean;
  readonly answers: boolean;
  /** Whether it is the lab broker of this command, which ends with it. */
  readonly embedded: boolean;
  readonly product?: string;
  readonly version?: string;
  /** Whether it is a lab broker; `product` and `version` are what it behaves as. */
  readonly lab?: boolean;
  /** All brokers that are up on this machine and were brought up by this program, the first for commands that name none. */
  readonly running: readonly Running[];
  readonly tls: boolean;
  readonly vhost: string;
  readonly user: string;
  readonly api: { readonly url: string; readonly answers: boolean; readonly version?: string; readonly error?: string };
}

/** A broker that is up on this machine. */
export interface Running {
  readonly engine: string;
  readonly url: string;
  readonly api: string;
  readonly pid: number;
  readonly version: string;
  readonly lesson?: { readonly id: string; readonly vhost: string };
}

/** The status in lines of `name: value`. */
export function statusView(status: BrokerStatus): string {
  const { url, addresses, reason, embedded, answers, product = '', version = '', lab = false, tls, vhost, user, api, running } = status;
  const others = addresses.filter((address) => address !== url);
  const chosen = running.find((one) => portOf(one.url) === portOf(url));
  const beside = running.filter((one) => one !== chosen);
  const rows: [string, string][] = [
    ['broker', answers ? `${url}: ${serverView({ product, version, lab })}` : `${url}: no`],
    ['chosen by', reason],
    ...(embedded ? [['lasts', 'as long as this command'] as [string, string]] : []),
    ...(chosen?.lesson === undefined ? [] : [['lasts', `as long as ${ownerOf(chosen)}`] as [string, string]]),
    ...beside.map((one): [string, string] => ['also up', `${one.url}: ${ownerOf(one)}`]),
    ...(others.length === 0 ? [] : [['else', others.join(', ')] as [string, string]]),
    ['vhost', vhost],
    ['user', user],
    ['tls', tls ? 'yes' : 'no'],
    ['management', api.answers ? `${api.url}: RabbitMQ ${api.version ?? 'of unknown version'}` : (api.error ?? `${api.url}: no`)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 1;
  return rows.map(([name, value]) => `${`${name}:`.padEnd(width)} ${escapeLine(value)}`).join('\n');
}

/** Who has a broker up, and in which process. */
export function ownerOf({ engine, lesson, pid }: Pick<Running, 'engine' | 'lesson' | 'pid'>): string {
  return `${lesson === undefined ? `rmq-lab broker --engine ${engine}` : `the lesson ${lesson.id}, in its vhost ${lesson.vhost}`}, process ${pid}`;
}

/** Loopback and its port tell brokers of this machine apart; a user or a vhost in the URL does not. */
function portOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { hostname, port } = new URL(url);
  return `${hostname === 'localhost' ? '127.0.0.1' : hostname}:${port}`;
}
