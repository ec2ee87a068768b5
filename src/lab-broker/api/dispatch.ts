import type { Realm } from '../entities/realm.ts';
import type { User } from '../entities/user.ts';
import { type Answer, badRequest, NOT_FOUND, notAuthorised } from './answer.ts';
import { select } from './list.ts';
import type { Audience, Route } from './request.ts';

/** An HTTP request as far as it has been read. */
export interface RawRequest {
  readonly method: string;
  /** Path and query, as they stand in the request line. */
  readonly target: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** Which tags let one in where. */
const TAGS: Readonly<Record<Audience, readonly string[]>> = {
  management: ['administrator', 'monitoring', 'policymaker', 'management'],
  monitoring: ['administrator', 'monitoring'],
  administrator: ['administrator'],
};

const REFUSALS: Readonly<Record<Audience, string>> = {
  management: 'Not management user',
  monitoring: 'Not monitor user',
  administrator: 'Not administrator user',
};

/** Answers requests from a table of routes. */
export function createDispatch(realm: Realm, routes: readonly Route[]): (request: RawRequest) => Answer {
  const table = routes.map((route) => ({ route, parts: route.path.split('/') }));
  return ({ method, target, authorization, body }) => {
    const [path = '', search = ''] = target.split('?', 2) as [string, string?];
    const parts = path.split('/').map(decode);
    const user = userOf(realm, authorization);
    if (user === undefined) return notAuthorised('Login failed');
    const matching = table.flatMap(({ route, parts: pattern }) => {
      const params = match(pattern, parts);
      return params === undefined ? [] : [{ route, params }];
    });
    if (matching.length === 0) return NOT_FOUND;
    const wanted = method === 'HEAD' ? 'GET' : method;
    const hit = matching.find(({ route }) => route.method === wanted);
    if (hit === undefined) return { status: 405 };
    const { audience } = hit.route;
    if (!user.tags.some((tag) => TAGS[audience].includes(tag))) return notAuthorised(REFUSALS[audience]);
    if (hit.params.vhost !== undefined && !mayEnter(realm, user, hit.params.vhost)) {
      return notAuthorised('User not authorised to access virtual host');
    }
    const document = parseBody(body);
    if (document === undefined) return badRequest('not_json');
    const query = new URLSearchParams(search);
    return select(hit.route.handle({ realm, user, params: hit.params, query, body: document }), query);
  };
}

function userOf(realm: Realm, authorization = ''): User | undefined {
  const [scheme = '', encoded = ''] = authorization.split(' ');
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  const user = realm.users.get(text.slice(0, colon));
  return colon >= 0 && user?.password === text.slice(colon + 1) ? user : undefined;
}

/** An administrator may see a virtual host that it may not enter. */
function mayEnter(realm: Realm, user: User, vhost: string): boolean {
  return user.tags.includes('administrator') || !realm.vhosts.has(vhost) || user.permissions.has(vhost);
}

function match(pattern: readonly string[], parts: readonly (string | undefined)[]): Record<string, string> | undefined {
  if (pattern.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const part = parts[index];
    if (part === undefined) return undefined;
    if (expected.startsWith(':')) params[expected.slice(1)] = part;
    else if (part !== expected) return undefined;
  }
  return params;
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

function parseBody(body: string): Record<string, unknown> | undefined {
  if (body.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
