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
  readonly tls: boolean;
  readonly vhost: string;
  readonly user: string;
  readonly api: { readonly url: string; readonly answers: boolean; readonly version?: string; readonly error?: string };
}

/** The status in lines of `name: value`. */
export function statusView(status: BrokerStatus): string {
  const { url, addresses, reason, embedded, answers, product = '', version = '', lab = false, tls, vhost, user, api } = status;
  const others = addresses.filter((address) => address !== url);
  const rows: [string, string][] = [
    ['broker', answers ? `${url}: ${serverView({ product, version, lab })}` : `${url}: no`],
    ['chosen by', reason],
    ...(embedded ? [['lasts', 'as long as this command'] as [string, string]] : []),
    ...(others.length === 0 ? [] : [['else', others.join(', ')] as [string, string]]),
    ['vhost', vhost],
    ['user', user],
    ['tls', tls ? 'yes' : 'no'],
    ['management', api.answers ? `${api.url}: RabbitMQ ${api.version ?? 'of unknown version'}` : (api.error ?? `${api.url}: no`)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 1;
  return rows.map(([name, value]) => `${`${name}:`.padEnd(width)} ${escapeLine(value)}`).join('\n');
}
