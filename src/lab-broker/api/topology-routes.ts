import type { Binding } from '../entities/binding.ts';
import { Exchange } from '../entities/exchange.ts';
import type { VhostQueue } from '../entities/queue-port.ts';
import type { Vhost } from '../entities/vhost.ts';
import { deleted, found, NOT_FOUND } from './answer.ts';
import { bindingView, impliedBindingView } from './binding-view.ts';
import { consumerViews } from './consumer-view.ts';
import { exchangeView } from './exchange-view.ts';
import { queueTotalsView, queueView } from './queue-view.ts';
import { type ApiRequest, get, type Route } from './request.ts';

/** What exists in virtual hosts: exchanges, queues, bindings, consumers. */
export const TOPOLOGY: readonly Route[] = [
  get('/api/exchanges', 'management', (request) => found(vhostsOf(request)?.flatMap(exchangesOf))),
  get('/api/exchanges/:vhost', 'management', (request) => found(vhostsOf(request)?.flatMap(exchangesOf))),
  get('/api/exchanges/:vhost/:exchange', 'management', (request) =>
    found(withExchange(request, (vhost, exchange) => ({ ...exchangeView(vhost.name, exchange), incoming: [], outgoing: [] }))),
  ),
  get('/api/exchanges/:vhost/:exchange/bindings/source', 'management', (request) =>
    found(withExchange(request, (vhost, exchange) => views(vhost, [...exchange.bindings.values()]))),
  ),
  get('/api/exchanges/:vhost/:exchange/bindings/destination', 'management', (request) =>
    found(withExchange(request, (vhost, exchange) => views(vhost, vhost.topology.bindingsTo(exchange)))),
  ),
  get('/api/queues', 'management', (request) => found(vhostsOf(request)?.flatMap((vhost) => queuesOf(request, vhost)))),
  get('/api/queues/:vhost', 'management', (request) => found(vhostsOf(request)?.flatMap((vhost) => queuesOf(request, vhost)))),
  get('/api/queues/:vhost/:queue', 'management', (request) =>
    found(withQueue(request, (vhost, queue) => queueDocument(request, vhost, queue))),
  ),
  get('/api/queues/:vhost/:queue/bindings', 'management', (request) =>
    found(withQueue(request, (vhost, queue) => [impliedBindingView(vhost.name, queue), ...views(vhost, vhost.topology.bindingsTo(queue))])),
  ),
  {
    method: 'DELETE',
    path: '/api/queues/:vhost/:queue/contents',
    audience: 'management',
    handle: (request) => deleted(withQueue(request, (_, queue) => queue.purge() >= 0) ?? false),
  },
  get('/api/bindings', 'management', (request) => found(vhostsOf(request)?.flatMap(bindingsOf))),
  get('/api/bindings/:vhost', 'management', (request) => found(vhostsOf(request)?.flatMap(bindingsOf))),
  get('/api/bindings/:vhost/e/:source/q/:destination', 'management', (request) => between(request, 'queue')),
  get('/api/bindings/:vhost/e/:source/e/:destination', 'management', (request) => between(request, 'exchange')),
  get('/api/consumers', 'management', (request) => found(vhostsOf(request)?.flatMap(consumersOf))),
  get('/api/consumers/:vhost', 'management', (request) => found(vhostsOf(request)?.flatMap(consumersOf))),
];

/** The virtual host that the path names, or all that the user may see; undefined when there is none of that name. */
function vhostsOf({ realm, params, user }: ApiRequest): Vhost[] | undefined {
  if (params.vhost === undefined) {
    return [...realm.vhosts.values()].filter(({ name }) => user.tags.includes('administrator') || user.permissions.has(name));
  }
  const vhost = realm.vhosts.get(params.vhost);
  return vhost && [vhost];
}

function withExchange<T>(request: ApiRequest, view: (vhost: Vhost, exchange: Exchange) => T): T | undefined {
  const [vhost] = vhostsOf(request) ?? [];
  // the default exchange has no name that a path could hold
  const name = request.params.exchange === 'amq.default' ? '' : (request.params.exchange ?? '');
  const exchange = vhost?.topology.exchanges.get(name);
  return vhost && exchange && view(vhost, exchange);
}

function withQueue<T>(request: ApiRequest, view: (vhost: Vhost, queue: VhostQueue) => T): T | undefined {
  const [vhost] = vhostsOf(request) ?? [];
  const queue = vhost?.topology.queues.get(request.params.queue ?? '');
  return vhost && queue && view(vhost, queue);
}

function exchangesOf({ name, topology }: Vhost) {
  return [...topology.exchanges.values()].map((exchange) => exchangeView(name, exchange));
}

function queuesOf({ query }: ApiRequest, { name, topology }: Vhost) {
  const queues = [...topology.queues.values()];
  if (query.get('disable_stats') !== 'true') return queues.map((queue) => queueView(name, queue));
  return queues.map((queue) => queueTotalsView(name, queue, query.get('enable_queue_totals') === 'true'));
}

function queueDocument({ query }: ApiRequest, { name }: Vhost, queue: VhostQueue) {
  if (query.get('disable_stats') === 'true') return queueTotalsView(name, queue, query.get('enable_queue_totals') === 'true');
  return { ...queueView(name, queue), consumer_details: consumerViews(name, queue), deliveries: [], incoming: [] };
}

function views({ name }: Vhost, bindings: readonly Binding[]) {
  return bindings.map((binding) => bindingView(name, binding));
}

function bindingsOf(vhost: Vhost) {
  const { exchanges, queues } = vhost.topology;
  const implied = [...queues.values()].map((queue) => impliedBindingView(vhost.name, queue));
  return [...implied, ...[...exchanges.values()].flatMap(({ bindings }) => views(vhost, [...bindings.values()]))];
}

function between(request: ApiRequest, kind: 'queue' | 'exchange') {
  const [vhost] = vhostsOf(request) ?? [];
  const { source = '', destination = '' } = request.params;
  const to = vhost?.topology[kind === 'queue' ? 'queues' : 'exchanges'].get(destination);
  if (vhost === undefined || to === undefined) return NOT_FOUND;
  if (source === 'amq.default' || source === '') return found(to instanceof Exchange ? [] : [impliedBindingView(vhost.name, to)]);
  const from = vhost.topology.exchanges.get(source);
  return found(
    from &&
      views(
        vhost,
        [...from.bindings.values()].filter((binding) => binding.destination === to),
      ),
  );
}

function consumersOf({ name, topology }: Vhost) {
  return [...topology.queues.values()].flatMap((queue) => consumerViews(name, queue));
}
