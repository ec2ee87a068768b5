import type { Connection } from '../connection.ts';
import { BrokerFault } from '../faults.ts';
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
    get('/api/health/checks/alarms', 'management', alarms),
    get('/api/health/checks/local-alarms', 'management', alarms),
    getPaged('/api/connections', 'management', ({ realm, user }) => found(visibleConnections(realm, user).map(connectionView))),
    get('/api/connections/:name', 'management', (request) => found(named(request)?.map(connectionView)[0])),
    get('/api/connections/:name/channels', 'management', (request) => found(named(request)?.flatMap(channelViews))),
    { method: 'DELETE', path: '/api/connections/:name', audience: 'management', handle: closeConnection },
    getPaged('/api/channels', 'management', ({ realm, user }) => found(visibleConnections(realm, user).flatMap(channelViews))),
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

function alarms({ realm }: ApiRequest) {
  if (!realm.blocked) return found({ status: 'ok' });
  const alarm = { node: NODE, resource: 'memory' };
  return { status: 503, body: { status: 'failed', reason: 'There are alarms in effect in the cluster', alarms: [alarm] } };
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
