import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a user may do with the names that match, in one virtual host. An empty pattern matches nothing. */
export interface Permissions {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

/** What permissions are asked for. */
export type Access = keyof Permissions;

/** The same for the keys of a topic exchange. */
export type TopicPermissions = Omit<Permissions, 'configure'>;

/** All that there is. */
export const ALL_PERMISSIONS: Permissions = { configure: '.*', write: '.*', read: '.*' };

/** By what a user logs in, and what the user may do in the management API. */
export interface Account {
  /** As RabbitMQ keeps it: four octets of salt, then SHA-256 over salt and password. Empty lets nobody in. */
  readonly passwordHash: Buffer;
  readonly tags: readonly string[];
}

/** Somebody who may log in. Only the realm changes anything of it. */
export interface User extends Account {
  readonly name: string;
  /** By virtual host; none means that it may not be entered. */
  readonly permissions: ReadonlyMap<string, Permissions>;
  /** By virtual host and exchange: what keys of a topic exchange may be written and read. */
  readonly topicPermissions: ReadonlyMap<string, ReadonlyMap<string, TopicPermissions>>;
}

/** A user as the realm keeps it: one object as long as the user is there, which connections hold. */
export class UserRecord implements User {
  readonly name: string;
  passwordHash: Buffer;
  tags: readonly string[];
  readonly permissions = new Map<string, Permissions>();
  readonly topicPermissions = new Map<string, Map<string, TopicPermissions>>();

  constructor(name: string, { passwordHash, tags }: Account) {
    this.name = name;
    this.passwordHash = passwordHash;
    this.tags = tags;
  }
}

/** Whose a connection is before anybody has logged in. */
export const NOBODY: User = new UserRecord('', { passwordHash: Buffer.alloc(0), tags: [] });

/** The hash of a password, with a salt of its own; of an empty one, nothing. */
export function hashPassword(password: string): Buffer {
  return password === '' ? Buffer.alloc(0) : saltedHash(randomBytes(4), password);
}

/** Whether this is the user's password. */
export function hasPassword({ passwordHash }: User, password: string): boolean {
  const expected = saltedHash(passwordHash.subarray(0, 4), password);
  return password !== '' && passwordHash.length === expected.length && timingSafeEqual(passwordHash, expected);
}

function saltedHash(salt: Buffer, password: string): Buffer {
  return Buffer.concat([salt, createHash('sha256').update(salt).update(password).digest()]);
}

/** Whether a pattern of permissions lets a name pass. RabbitMQ searches: `^` and `$` are the author's own. */
export function permits(pattern: string, name: string): boolean {
  if (pattern === '.*') return true;
  if (pattern === '') return false;
  try {
    return new RegExp(pattern).test(name);
  } catch {
    return false;
  }
}
