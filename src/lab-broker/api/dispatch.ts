import type { Realm } from '../entities/realm.ts';
import type { User } from '../entities/user.ts';
import { BrokerFault } from '../faults.ts';
import { type Answer, badRequest, NOT_FOUND, notAuthorised, Refused, refusedBy } from './answer.ts';
import { logIn } from './credentials.ts';
import { select } from './list.ts';
import type { ApiHost, ApiRequest, Audience, Route } from './request.ts';
import { allowed, createRoutingTable } from './routing-table.ts';

/** An HTTP request as far as it has been read. */
export interface RawRequest {
  readonly method: string;
  /** Path and query, as they stand in the request line. */
  readonly target: string;
  readonly authorization: string | undefined;
  /** The header `X-Reason`: why somebody closes a connection. */
  readonly reason: string | undefined;
  readonly body: string;
}

/** Which tags let one in where. */
const TAGS: Readonly<Record<Audience, readonly string[]>> = {
  management: ['administrator', 'monitoring', 'policymaker', 'management'],
  monitoring: ['administrator', 'monitoring'],
  policymaker: ['administrator', 'policymaker'],
  administrator: ['administrator'],
};

const REFUSALS: Readonly<Record<Audience, string>> = {
  management: 'Not management user',
  monitoring: 'Not monitor user',
  policymaker: 'User not authorised to access object',
  administrator: 'Not administrator user',
};

/** Answers requests from a table of routes. */
export function createDispatch(host: ApiHost, routes: readonly Route[]): (request: RawRequest) => Answer {
  const find = createRoutingTable(routes);
  return (request) => {
    const [path = ''] = request.target.split('?', 1);
    const query = new URLSearchParams(request.target.slice(path.length));
    const hit = find(path);
    if (hit === 'malformed') return { status: 400 };
    if (hit === undefined) return NOT_FOUND;
    const route = hit.routes.get(request.method === 'HEAD' ? 'GET' : request.method);
    const answer = (): Answer => {
      if (request.method === 'OPTIONS') return { status: 200 };
      return route === undefined ? { status: 405 } : answerRoute(host, route, request, hit.params, query);
    };
    const { status, body, headers } = answer();
    return { status, body, headers: { allow: allowed(hit), ...headers } };
  };
}

function answerRoute(
  host: ApiHost,
  route: Route,
  { authorization, reason, body }: RawRequest,
  params: Readonly<Record<string, string>>,
  query: URLSearchParams,
): Answer {
  const { realm } = host;
  const caller = logIn(realm, authorization);
  if ('refusal' in caller) return caller.refusal;
  const { user } = caller;
  const lacks = (['management', route.audience] as const).find((audience) => !user.tags.some((tag) => TAGS[audience].includes(tag)));
  if (lacks !== undefined) return notAuthorised(REFUSALS[lacks]);
  if (params.vhost !== undefined && !maySee(realm, user, params.vhost)) {
    return { status: 404, body: { error: 'not_found', reason: 'Not Found' } };
  }
  const document = route.method === 'PUT' || route.method === 'POST' ? parseBody(body) : {};
  if (typeof document === 'string') return badRequest(document);
  return select(handle(route, { realm, host, user, params, query, reason, body: document }), query, route.paged === true);
}

function handle(route: Route, request: ApiRequest): Answer {
  try {
    return route.handle(request);
  } catch (error) {
    if (error instanceof Refused) return error.answer;
    if (error instanceof BrokerFault) return refusedBy(error);
    throw error;
  }
}

/** An administrator may see a virtual host that it may not enter. */
function maySee(realm: Realm, user: User, vhost: string): boolean {
  return user.tags.includes('administrator') || !realm.vhosts.has(vhost) || user.permissions.has(vhost);
}

/** The document that was sent; or as a text, what is wrong with it. */
function parseBody(body: string): Record<string, unknown> | string {
  if (body === '') return {};
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'string') {
      return 'invalid payload: the request body JSON-decoded to a string. Is the input doubly-JSON-encoded?';
    }
    if (typeof value === 'object' && !Array.isArray(value)) return (value ?? {}) as Record<string, unknown>;
  } catch {
    // the same as for a number
  }
  return 'not_json';
}
