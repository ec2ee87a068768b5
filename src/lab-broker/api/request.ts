import type { Realm } from '../entities/realm.ts';
import type { User } from '../entities/user.ts';
import type { Vhost } from '../entities/vhost.ts';
import type { Answer } from './answer.ts';

/** A request that has been understood: who asks, for what. */
export interface ApiRequest {
  readonly realm: Realm;
  readonly user: User;
  /** The parts of the path that the route names, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Why it is asked for, for whom it concerns; undefined when nothing was said. */
  readonly reason: string | undefined;
  /** The JSON object that was sent; empty when nothing was. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Who may ask: somebody who may look at all, at what concerns the user's own virtual hosts, or change anything. */
export type Audience = 'management' | 'monitoring' | 'administrator';

/** One kind of request. `:name` in the path stands for any part. */
export interface Route {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  readonly audience: Audience;
  /** Whether it answers a list that may be asked for in pages. */
  readonly paged?: true;
  readonly handle: (request: ApiRequest) => Answer;
}

/** A route for GET. */
export function get(path: string, audience: Audience, handle: Route['handle']): Route {
  return { method: 'GET', path, audience, handle };
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
