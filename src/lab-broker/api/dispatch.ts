import type { Realm } from '../entities/realm.ts';
import type { User } from '../entities/user.ts';
import { BrokerFault } from '../faults.ts';
import { type Answer, badRequest, NOT_FOUND, notAuthorised, Refused, refusedBy } from './answer.ts';
import { isRead } from './content-type.ts';
import { logIn } from './credentials.ts';
import { select } from './list.ts';
import type { Pace } from './pace.ts';
import type { ApiHost, ApiRequest, Audience, Route } from './request.ts';
import { allowed, createRoutingTable } from './routing-table.ts';

/** An HTTP request as far as it has been read. */
export interface RawRequest {
  readonly method: string;
  /** Path and query, as they stand in the request line. */
  readonly target: string;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  /** The header `X-Reason`: why somebody closes a connection. */
  readonly reason: string | undefined;
  /** Undefined when it was too large. */
  readonly body: string | undefined;
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
export function createDispatch(host: ApiHost, routes: readonly Route[]): (request: RawRequest, pace: Pace) => Promise<Answer> {
  const find = createRoutingTable(routes);
  return async (request, pace) => {
    const [path = ''] = request.target.split('?', 1);
    const query = new URLSearchParams(request.target.slice(path.length));
    const hit = find(path);
    if (hit === 'malformed') return { status: 400 };
    if (hit === undefined) return NOT_FOUND;
    const route = hit.routes.get(request.method === 'HEAD' ? 'GET' : request.method);
    const answer = (): Answer | Promise<Answer> => {
      if (request.method === 'OPTIONS') return { status: 200 };
      return route === undefined ? { status: 405 } : answerRoute(host, route, request, hit.params, query, pace);
    };
    const { status, body, headers } = await answer();
    return { status, body, headers: { allow: allowed(hit), ...headers } };
  };
}

async function answerRoute(
  host: ApiHost,
  route: Route,
  { authorization, contentType, reason, body }: RawRequest,
  params: Readonly<Record<string, string>>,
  query: URLSearchParams,
  pace: Pace,
): Promise<Answer> {
  const { realm } = host;
  const caller = logIn(realm, authorization);
  if ('refusal' in caller) return caller.refusal;
  const { user } = caller;
  const lacks = (['management', route.audience] as const).find((audience) => !user.tags.some((tag) => TAGS[audience].includes(tag)));
  if (lacks !== undefined) return notAuthorised(REFUSALS[lacks]);
  const takesDocument = route.method === 'PUT' || route.method === 'POST';
  if (takesDocument && !isRead(contentType, route.onlyJson === true)) return { status: 415 };
  if (params.vhost !== undefined && !maySee(realm, user, params.vhost)) {
    return { status: 404, body: { error: 'not_found', reason: 'Not Found' } };
  }
  const document = takesDocument ? parseBody(body, route.notJson) : {};
  if (typeof document === 'string') return badRequest(document);
  const answer = await handle(route, { realm, host, user, params, query, reason, body: document, pace });
  return select(answer, query, route.paged === true, pace);
}

async function handle(route: Route, request: ApiRequest): Promise<Answer> {
  try {
    return await route.handle(request);
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

/** The document that was sent; or as a text, what is wrong with it: `notJson` where a route has words of its own. */
function parseBody(body: string | undefined, notJson?: string): Record<string, unknown> | string {
  if (body === undefined) return 'Exceeded HTTP request body size limit';
  if (body === '') return {};
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'string') {
      return notJson ?? 'invalid payload: the request body JSON-decoded to a string. Is the input doubly-JSON-encoded?';
    }
    if (value === null && notJson !== undefined) return notJson;
    if (typeof value === 'object' && !Array.isArray(value)) return (value ?? {}) as Record<string, unknown>;
  } catch {
    // the same as for a number
  }
  return notJson ?? 'not_json';
}
