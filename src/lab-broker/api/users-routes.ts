import type { User } from '../entities/user.ts';
import { accountOf } from './account-input.ts';
import { type Answer, badRequest, deleted, found, missingKeys, put } from './answer.ts';
import { type ApiRequest, change, get, getPaged, type Route } from './request.ts';
import { permissionViews, topicPermissionViews, userView } from './user-view.ts';

/** Users. */
export const USERS: readonly Route[] = [
  get('/api/whoami', 'management', ({ user }) => found({ name: user.name, tags: [...user.tags], is_internal_user: true })),
  getPaged('/api/users', 'administrator', ({ realm }) => found([...realm.users.values()].map(userView))),
  get('/api/users/without-permissions', 'administrator', ({ realm }) =>
    found([...realm.users.values()].filter(({ permissions }) => permissions.size === 0).map(userView)),
  ),
  change('POST', '/api/users/bulk-delete', 'administrator', deleteUsers),
  get('/api/users/:user', 'administrator', (request) => found(ofUser(request, userView))),
  { method: 'PUT', path: '/api/users/:user', audience: 'administrator', handle: putUser },
  {
    method: 'DELETE',
    path: '/api/users/:user',
    audience: 'administrator',
    handle: ({ realm, params }) => deleted(realm.removeUser(params.user ?? '')),
  },
  // a user of the lab broker has none
  get('/api/user-limits', 'administrator', () => found([])),
  get('/api/user-limits/:user', 'administrator', (request) => found(ofUser(request, () => []))),
  get('/api/users/:user/permissions', 'administrator', (request) => found(ofUser(request, permissionViews))),
  get('/api/users/:user/topic-permissions', 'administrator', (request) => found(ofUser(request, topicPermissionViews))),
];

function ofUser<T>({ realm, params }: ApiRequest, view: (user: User) => T): T | undefined {
  const user = realm.users.get(params.user ?? '');
  return user && view(user);
}

/** Sets tags and password anew, also of a user who is there. */
function putUser({ realm, params, body }: ApiRequest): Answer {
  return put(realm.putUser(params.user ?? '', accountOf(body)));
}

function deleteUsers({ realm, body }: ApiRequest): Answer {
  const { users } = body;
  if (!Array.isArray(users)) return missingKeys(body, ['users']) ?? badRequest('users must be a list');
  for (const user of users) realm.removeUser(String(user));
  return deleted(true);
}
