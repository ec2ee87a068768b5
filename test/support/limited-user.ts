import { managementOf, type TestBroker, type TestVhost } from './brokers.ts';
import { own } from './names.ts';

/** What a user may do in a vhost, as regular expressions of names. */
export interface Permissions {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
  /** What it may do on a topic exchange, as regular expressions of routing keys. */
  readonly topics?: { readonly exchange: string; readonly write: string; readonly read: string };
}

/** A user with few permissions. */
export interface LimitedUser {
  readonly username: string;
  readonly password: string;
}

/**
 * A user of its own for all tests of a `describe`, to be called in its body after `sharedVhost`: with these permissions in the
 * vhost and none elsewhere. It is deleted after the last test.
 */
export function limitedUser(broker: TestBroker, vhost: () => TestVhost, permissions: Permissions): LimitedUser {
  const management = managementOf(broker);
  const user = { username: own('user'), password: 'secret' };
  const path = `/api/users/${encodeURIComponent(user.username)}`;
  beforeAll(async () => {
    const { topics, ...rest } = permissions;
    const place = `${vhost().vhost}/${encodeURIComponent(user.username)}`;
    await management.put(path, { password: user.password, tags: '' });
    await management.put(`/api/permissions/${place}`, rest);
    if (topics !== undefined) await management.put(`/api/topic-permissions/${place}`, topics);
  });
  afterAll(() => management.delete(path));
  return user;
}

/** The URL with this user's credentials. */
export function urlFor(url: string, { username, password }: LimitedUser): string {
  const changed = new URL(url);
  changed.username = encodeURIComponent(username);
  changed.password = encodeURIComponent(password);
  return changed.href;
}
