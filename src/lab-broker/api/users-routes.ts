import { hashPassword, type User } from '../entities/user.ts';
import { type Answer, badRequest, deleted, found, put } from './answer.ts';
import { type ApiRequest, get, getPaged, type Route } from './request.ts';
import { tagsOf } from './tags.ts';
import { permissionViews, topicPermissionViews, userView } from './user-view.ts';

/** Users. */
export const USERS: readonly Route[] = [
  get('/api/whoami', 'management', ({ user }) => found({ name: user.name, tags: [...user.tags], is_internal_user: true })),
  getPaged('/api/users', 'administrator', ({ realm }) => found([...realm.users.values()].map(userView))),
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
];

function ofUser<T>({ realm, params }: ApiRequest, view: (user: User) => T): T | undefined {
  const user = realm.users.get(params.user ?? '');
  return user && view(user);
}

/** Sets tags and password anew, also of a user who is there: without a password nobody can log in as that user. */
function putUser({ realm, params, body }: ApiRequest): Answer {
  const { user: name = '' } = params;
  if (body.tags === undefined) return badRequest('tags_not_present');
  const tags = tagsOf(body.tags);
  if (tags === undefined) return badRequest('tags must be a text or a list of texts');
  const passwordHash = passwordHashOf(body);
  return Buffer.isBuffer(passwordHash) ? put(realm.putUser(name, { passwordHash, tags })) : passwordHash;
}

function passwordHashOf({ password, password_hash: hash }: ApiRequest['body']): Buffer | Answer {
  if (password !== undefined && hash !== undefined) return badRequest('both_password_and_password_hash_are_provided');
  if (password === undefined && hash === undefined) return Buffer.alloc(0);
  if (typeof password === 'string') return hashPassword(password);
  if (password !== undefined) return badRequest('password must be a text');
  if (typeof hash !== 'string' || !/^(?:[\w+/-]{4})*(?:[\w+/-]{2,3}={0,2})?$/.test(hash)) return badRequest(['not_base64', hash]);
  return Buffer.from(hash, 'base64');
}
