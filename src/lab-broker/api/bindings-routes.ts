import type { Binding } from '../entities/binding.ts';
import type { Vhost } from '../entities/vhost.ts';
import { found } from './answer.ts';
import { type BindingDocument, bindingView, impliedBindingView, readPropertiesKey } from './binding-view.ts';
import { exchangeName } from './exchange-view.ts';
import { type Draft, draftOf, Listing } from './listing.ts';
import { type ApiRequest, get, type Route, seenVhosts } from './request.ts';

/** What is bound to what. As in RabbitMQ, a name that nothing has is no error here: it has no bindings, except a queue's to the default exchange. */
export const BINDINGS: readonly Route[] = [
  get('/api/bindings', 'management', (request) => found(listed(request, allBindings))),
  get('/api/bindings/:vhost', 'management', (request) => found(listed(request, allBindings))),
  get('/api/bindings/:vhost/e/:source/q/:destination', 'management', (request) => found(toQueueFrom(request))),
  get('/api/bindings/:vhost/e/:source/e/:destination', 'management', (request) => found(toExchangeFrom(request))),
  get('/api/bindings/:vhost/e/:source/q/:destination/:key', 'management', (request) => found(withKey(request, toQueueFrom(request)))),
  get('/api/bindings/:vhost/e/:source/e/:destination/:key', 'management', (request) => found(withKey(request, toExchangeFrom(request)))),
  get('/api/queues/:vhost/:queue/bindings', 'management', (request) =>
    found(seenVhosts(request)?.flatMap((vhost) => toQueue(vhost, request.params.queue ?? ''))),
  ),
  get('/api/exchanges/:vhost/:exchange/bindings/source', 'management', (request) =>
    found(listed(request, (vhost) => fromExchange(vhost, exchangeName(request.params.exchange)))),
  ),
  get('/api/exchanges/:vhost/:exchange/bindings/destination', 'management', (request) =>
    found(seenVhosts(request)?.flatMap((vhost) => toExchange(vhost, exchangeName(request.params.exchange)))),
  ),
];

function toQueueFrom(request: ApiRequest): BindingDocument[] | undefined {
  return between(request, toQueue);
}

function toExchangeFrom(request: ApiRequest): BindingDocument[] | undefined {
  return between(request, (vhost, exchange) => toExchange(vhost, exchangeName(exchange)));
}

/** A queue that is not there has no binding of that key either. */
function withKey({ realm, params }: ApiRequest, bindings: BindingDocument[] = []): BindingDocument | undefined {
  const key = readPropertiesKey(params.key ?? '');
  const found = bindings.find(({ properties_key }) => properties_key === key);
  const queues = realm.vhosts.get(params.vhost ?? '')?.topology.queues;
  return found?.source === '' && !queues?.has(found.destination) ? undefined : found;
}

function between(
  { realm, params }: ApiRequest,
  to: (vhost: Vhost, destination: string) => BindingDocument[],
): BindingDocument[] | undefined {
  const vhost = realm.vhosts.get(params.vhost ?? '');
  return vhost && to(vhost, params.destination ?? '').filter(({ source }) => source === exchangeName(params.source));
}

function toQueue(vhost: Vhost, name: string): BindingDocument[] {
  const queue = vhost.topology.queues.get(name);
  return [impliedBindingView(vhost.name, name), ...views(vhost, queue === undefined ? [] : vhost.topology.bindingsTo(queue))];
}

function toExchange(vhost: Vhost, name: string): BindingDocument[] {
  const exchange = vhost.topology.exchanges.get(name);
  return exchange === undefined ? [] : views(vhost, vhost.topology.bindingsTo(exchange));
}

function listed(request: ApiRequest, draftsOf: (vhost: Vhost) => Draft[]): Listing | undefined {
  const vhosts = seenVhosts(request);
  return vhosts && new Listing(vhosts.flatMap(draftsOf));
}

function allBindings(vhost: Vhost): Draft[] {
  return [...vhost.topology.exchanges.keys()].flatMap((source) => fromExchange(vhost, source));
}

/** Every queue is bound to the default exchange, and nothing else is. */
function fromExchange({ name, topology: { exchanges, queues } }: Vhost, source: string): Draft[] {
  if (source === '') return [...queues.keys()].map((queue) => draftOf(() => ({ ...impliedBindingView(name, queue) })));
  return [...(exchanges.get(source)?.bindings.values() ?? [])].map((binding) => draftOf(() => ({ ...bindingView(name, binding) })));
}

function views({ name }: Vhost, bindings: readonly Binding[]): BindingDocument[] {
  return bindings.map((binding) => bindingView(name, binding));
}
