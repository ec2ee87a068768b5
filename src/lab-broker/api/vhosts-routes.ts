import type { VhostLimits } from '../entities/realm.ts';
import type { Vhost } from '../entities/vhost.ts';
import { badRequest, deleted, found, NOT_FOUND, put } from './answer.ts';
import { channelView, connectionView } from './connection-view.ts';
import { NODE } from './node-name.ts';
import { type ApiRequest, get, type Route } from './request.ts';

/** Virtual hosts, and what limits they have. */
export const VHOSTS: readonly Route[] = [
  get('/api/vhosts', 'management', ({ realm, user }) =>
    found(
      [...realm.vhosts.values()].filter(({ name }) => user.tags.includes('administrator') || user.permissions.has(name)).map(vhostView),
    ),
  ),
  get('/api/vhosts/:vhost', 'management', (request) =>
    found(request.realm.vhosts.has(name(request)) ? vhostView(vhostOf(request)) : undefined),
  ),
  {
    method: 'PUT',
    path: '/api/vhosts/:vhost',
    audience: 'administrator',
    handle(request) {
      const isNew = !request.realm.vhosts.has(name(request));
      request.realm.addVhost(name(request));
      // as in RabbitMQ, whoever makes one may use it
      if (isNew) request.realm.permit(request.user, name(request), { configure: '.*', write: '.*', read: '.*' });
      return put(isNew);
    },
  },
  {
    method: 'DELETE',
    path: '/api/vhosts/:vhost',
    audience: 'administrator',
    handle: (request) => deleted(request.realm.removeVhost(name(request))),
  },
  get('/api/vhosts/:vhost/connections', 'monitoring', (request) => found(connectionsIn(request)?.map(connectionView))),
  get('/api/vhosts/:vhost/channels', 'monitoring', (request) =>
    found(connectionsIn(request)?.flatMap(({ channels }) => [...channels.values()].map(channelView))),
  ),
  get('/api/vhost-limits', 'administrator', ({ realm }) => found([...realm.limits].map(([vhost, value]) => ({ vhost, value })))),
  get('/api/vhost-limits/:vhost', 'administrator', (request) => {
    const value = request.realm.limits.get(name(request));
    if (!request.realm.vhosts.has(name(request))) return NOT_FOUND;
    return found(value === undefined ? [] : [{ vhost: name(request), value }]);
  }),
  {
    method: 'PUT',
    path: '/api/vhost-limits/:vhost/:limit',
    audience: 'administrator',
    handle: (request) => setLimit(request, request.body.value),
  },
  {
    method: 'DELETE',
    path: '/api/vhost-limits/:vhost/:limit',
    audience: 'administrator',
    handle: (request) => setLimit(request, undefined),
  },
];

function name({ params }: ApiRequest): string {
  return params.vhost ?? '';
}

function vhostOf(request: ApiRequest): Vhost {
  return request.realm.vhosts.get(name(request)) as Vhost;
}

function connectionsIn(request: ApiRequest) {
  const vhost = request.realm.vhosts.get(name(request));
  return vhost && [...request.realm.connections].filter((connection) => connection.vhost === vhost);
}

function vhostView({ name: vhost, topology }: Vhost) {
  const queues = [...topology.queues.values()];
  const ready = queues.reduce((sum, queue) => sum + queue.ready, 0);
  const unacked = queues.reduce((sum, queue) => sum + (queue.type === 'stream' ? 0 : queue.unacked), 0);
  return {
    name: vhost,
    description: '',
    tags: [],
    default_queue_type: 'classic',
    metadata: { description: '', tags: [], default_queue_type: 'classic' },
    protected_from_deletion: false,
    tracing: false,
    cluster_state: { [NODE]: 'running' },
    messages: ready + unacked,
    messages_ready: ready,
    messages_unacknowledged: unacked,
  };
}

function setLimit(request: ApiRequest, value: unknown) {
  const { realm, params } = request;
  const { vhost = '', limit = '' } = params;
  if (!realm.vhosts.has(vhost)) return NOT_FOUND;
  if (limit !== 'max-connections' && limit !== 'max-queues') return badRequest(`Unknown limit: ${limit}`);
  if (value !== undefined && !Number.isInteger(value)) return badRequest('value must be an integer');
  const { [limit]: _, ...others } = realm.limits.get(vhost) ?? {};
  const limits: VhostLimits = value === undefined ? others : { ...others, [limit]: value as number };
  realm.limits.set(vhost, limits);
  return put(false);
}
