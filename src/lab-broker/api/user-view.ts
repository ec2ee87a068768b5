import type { User } from '../entities/user.ts';

/** A user as JSON. */
export function userView({ name, passwordHash, tags }: User) {
  return {
    name,
    password_hash: passwordHash.toString('base64'),
    hashing_algorithm: 'rabbit_password_hashing_sha256',
    tags: [...tags],
    limits: {},
  };
}

/** A user's permissions as JSON, one document a virtual host. */
export function permissionViews({ name, permissions }: User) {
  return [...permissions].map(([vhost, permission]) => ({ user: name, vhost, ...permission }));
}

/** The same for the keys of topic exchanges, by the name of the exchange. */
export function topicPermissionViews({ name, topicPermissions }: User) {
  return [...topicPermissions].flatMap(([vhost, exchanges]) =>
    [...exchanges]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([exchange, permission]) => ({ user: name, vhost, exchange, ...permission })),
  );
}
