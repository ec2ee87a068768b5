import { createHash } from 'node:crypto';
import type { User } from '../entities/user.ts';

/** A user as JSON. The hash is made as RabbitMQ makes it: four octets of salt, then SHA-256 over salt and password. */
export function userView({ name, password, tags }: User) {
  const salt = createHash('sha256').update(name).digest().subarray(0, 4);
  const hash = createHash('sha256').update(salt).update(password).digest();
  return {
    name,
    password_hash: Buffer.concat([salt, hash]).toString('base64'),
    hashing_algorithm: 'rabbit_password_hashing_sha256',
    tags: [...tags],
    limits: {},
  };
}

/** A user's permissions as JSON, one document a virtual host. */
export function permissionViews({ name, permissions }: User) {
  return [...permissions].map(([vhost, permission]) => ({ user: name, vhost, ...permission }));
}

/** The same for the keys of topic exchanges. */
export function topicPermissionViews({ name, topicPermissions }: User) {
  return [...topicPermissions].flatMap(([vhost, exchanges]) =>
    [...exchanges].map(([exchange, permission]) => ({ user: name, vhost, exchange, ...permission })),
  );
}
