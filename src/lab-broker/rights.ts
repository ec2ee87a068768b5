import type { Realm } from './entities/realm.ts';
import { type Access, type Permissions, permits, type User } from './entities/user.ts';
import { BrokerFault } from './faults.ts';

/** The exchange without a name, as permissions call it. */
const DEFAULT_EXCHANGE = 'amq.default';

const NOTHING: Permissions = { configure: '', write: '', read: '' };

/** What the user of a connection may do in its virtual host. */
export class Rights {
  readonly #realm: Realm;
  readonly #user: User;
  readonly #vhost: string;

  constructor(realm: Realm, user: User, vhost: string) {
    this.#realm = realm;
    this.#user = user;
    this.#vhost = vhost;
  }

  /** Grows when anybody's permissions change: what was found out before holds no longer. */
  get version(): number {
    return this.#realm.permissionsVersion;
  }

  /** @throws BrokerFault when the user may not do this with an entity of that name, be it there or not. */
  require(access: Access, kind: 'queue' | 'exchange', name: string): void {
    const pattern = this.#user.permissions.get(this.#vhost)?.[access] ?? '';
    const shown = kind === 'exchange' && name === '' ? DEFAULT_EXCHANGE : name;
    if (permits(pattern, shown)) return;
    throw new BrokerFault('access-refused', { access, kind, name: shown, vhost: this.#vhost, user: this.#user.name });
  }

  /** @throws BrokerFault when the user may do nothing at all with an entity of that name. */
  requireAny(kind: 'queue' | 'exchange', name: string): void {
    const { configure, write, read } = this.#user.permissions.get(this.#vhost) ?? NOTHING;
    if (!permits(write, name) && !permits(read, name) && !permits(configure, name)) this.require('configure', kind, name);
  }

  /** @throws BrokerFault when the user may not write or read this key of a topic exchange. Without a rule all keys are open. */
  requireTopic(access: 'write' | 'read', exchange: string, routingKey: string): void {
    const pattern = this.#user.topicPermissions.get(this.#vhost)?.get(exchange)?.[access];
    if (pattern === undefined || permits(pattern, routingKey)) return;
    throw new BrokerFault('topic-refused', { access, key: routingKey, exchange, vhost: this.#vhost, user: this.#user.name });
  }
}
