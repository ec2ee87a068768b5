import type { BrokerClock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { type BrokerEvent, BrokerEvents } from '../events.ts';
import { BrokerFault } from '../faults.ts';
import type { Permissions, User } from './user.ts';
import { Vhost, type VhostHost } from './vhost.ts';

/** Limits of a virtual host, as the management API sets them; absent is none. */
export interface VhostLimits {
  'max-connections'?: number;
  'max-queues'?: number;
}

/** What people say of a virtual host. */
export interface VhostNotes {
  readonly description: string;
  readonly tags: readonly string[];
}

/** What the whole broker holds: virtual hosts and users, and how much memory their messages take. */
export class Realm implements VhostHost {
  readonly clock: BrokerClock;
  readonly vhosts = new Map<string, Vhost>();
  readonly users = new Map<string, User>();
  readonly connections = new Set<Connection>();
  readonly events = new BrokerEvents();
  readonly limits = new Map<string, VhostLimits>();
  /** By virtual host; absent where nobody said anything. */
  readonly notes = new Map<string, VhostNotes>();
  /** Bytes of messages, from which on publishers are blocked. */
  readonly memoryLimit: number;
  /** Grows with each change of anybody's permissions. */
  permissionsVersion = 0;
  #held = 0;
  #blocked = false;

  constructor(clock: BrokerClock, memoryLimit: number) {
    this.clock = clock;
    this.memoryLimit = memoryLimit;
  }

  /** Bytes that the messages take, roughly: once for each queue that a message is in. */
  get memoryUsed(): number {
    return this.#held;
  }

  /** Whether publishers are to wait. */
  get blocked(): boolean {
    return this.#blocked;
  }

  get watched(): boolean {
    return this.events.watched;
  }

  hold(bytes: number): void {
    this.#held += bytes;
    if (this.#held > this.memoryLimit === this.#blocked) return;
    this.#blocked = !this.#blocked;
    if (!this.#blocked) for (const connection of this.connections) connection.unblock();
    this.tell({ type: this.#blocked ? 'blocked' : 'unblocked' });
  }

  tell(event: BrokerEvent): void {
    this.events.tell(event);
  }

  /** The virtual host of that name, made when it is not there. */
  addVhost(name: string): Vhost {
    const vhost = this.vhosts.get(name) ?? new Vhost(name, this);
    this.vhosts.set(name, vhost);
    return vhost;
  }

  /** Ends a virtual host with all that is in it; answers whether it was there. */
  removeVhost(name: string): boolean {
    const vhost = this.vhosts.get(name);
    if (vhost === undefined) return false;
    this.vhosts.delete(name);
    this.limits.delete(name);
    this.notes.delete(name);
    for (const user of this.users.values()) {
      user.permissions.delete(name);
      user.topicPermissions.delete(name);
    }
    for (const connection of [...this.connections]) {
      if (connection.vhost === vhost) connection.close(new BrokerFault('vhost-deleted', { vhost: name }));
    }
    vhost.close();
    return true;
  }

  /** Ends a user and the user's connections; answers whether it was there. */
  removeUser(name: string): boolean {
    const user = this.users.get(name);
    if (user === undefined) return false;
    this.users.delete(name);
    for (const connection of [...this.connections]) {
      if (connection.user === user) connection.close(new BrokerFault('user-deleted', { user: name }));
    }
    return true;
  }

  /** Lets a user into a virtual host, with these rights. */
  permit(user: User, vhost: string, permissions: Permissions): void {
    user.permissions.set(vhost, permissions);
    this.permissionsVersion++;
  }

  /** Takes all of a user's rights in a virtual host back; answers whether there were any. */
  forbid(user: User, vhost: string): boolean {
    this.permissionsVersion++;
    return user.permissions.delete(vhost);
  }

  /** Says what keys of a topic exchange a user may use. */
  permitTopics(user: User, vhost: string, exchange: string, permissions: Omit<Permissions, 'configure'>): void {
    this.permissionsVersion++;
    const exchanges = user.topicPermissions.get(vhost) ?? new Map<string, Omit<Permissions, 'configure'>>();
    user.topicPermissions.set(vhost, exchanges.set(exchange, permissions));
  }

  /** Opens all keys of a topic exchange, or of all in a virtual host, to a user again; answers whether any were closed in that virtual host. */
  forbidTopics(user: User, vhost: string, exchange?: string): boolean {
    const exchanges = user.topicPermissions.get(vhost);
    if (exchanges === undefined) return false;
    this.permissionsVersion++;
    if (exchange === undefined) exchanges.clear();
    else exchanges.delete(exchange);
    if (exchanges.size === 0) user.topicPermissions.delete(vhost);
    return true;
  }

  /** What speaks against letting a user into a virtual host; undefined when nothing does. */
  admission(user: User, vhost: Vhost): BrokerFault | undefined {
    const who = { user: user.name, vhost: vhost.name };
    if (!user.permissions.has(vhost.name)) return new BrokerFault('vhost-refused', who);
    const limit = this.limits.get(vhost.name)?.['max-connections'] ?? -1;
    const count = [...this.connections].filter((connection) => connection.vhost === vhost).length;
    return limit >= 0 && count >= limit ? new BrokerFault('vhost-connection-limit', { ...who, limit }) : undefined;
  }

  /** A connection has entered its virtual host. */
  enter(connection: Connection): void {
    this.connections.add(connection);
    if (this.watched) this.#tellOf('connection-opened', connection);
  }

  /** A connection has gone. Idempotent. */
  leave(connection: Connection): void {
    if (this.connections.delete(connection) && this.watched) this.#tellOf('connection-closed', connection);
  }

  #tellOf(type: 'connection-opened' | 'connection-closed', { vhost, user, name }: Connection): void {
    this.tell({ type, vhost: vhost?.name ?? '', user: user.name, name });
  }
}
