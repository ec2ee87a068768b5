import type { VhostQueue } from '../entities/queue-port.ts';
import type { Vhost } from '../entities/vhost.ts';
import { found } from './answer.ts';
import { consumerView } from './consumer-view.ts';
import { exchangeName, exchangeView } from './exchange-view.ts';
import { type Draft, Listing } from './listing.ts';
import { queueDetailView, queueTotalsView, queueView } from './queue-view.ts';
import { type ApiRequest, get, getPaged, type Route, seenVhosts } from './request.ts';

/** What exists in virtual hosts: exchanges, queues, consumers. */
export const TOPOLOGY: readonly Route[] = [
  getPaged('/api/exchanges', 'management', (request) => found(listed(request, exchangesOf))),
  getPaged('/api/exchanges/:vhost', 'management', (request) => found(listed(request, exchangesOf))),
  get('/api/exchanges/:vhost/:exchange', 'management', ({ realm, params }) => {
    const exchange = realm.vhosts.get(params.vhost ?? '')?.topology.exchanges.get(exchangeName(params.exchange));
    return found(exchange && { ...exchangeView(params.vhost ?? '', exchange), incoming: [], outgoing: [] });
  }),
  getPaged('/api/queues', 'management', (request) => found(listed(request, queuesOf))),
  getPaged('/api/queues/detailed', 'management', (request) => found(listed(request, queuesOf))),
  getPaged('/api/queues/:vhost', 'management', (request) => found(listed(request, queuesOf))),
  get('/api/queues/:vhost/:queue', 'management', (request) => {
    const queue = queueOf(request);
    return found(queue && queueDocument(request, queue));
  }),
  get('/api/consumers', 'management', (request) => found(listed(request, consumersOf))),
  get('/api/consumers/:vhost', 'management', (request) => found(listed(request, consumersOf))),
];

function listed(request: ApiRequest, draftsOf: (vhost: Vhost, request: ApiRequest) => Draft[]): Listing | undefined {
  const vhosts = seenVhosts(request);
  return vhosts && new Listing(vhosts.flatMap((vhost) => draftsOf(vhost, request)));
}

function exchangesOf({ name: vhost, topology }: Vhost): Draft[] {
  return [...topology.exchanges.values()].map((exchange) => ({
    head: () => ({ vhost, name: exchange.name }),
    view: () => ({ ...exchangeView(vhost, exchange) }),
  }));
}

function queueOf({ realm, params }: ApiRequest): VhostQueue | undefined {
  return realm.vhosts.get(params.vhost ?? '')?.topology.queues.get(params.queue ?? '');
}

function queuesOf({ name: vhost, topology }: Vhost, { query }: ApiRequest): Draft[] {
  const totals = query.get('enable_queue_totals') === 'true';
  const view = query.get('disable_stats') === 'true' ? (queue: VhostQueue) => queueTotalsView(vhost, queue, totals) : undefined;
  return [...topology.queues.values()].map((queue) => ({
    head: () => ({ vhost, name: queue.name }),
    view: () => view?.(queue) ?? queueView(vhost, queue),
  }));
}

function queueDocument({ query, params }: ApiRequest, queue: VhostQueue) {
  const { vhost = '' } = params;
  if (query.get('disable_stats') !== 'true') return queueDetailView(vhost, queue);
  return queueTotalsView(vhost, queue, query.get('enable_queue_totals') === 'true');
}

/** None of what lists are sorted by stands in them. */
function consumersOf({ name, topology }: Vhost): Draft[] {
  const head = () => ({});
  return [...topology.queues.values()].flatMap((queue) =>
    queue.consumers.map((consumer) => ({ head, view: () => consumerView(name, queue, consumer) })),
  );
}
