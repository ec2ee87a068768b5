import { createUser, type Permissions, type User } from '../entities/user.ts';
import { type Answer, badRequest, deleted, found, NOT_FOUND, put } from './answer.ts';
import { type ApiRequest, get, type Route } from './request.ts';
import { permissionViews, topicPermissionViews, userView } from './user-view.ts';

/** Users, and what they may do. */
export const USERS: readonly Route[] = [
  get('/api/whoami', 'management', ({ user }) => found({ name: user.name, tags: [...user.tags], is_internal_user: true })),
  get('/api/users', 'administrator', ({ realm }) => found([...realm.users.values()].map(userView))),
  get('/api/users/:user', 'administrator', (request) => found(ofUser(request, userView))),
  { method: 'PUT', path: '/api/users/:user', audience: 'administrator', handle: putUser },
  {
    method: 'DELETE',
    path: '/api/users/:user',
    audience: 'administrator',
    handle: ({ realm, params }) => deleted(realm.removeUser(params.user ?? '')),
  },
  get('/api/users/:user/permissions', 'administrator', (request) => found(ofUser(request, permissionViews))),
  get('/api/users/:user/topic-permissions', 'administrator', (request) => found(ofUser(request, topicPermissionViews))),
  get('/api/permissions', 'administrator', ({ realm }) => found([...realm.users.values()].flatMap(permissionViews))),
  get('/api/topic-permissions', 'administrator', ({ realm }) => found([...realm.users.values()].flatMap(topicPermissionViews))),
  get('/api/vhosts/:vhost/permissions', 'administrator', (request) => found(ofVhost(request, permissionViews))),
  get('/api/vhosts/:vhost/topic-permissions', 'administrator', (request) => found(ofVhost(request, topicPermissionViews))),
  get('/api/permissions/:vhost/:user', 'administrator', (request) =>
    found(ofUser(request, permissionViews)?.find(({ vhost }) => vhost === request.params.vhost)),
  ),
  get('/api/topic-permissions/:vhost/:user', 'administrator', (request) => {
    const all = ofUser(request, topicPermissionViews)?.filter(({ vhost }) => vhost === request.params.vhost) ?? [];
    return found(all.length === 0 ? undefined : all);
  }),
  { method: 'PUT', path: '/api/permissions/:vhost/:user', audience: 'administrator', handle: putPermissions },
  { method: 'PUT', path: '/api/topic-permissions/:vhost/:user', audience: 'administrator', handle: putTopicPermissions },
  {
    method: 'DELETE',
    path: '/api/permissions/:vhost/:user',
    audience: 'administrator',
    handle: (request) => deleted(ofUser(request, (user) => request.realm.forbid(user, request.params.vhost ?? '')) ?? false),
  },
  {
    method: 'DELETE',
    path: '/api/topic-permissions/:vhost/:user',
    audience: 'administrator',
    handle: (request) => deleted(ofUser(request, (user) => request.realm.forbidTopics(user, request.params.vhost ?? '')) ?? false),
  },
];

function ofUser<T>({ realm, params }: ApiRequest, view: (user: User) => T): T | undefined {
  const user = realm.users.get(params.user ?? '');
  return user && view(user);
}

function ofVhost<T extends { readonly vhost: string }>({ realm, params }: ApiRequest, view: (user: User) => readonly T[]): T[] | undefined {
  if (!realm.vhosts.has(params.vhost ?? '')) return undefined;
  return [...realm.users.values()].flatMap(view).filter(({ vhost }) => vhost === params.vhost);
}

function putUser({ realm, params, body }: ApiRequest): Answer {
  const { user: name = '' } = params;
  const { tags, password } = body;
  if (tags === undefined) return badRequest('key_missing,tags');
  const list = Array.isArray(tags) ? tags.map(String) : String(tags).split(',');
  const known = realm.users.get(name);
  const user = known ?? createUser(name, '', []);
  if (typeof password === 'string') user.password = password;
  user.tags = list.map((tag) => tag.trim()).filter((tag) => tag !== '');
  realm.users.set(name, user);
  return put(known === undefined);
}

function putPermissions({ realm, params, body }: ApiRequest): Answer {
  const { vhost = '', user: name = '' } = params;
  const user = realm.users.get(name);
  if (user === undefined || !realm.vhosts.has(vhost)) return badRequest(user === undefined ? 'no_such_user' : 'vhost_not_found');
  const { configure, write, read } = body;
  const missing = Object.entries({ configure, write, read }).find(([, pattern]) => typeof pattern !== 'string');
  if (missing !== undefined) return badRequest(`key_missing,${missing[0]}`);
  const isNew = !user.permissions.has(vhost);
  realm.permit(user, vhost, { configure, write, read } as Permissions);
  return put(isNew);
}

function putTopicPermissions({ realm, params, body }: ApiRequest): Answer {
  const { vhost = '', user: name = '' } = params;
  const user = realm.users.get(name);
  if (user === undefined || !realm.vhosts.has(vhost)) return NOT_FOUND;
  const { exchange, write, read } = body;
  if (typeof exchange !== 'string' || typeof write !== 'string' || typeof read !== 'string') return badRequest('key_missing,exchange');
  return put(realm.permitTopics(user, vhost, exchange, { write, read }));
}
