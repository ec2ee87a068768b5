import type { VhostQueue } from '../entities/queue-port.ts';
import type { Vhost } from '../entities/vhost.ts';
import { found } from './answer.ts';
import { consumerViews } from './consumer-view.ts';
import { exchangeName, exchangeView } from './exchange-view.ts';
import { queueDetailView, queueTotalsView, queueView } from './queue-view.ts';
import { type ApiRequest, get, getPaged, type Route, seenVhosts } from './request.ts';

/** What exists in virtual hosts: exchanges, queues, consumers. */
export const TOPOLOGY: readonly Route[] = [
  getPaged('/api/exchanges', 'management', (request) => found(seenVhosts(request)?.flatMap(exchangesOf))),
  getPaged('/api/exchanges/:vhost', 'management', (request) => found(seenVhosts(request)?.flatMap(exchangesOf))),
  get('/api/exchanges/:vhost/:exchange', 'management', ({ realm, params }) => {
    const exchange = realm.vhosts.get(params.vhost ?? '')?.topology.exchanges.get(exchangeName(params.exchange));
    return found(exchange && { ...exchangeView(params.vhost ?? '', exchange), incoming: [], outgoing: [] });
  }),
  getPaged('/api/queues', 'management', (request) => found(seenVhosts(request)?.flatMap((vhost) => queuesOf(request, vhost)))),
  getPaged('/api/queues/detailed', 'management', (request) => found(seenVhosts(request)?.flatMap((vhost) => queuesOf(request, vhost)))),
  getPaged('/api/queues/:vhost', 'management', (request) => found(seenVhosts(request)?.flatMap((vhost) => queuesOf(request, vhost)))),
  get('/api/queues/:vhost/:queue', 'management', (request) => {
    const queue = queueOf(request);
    return found(queue && queueDocument(request, queue));
  }),
  get('/api/consumers', 'management', (request) => found(seenVhosts(request)?.flatMap(consumersOf))),
  get('/api/consumers/:vhost', 'management', (request) => found(seenVhosts(request)?.flatMap(consumersOf))),
];

function exchangesOf({ name, topology }: Vhost) {
  return [...topology.exchanges.values()].map((exchange) => exchangeView(name, exchange));
}

function queueOf({ realm, params }: ApiRequest): VhostQueue | undefined {
  return realm.vhosts.get(params.vhost ?? '')?.topology.queues.get(params.queue ?? '');
}

function queuesOf({ query }: ApiRequest, { name, topology }: Vhost) {
  const queues = [...topology.queues.values()];
  if (query.get('disable_stats') !== 'true') return queues.map((queue) => queueView(name, queue));
  return queues.map((queue) => queueTotalsView(name, queue, query.get('enable_queue_totals') === 'true'));
}

function queueDocument({ query, params }: ApiRequest, queue: VhostQueue) {
  const { vhost = '' } = params;
  if (query.get('disable_stats') !== 'true') return queueDetailView(vhost, queue);
  return queueTotalsView(vhost, queue, query.get('enable_queue_totals') === 'true');
}

function consumersOf({ name, topology }: Vhost) {
  return [...topology.queues.values()].flatMap((queue) => consumerViews(name, queue));
}
