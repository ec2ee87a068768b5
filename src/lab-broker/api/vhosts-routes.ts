import type { Realm } from '../entities/realm.ts';
import { ALL_PERMISSIONS, type User } from '../entities/user.ts';
import { type Answer, badRequest, deleted, found, put } from './answer.ts';
import { channelViews, connectionView, visibleConnections } from './connection-view.ts';
import { type ApiRequest, get, type Route } from './request.ts';
import { tagsOf } from './tags.ts';
import { vhostView } from './vhost-view.ts';

/** Virtual hosts. */
export const VHOSTS: readonly Route[] = [
  get('/api/vhosts', 'management', ({ realm, user }) => found(seenBy(realm, user).map((vhost) => vhostView(realm, vhost)))),
  get('/api/vhosts/:vhost', 'administrator', ({ realm, params }) => {
    const vhost = realm.vhosts.get(params.vhost ?? '');
    return found(vhost && vhostView(realm, vhost));
  }),
  { method: 'PUT', path: '/api/vhosts/:vhost', audience: 'administrator', handle: putVhost },
  {
    method: 'DELETE',
    path: '/api/vhosts/:vhost',
    audience: 'administrator',
    handle: ({ realm, params }) => deleted(realm.removeVhost(params.vhost ?? '')),
  },
  get('/api/vhosts/:vhost/connections', 'management', (request) => found(connectionsIn(request)?.map(connectionView))),
  get('/api/vhosts/:vhost/channels', 'management', (request) => found(connectionsIn(request)?.flatMap(channelViews))),
];

/** Whoever monitors sees that all are there, others where they may go. */
function seenBy(realm: Realm, { tags, permissions }: User) {
  const all = [...realm.vhosts.values()];
  return tags.includes('administrator') || tags.includes('monitoring') ? all : all.filter(({ name }) => permissions.has(name));
}

function putVhost({ realm, params, user, body }: ApiRequest): Answer {
  const { vhost: name = '' } = params;
  const refusal = unknownType(body.default_queue_type) ?? tracing(body.tracing);
  if (refusal !== undefined) return refusal;
  const tags = tagsOf(body.tags ?? []);
  if (tags === undefined) return badRequest('tags must be a text or a list of texts');
  const isNew = !realm.vhosts.has(name);
  realm.addVhost(name);
  // what it does not say is forgotten
  realm.describe(name, { description: String(body.description ?? ''), tags });
  // as in RabbitMQ, whoever makes one may use it
  if (isNew) realm.permit(user.name, name, ALL_PERMISSIONS);
  return put(isNew);
}

function unknownType(type: unknown): Answer | undefined {
  if (type === undefined || type === null || type === 'classic' || type === 'undefined') return undefined;
  if (type !== 'quorum' && type !== 'stream') return badRequest(`${String(type)} is not a valid queue type`);
  return badRequest('on the lab broker a queue that is declared without a type is classic');
}

function tracing(value: unknown): Answer | undefined {
  if (value === undefined || value === false || value === 'false') return undefined;
  return badRequest(value === true || value === 'true' ? 'the lab broker does not trace: see its events' : ['not_boolean', value]);
}

function connectionsIn(request: ApiRequest) {
  const vhost = request.realm.vhosts.get(request.params.vhost ?? '');
  return vhost && visibleConnections(request.realm, request.user).filter((connection) => connection.vhost === vhost);
}
