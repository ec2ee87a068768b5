import type { ConnectionHost } from '../connection-host.ts';
import type { Realm } from '../entities/realm.ts';
import type { User } from '../entities/user.ts';
import type { Vhost } from '../entities/vhost.ts';
import type { Actor } from '../methods/actor.ts';
import { Rights } from '../rights.ts';
import { type Answer, Refused } from './answer.ts';
import type { Pace } from './pace.ts';

/** What all requests share. */
export type ApiHost = Pick<ConnectionHost, 'realm' | 'strict' | 'maxMessageSize'>;

/** A request that has been understood: who asks, for what. */
export interface ApiRequest {
  readonly realm: Realm;
  readonly host: ApiHost;
  readonly user: User;
  /** The parts of the path that the route names, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Why it is asked for, for whom it concerns; undefined when nothing was said. */
  readonly reason: string | undefined;
  /** The JSON object that was sent; empty when nothing was. */
  readonly body: Readonly<Record<string, unknown>>;
  /** For work that takes long. */
  readonly pace: Pace;
}

/** Who may ask: somebody who may look at all, at what concerns the user's own virtual hosts, or change anything. */
export type Audience = 'management' | 'monitoring' | 'policymaker' | 'administrator';

export type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';

/** One kind of request. `:name` in the path stands for any part. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly audience: Audience;
  /** Whether it answers a list that may be asked for in pages. */
  readonly paged?: true;
  /** What is said of a body that is no JSON object, where it is not what all others say. */
  readonly notJson?: string;
  /** Whether the header `Content-Type` must say that it is JSON. */
  readonly onlyJson?: true;
  readonly handle: (request: ApiRequest) => Answer | Promise<Answer>;
}

/** A route for GET. */
export function get(path: string, audience: Audience, handle: Route['handle']): Route {
  return { method: 'GET', path, audience, handle };
}

/** A route that changes something. */
export function change(method: Exclude<Method, 'GET'>, path: string, audience: Audience, handle: Route['handle']): Route {
  return { method, path, audience, handle };
}

/** A route for GET of a list that may be asked for in pages. */
export function getPaged(path: string, audience: Audience, handle: Route['handle']): Route {
  return { method: 'GET', path, audience, paged: true, handle };
}

/** The virtual host that the path names, or all that the user may see; undefined when there is none of that name. */
export function seenVhosts({ realm, params, user }: ApiRequest): readonly Vhost[] | undefined {
  if (params.vhost === undefined) {
    return [...realm.vhosts.values()].filter(({ name }) => user.tags.includes('administrator') || user.permissions.has(name));
  }
  const vhost = realm.vhosts.get(params.vhost);
  return vhost && [vhost];
}

/** The user as somebody who changes the virtual host that the path names. @throws Refused when there is none. */
export function actorOf({ realm, host, user, params }: ApiRequest): Actor {
  const vhost = realm.vhosts.get(params.vhost ?? '');
  if (vhost === undefined) throw new Refused({ status: 404, body: { error: 'not_found', reason: 'vhost_not_found' } });
  return { vhost, connection: { rights: new Rights(realm, user, vhost.name), host } };
}
