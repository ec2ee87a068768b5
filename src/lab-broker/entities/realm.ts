import type { BrokerClock } from '../clock.ts';
import type { Connection } from '../connection.ts';
import { type BrokerEvent, BrokerEvents } from '../events.ts';
import { BrokerFault } from '../faults.ts';
import type { DefinitionKey, Journal } from './journal.ts';
import type { Policy, PolicyKind } from './policies.ts';
import { type Account, type Permissions, type TopicPermissions, type User, UserRecord } from './user.ts';
import { Vhost, type VhostHost } from './vhost.ts';

/** Limits of a virtual host, as the management API sets them; absent is none. */
export interface VhostLimits {
  readonly 'max-connections'?: number;
  readonly 'max-queues'?: number;
}

/** What people say of a virtual host. */
export interface VhostNotes {
  readonly description: string;
  readonly tags: readonly string[];
}

/** Bytes of messages from which on publishers are blocked where nobody says otherwise: 1 GiB. */
export const MEMORY_LIMIT = 1_073_741_824;

/**
 * What the whole broker holds: virtual hosts and users, and how much memory their messages take. Whatever changes of virtual hosts, users,
 * their rights, limits, policies and parameters changes by a method of its own here, and nowhere else.
 */
export class Realm implements VhostHost {
  readonly clock: BrokerClock;
  readonly journal: Journal | undefined;
  readonly connections = new Set<Connection>();
  readonly events = new BrokerEvents();
  /** Bytes of messages, from which on publishers are blocked. */
  readonly memoryLimit: number;
  /** Grows with each change of anybody's permissions. */
  permissionsVersion = 0;
  readonly #vhosts = new Map<string, Vhost>();
  readonly #users = new Map<string, UserRecord>();
  readonly #limits = new Map<string, VhostLimits>();
  readonly #notes = new Map<string, VhostNotes>();
  readonly #globalParameters = new Map<string, unknown>();
  #held = 0;
  #messages = 0;
  #blocked = false;
  #diskStuck = false;

  constructor(clock: BrokerClock, memoryLimit: number, journal?: Journal) {
    this.journal = journal;
    this.clock = clock;
    this.memoryLimit = memoryLimit;
  }

  get vhosts(): ReadonlyMap<string, Vhost> {
    return this.#vhosts;
  }

  get users(): ReadonlyMap<string, User> {
    return this.#users;
  }

  /** By virtual host; absent where there are none. */
  get limits(): ReadonlyMap<string, VhostLimits> {
    return this.#limits;
  }

  /** By virtual host; absent where nobody said anything. */
  get notes(): ReadonlyMap<string, VhostNotes> {
    return this.#notes;
  }

  /** What people keep in the broker as a whole, its name among it: JSON values. */
  get globalParameters(): ReadonlyMap<string, unknown> {
    return this.#globalParameters;
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

  /** What there is too little of, in the words of connection.blocked. */
  get shortage(): string {
    return this.#diskStuck ? 'low on disk' : 'low on memory';
  }

  /** The disk does not take what is to be kept; or it does again. */
  setDiskStuck(stuck: boolean): void {
    this.#diskStuck = stuck;
    this.hold(0);
  }

  hold(bytes: number): void {
    this.#held += bytes;
    if ((this.#diskStuck || this.#held > this.memoryLimit) === this.#blocked) return;
    this.#blocked = !this.#blocked;
    if (!this.#blocked) for (const connection of this.connections) connection.unblock();
    this.tell({ type: this.#blocked ? 'blocked' : 'unblocked', bytes: this.#held, memoryLimit: this.memoryLimit });
  }

  wants(type: BrokerEvent['type']): boolean {
    return this.events.wants(type);
  }

  tell(event: BrokerEvent): void {
    this.events.tell(event);
  }

  /** Waits until all that the journal was told up to now is safe. */
  async whenSafe(): Promise<void> {
    const { journal } = this;
    const told = journal?.told ?? 0;
    while (journal !== undefined && journal.safe < told) await new Promise<void>((resolve) => journal.wait({ flush: resolve }));
  }

  /** Messages up to this number were published before this broker began. */
  countFrom(number: number): void {
    this.#messages = Math.max(this.#messages, number);
  }

  /** The number of a message that is published now. */
  nextMessage(): number {
    return ++this.#messages;
  }

  /** The virtual host of that name, made when it is not there. */
  addVhost(name: string): Vhost {
    const known = this.#vhosts.get(name);
    if (known !== undefined) return known;
    const vhost = new Vhost(name, this);
    this.#vhosts.set(name, vhost);
    this.#keep(['vhost', name], {});
    if (this.watched) this.tell({ type: 'vhost-created', vhost: name });
    return vhost;
  }

  /** Says what a virtual host is; what was said of it before is forgotten. */
  describe(vhost: string, notes: VhostNotes): void {
    this.#notes.set(vhost, notes);
    this.#keep(['notes', vhost], notes);
  }

  /** Sets all limits of a virtual host: one that is not among these is none any more. */
  setLimits(vhost: string, limits: VhostLimits): void {
    this.#limits.set(vhost, limits);
    this.#keep(['limits', vhost], limits);
  }

  /** Ends a virtual host with all that is in it; answers whether it was there. */
  removeVhost(name: string): boolean {
    const vhost = this.#vhosts.get(name);
    if (vhost === undefined) return false;
    this.#vhosts.delete(name);
    this.#limits.delete(name);
    this.#notes.delete(name);
    for (const user of this.#users.values()) {
      user.permissions.delete(name);
      user.topicPermissions.delete(name);
    }
    for (const connection of [...this.connections]) {
      if (connection.vhost === vhost) connection.close(new BrokerFault('vhost-deleted', { vhost: name }));
    }
    vhost.close();
    this.journal?.forgetAll(([, place]) => place === name);
    if (this.watched) this.tell({ type: 'vhost-deleted', vhost: name });
    return true;
  }

  /** Makes a user who may enter no virtual host yet, or changes password and tags of one who is there; answers whether the user is new. */
  putUser(name: string, account: Account): boolean {
    const known = this.#users.get(name);
    if (known === undefined) this.#users.set(name, new UserRecord(name, account));
    else {
      known.passwordHash = account.passwordHash;
      known.tags = account.tags;
    }
    this.#keep(['user', '', name], { tags: account.tags, passwordHash: account.passwordHash.toString('base64') });
    return known === undefined;
  }

  /** Ends a user and the user's connections; answers whether it was there. */
  removeUser(name: string): boolean {
    const user = this.#users.get(name);
    if (user === undefined) return false;
    this.#users.delete(name);
    this.journal?.forgetAll(([kind, , user]) => user === name && ['user', 'permissions', 'topic-permissions'].includes(kind));
    for (const connection of [...this.connections]) {
      if (connection.user === user) connection.close(new BrokerFault('user-deleted', { user: name }));
    }
    return true;
  }

  /** Lets a user into a virtual host, with these rights. */
  permit(user: string, vhost: string, permissions: Permissions): void {
    this.permissionsVersion++;
    this.#users.get(user)?.permissions.set(vhost, permissions);
    this.#keep(['permissions', vhost, user], permissions);
  }

  /** Takes all of a user's rights in a virtual host back; answers whether there were any. */
  forbid(user: string, vhost: string): boolean {
    this.permissionsVersion++;
    this.journal?.forget(['permissions', vhost, user]);
    return this.#users.get(user)?.permissions.delete(vhost) ?? false;
  }

  /** Says what keys of a topic exchange a user may use. */
  permitTopics(user: string, vhost: string, exchange: string, permissions: TopicPermissions): void {
    this.permissionsVersion++;
    const known = this.#users.get(user)?.topicPermissions;
    known?.set(vhost, new Map(known.get(vhost)).set(exchange, permissions));
    this.#keep(['topic-permissions', vhost, user, exchange], permissions);
  }

  /** Opens all keys of a topic exchange, or of all in a virtual host, to a user again; answers whether any were closed in that virtual host. */
  forbidTopics(user: string, vhost: string, exchange?: string): boolean {
    const known = this.#users.get(user)?.topicPermissions;
    const exchanges = known?.get(vhost);
    if (known === undefined || exchanges === undefined) return false;
    this.permissionsVersion++;
    const isGone = (name: unknown) => exchange === undefined || name === exchange;
    this.journal?.forgetAll(([kind, place, who, name]) => kind === 'topic-permissions' && place === vhost && who === user && isGone(name));
    if (exchange === undefined) exchanges.clear();
    else exchanges.delete(exchange);
    if (exchanges.size === 0) known.delete(vhost);
    return true;
  }

  /** Sets a policy of a virtual host, in the place of one with its name. */
  putPolicy(vhost: string, kind: PolicyKind, policy: Policy): void {
    this.#vhosts.get(vhost)?.changePolicies((policies) => policies.put(kind, policy));
    this.#keep([kind, vhost, policy.name], policy);
  }

  /** Takes a policy away; answers whether it was there. */
  removePolicy(vhost: string, kind: PolicyKind, name: string): boolean {
    this.journal?.forget([kind, vhost, name]);
    return this.#vhosts.get(vhost)?.changePolicies((policies) => policies.remove(kind, name)) ?? false;
  }

  /** Keeps a JSON value under a name. */
  putGlobalParameter(name: string, value: unknown): void {
    this.#globalParameters.set(name, value);
    this.#keep(['global-parameter', '', name], value);
  }

  /** Forgets a value; answers whether it was there. */
  removeGlobalParameter(name: string): boolean {
    this.journal?.forget(['global-parameter', '', name]);
    return this.#globalParameters.delete(name);
  }

  #keep(key: DefinitionKey, value: unknown): void {
    this.journal?.define(key, Buffer.from(JSON.stringify(value)));
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
    if (this.watched) this.tell({ type: 'connection-opened', ...namesOf(connection) });
  }

  /** A connection has gone, for a fault or by itself. Idempotent. */
  leave(connection: Connection, fault?: BrokerFault): void {
    const wasIn = this.connections.delete(connection);
    if (!this.watched) return;
    const refusal = fault === undefined ? {} : { replyCode: fault.code, replyText: fault.message };
    if (wasIn) this.tell({ type: 'connection-closed', ...namesOf(connection), ...refusal });
    else if (fault !== undefined) this.refuse(connection, connection.user.name, fault);
  }

  /** A connection is not let in. */
  refuse({ name }: Connection, user: string, { code, message }: BrokerFault): void {
    if (this.watched) this.tell({ type: 'connection-refused', user, name, replyCode: code, replyText: message });
  }
}

function namesOf({ vhost, user, name }: Connection): { readonly vhost: string; readonly user: string; readonly name: string } {
  return { vhost: vhost?.name ?? '', user: user.name, name };
}
