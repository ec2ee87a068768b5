import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a user may do with the names that match, in one virtual host. An empty pattern matches nothing. */
export interface Permissions {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

/** What permissions are asked for. */
export type Access = keyof Permissions;

/** Somebody who may log in. */
export interface User {
  readonly name: string;
  /** As RabbitMQ keeps it: four octets of salt, then SHA-256 over salt and password. Empty lets nobody in. */
  passwordHash: Buffer;
  tags: readonly string[];
  /** By virtual host; none means that it may not be entered. */
  readonly permissions: Map<string, Permissions>;
  /** By virtual host and exchange: what keys of a topic exchange may be written and read. */
  readonly topicPermissions: Map<string, Map<string, Omit<Permissions, 'configure'>>>;
}

/** A user who may do all in the virtual hosts named. An empty password lets nobody in. */
export function createUser(name: string, password: string, tags: readonly string[], vhosts: readonly string[] = []): User {
  const all = { configure: '.*', write: '.*', read: '.*' };
  return {
    name,
    passwordHash: hashPassword(password),
    tags,
    permissions: new Map(vhosts.map((vhost) => [vhost, all])),
    topicPermissions: new Map(),
  };
}

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
