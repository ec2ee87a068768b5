import type { Connection } from '../connection.ts';
import { BrokerFault } from '../faults.ts';
import { REFERENCE_VERSION } from '../greeting.ts';
import { found, NOT_FOUND } from './answer.ts';
import { channelViews, connectionView, visibleConnections } from './connection-view.ts';
import { NODE } from './node-name.ts';
import { overviewView } from './overview-view.ts';
import { type ApiRequest, get, getPaged, type Route } from './request.ts';

/** The broker as a whole, and who is connected. `ports` are those that it listens on. */
export function serverRoutes(ports: { readonly amqp: number; readonly api: number }): readonly Route[] {
  return [
    get('/api/overview', 'management', ({ realm }) => found(overviewView(realm, ports))),
    get('/api/nodes', 'monitoring', (request) => found([nodeView(request)])),
    get('/api/nodes/:node', 'monitoring', (request) => found(request.params.node === NODE ? nodeView(request) : undefined)),
    get('/api/extensions', 'management', () => found([])),
    get('/api/feature-flags', 'management', () => found([])),
    get('/api/deprecated-features', 'management', () => found([])),
    get('/api/deprecated-features/used', 'management', () => found([])),
    get('/api/version', 'management', () => found(REFERENCE_VERSION)),
    getPaged('/api/connections', 'management', ({ realm, user }) => found(visibleConnections(realm, user).map(connectionView))),
    get('/api/connections/:name', 'management', (request) => found(named(request)?.map(connectionView)[0])),
    get('/api/connections/:name/channels', 'management', (request) => found(named(request)?.flatMap(channelViews))),
    { method: 'DELETE', path: '/api/connections/:name', audience: 'management', handle: closeConnection },
    get('/api/connections/username/:user', 'management', ({ realm, user, params }) =>
      found(
        visibleConnections(realm, user)
          .filter((one) => one.user.name === params.user)
          .map(connectionView),
      ),
    ),
    getPaged('/api/channels', 'management', ({ realm, user }) => found(visibleConnections(realm, user).flatMap(channelViews))),
    get('/api/channels/:name', 'management', ({ realm, user, params }) =>
      found(
        visibleConnections(realm, user)
          .flatMap(channelViews)
          .find(({ name }) => name === params.name),
      ),
    ),
  ];
}

function nodeView({ realm }: ApiRequest) {
  return {
    name: NODE,
    type: 'disc',
    running: true,
    being_drained: false,
    enabled_plugins: ['rabbitmq_management'],
    mem_used: realm.memoryUsed,
    mem_limit: Number.isFinite(realm.memoryLimit) ? realm.memoryLimit : 0,
    mem_alarm: realm.blocked,
    disk_free_alarm: false,
    rates_mode: 'none',
    processors: 1,
    partitions: [],
  };
}

function named({ realm, user, params }: ApiRequest): Connection[] | undefined {
  const connections = visibleConnections(realm, user).filter(({ name }) => name === params.name);
  return connections.length === 0 ? undefined : connections;
}

function closeConnection(request: ApiRequest) {
  const [connection] = named(request) ?? [];
  if (connection === undefined) return NOT_FOUND;
  connection.close(new BrokerFault('closed-by-management', { reason: request.reason ?? 'Closed via management plugin' }));
  return { status: 204 };
}
