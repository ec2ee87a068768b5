import type { User } from '../entities/user.ts';
import { type Answer, badRequest, deleted, found, missingKeys, put } from './answer.ts';
import { type ApiRequest, get, type Route } from './request.ts';
import { permissionViews, topicPermissionViews } from './user-view.ts';

/** What users may do. */
export const PERMISSIONS: readonly Route[] = [
  get('/api/permissions', 'administrator', ({ realm }) => found([...realm.users.values()].flatMap(permissionViews))),
  get('/api/topic-permissions', 'administrator', ({ realm }) => found([...realm.users.values()].flatMap(topicPermissionViews))),
  get('/api/vhosts/:vhost/permissions', 'administrator', (request) => found(ofVhost(request, permissionViews))),
  get('/api/vhosts/:vhost/topic-permissions', 'administrator', (request) => found(ofVhost(request, topicPermissionViews))),
  get('/api/permissions/:vhost/:user', 'administrator', (request) => found(ofBoth(request, permissionViews)[0])),
  { method: 'PUT', path: '/api/permissions/:vhost/:user', audience: 'administrator', handle: putPermissions },
  {
    method: 'DELETE',
    path: '/api/permissions/:vhost/:user',
    audience: 'administrator',
    handle: ({ realm, params }) => deleted(realm.forbid(params.user ?? '', params.vhost ?? '')),
  },
  // as in RabbitMQ, the exchange in the path matters for DELETE only
  ...['/api/topic-permissions/:vhost/:user', '/api/topic-permissions/:vhost/:user/:exchange'].flatMap((path): readonly Route[] => [
    get(path, 'administrator', (request) => {
      const views = ofBoth(request, topicPermissionViews);
      return found(views.length === 0 ? undefined : views);
    }),
    { method: 'PUT', path, audience: 'administrator', handle: putTopicPermissions },
    {
      method: 'DELETE',
      path,
      audience: 'administrator',
      handle: ({ realm, params }) => deleted(realm.forbidTopics(params.user ?? '', params.vhost ?? '', params.exchange)),
    },
  ]),
];

function ofVhost<T extends { readonly vhost: string }>({ realm, params }: ApiRequest, view: (user: User) => readonly T[]): T[] | undefined {
  if (!realm.vhosts.has(params.vhost ?? '')) return undefined;
  return [...realm.users.values()].flatMap(view).filter(({ vhost }) => vhost === params.vhost);
}

function ofBoth<T extends { readonly vhost: string }>({ realm, params }: ApiRequest, view: (user: User) => readonly T[]): readonly T[] {
  const user = realm.users.get(params.user ?? '');
  return user === undefined ? [] : view(user).filter(({ vhost }) => vhost === params.vhost);
}

function putPermissions(request: ApiRequest): Answer {
  const { realm, params } = request;
  return withPatterns(request, ['configure', 'write', 'read'], (user, { configure = '', write = '', read = '' }) => {
    const { vhost = '' } = params;
    const isNew = !user.permissions.has(vhost);
    realm.permit(user.name, vhost, { configure, write, read });
    return put(isNew);
  });
}

function putTopicPermissions(request: ApiRequest): Answer {
  const { realm, params } = request;
  return withPatterns(request, ['exchange', 'write', 'read'], (user, { exchange = '', write = '', read = '' }) => {
    const { vhost = '' } = params;
    if (!realm.vhosts.get(vhost)?.topology.exchanges.has(exchange)) return badRequest(['no_such_exchange', exchange]);
    const isFirst = !user.topicPermissions.has(vhost);
    realm.permitTopics(user.name, vhost, exchange, { write, read });
    return put(isFirst);
  });
}

/** Hands the texts of a document on, once user and virtual host are there, and nothing is missing or no regular expression. */
function withPatterns(
  { realm, params, body }: ApiRequest,
  keys: readonly string[],
  use: (user: User, texts: Readonly<Record<string, string>>) => Answer,
): Answer {
  const user = realm.users.get(params.user ?? '');
  if (user === undefined || !realm.vhosts.has(params.vhost ?? '')) return badRequest('vhost_or_user_not_found');
  const missing = missingKeys(body, keys);
  if (missing !== undefined) return missing;
  const texts: Record<string, string> = {};
  for (const key of keys) {
    const text = body[key];
    if (typeof text !== 'string') return badRequest(`${key} must be a text`);
    if (key !== 'exchange' && !isPattern(text)) return badRequest(['invalid_regexp', text]);
    texts[key] = text;
  }
  return use(user, texts);
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
