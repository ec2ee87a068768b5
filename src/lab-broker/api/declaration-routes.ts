import type { Binding } from '../entities/binding.ts';
import { BrokerFault } from '../faults.ts';
import { bindExchange, deleteExchange, unbindExchange } from '../methods/exchange.ts';
import { bindQueue, requireDeletable, unbindQueue } from '../methods/queue.ts';
import { type Answer, badRequest, deleted, missingKeys, NOT_FOUND, put, Refused } from './answer.ts';
import { propertiesKey, readPropertiesKey } from './binding-view.ts';
import { declareExchangeFrom, declareQueueFrom } from './declarations.ts';
import { exchangeName } from './exchange-view.ts';
import { NODE } from './node-name.ts';
import { type ApiRequest, actorOf, change, type Route } from './request.ts';
import { tableOf } from './table-of.ts';
import { textIn } from './values.ts';

/** What makes and removes exchanges, queues and bindings, with the rights that the user has on AMQP. */
export const DECLARATIONS: readonly Route[] = [
  change('PUT', '/api/queues/:vhost/:queue', 'management', putQueue),
  change('DELETE', '/api/queues/:vhost/:queue', 'management', deleteQueue),
  change('POST', '/api/queues/:vhost/:queue/actions', 'management', ({ body }) => {
    return missingKeys(body, ['action']) ?? badRequest(['unknown', body.action]);
  }),
  change('PUT', '/api/exchanges/:vhost/:exchange', 'management', (request) => {
    const actor = actorOf(request);
    const name = exchangeName(request.params.exchange);
    const isNew = !actor.vhost.topology.exchanges.has(name);
    declareExchangeFrom(actor, name, request.body);
    return put(isNew);
  }),
  change('DELETE', '/api/exchanges/:vhost/:exchange', 'management', (request) => {
    return deleted(deleteExchange(actorOf(request), exchangeName(request.params.exchange), isAsked(request, 'if-unused')));
  }),
  ...(['q', 'e'] as const).flatMap((kind) => [
    change('POST', `/api/bindings/:vhost/e/:source/${kind}/:destination`, 'management', (request) => postBinding(request, kind)),
    change('DELETE', `/api/bindings/:vhost/e/:source/${kind}/:destination/:key`, 'management', (request) => deleteBinding(request, kind)),
  ]),
];

function putQueue(request: ApiRequest): Answer {
  const { params, body } = request;
  const { queue = '' } = params;
  const actor = actorOf(request);
  if (body.node !== undefined && body.node !== NODE) return badRequest(`Node ${String(body.node)} is not a cluster member`);
  const isNew = !actor.vhost.topology.queues.has(queue);
  declareQueueFrom(actor, queue, body);
  return put(isNew);
}

function deleteQueue(request: ApiRequest): Answer {
  const actor = actorOf(request);
  const conditions = { ifEmpty: isAsked(request, 'if-empty'), ifUnused: isAsked(request, 'if-unused') };
  const queue = requireDeletable(actor, request.params.queue ?? '', conditions);
  if (queue !== undefined) actor.vhost.removeQueue(queue);
  return deleted(queue !== undefined);
}

function postBinding(request: ApiRequest, kind: 'q' | 'e'): Answer {
  const { params, body } = request;
  const routingKey = textIn(body, 'routing_key', '');
  const table = tableOf(body.arguments ?? {});
  const { destination = '' } = params;
  const actor = actorOf(request);
  const source = exchangeName(params.source);
  if (kind === 'q') bindQueue(actor, { exchange: source, queue: destination, routingKey, arguments: table });
  else bindExchange(actor, { source, destination: exchangeName(destination), routingKey, arguments: table });
  const location = `${encodeURIComponent(destination)}/${encodeURIComponent(propertiesKey(routingKey, table))}`;
  return { status: 201, headers: { location } };
}

function deleteBinding(request: ApiRequest, kind: 'q' | 'e'): Answer {
  const actor = actorOf(request);
  const { topology } = actor.vhost;
  const { params } = request;
  const [source, name = ''] = [exchangeName(params.source), params.destination];
  if (source === '') throw new BrokerFault('default-exchange');
  const destination = kind === 'q' ? topology.queues.get(name) : topology.exchanges.get(exchangeName(name));
  const bindings = destination === undefined ? [] : topology.bindingsTo(destination);
  const binding = bindings.find((candidate) => candidate.source.name === source && hasKey(candidate, params.key ?? ''));
  if (binding === undefined) throw new Refused(NOT_FOUND);
  const { routingKey, arguments: table } = binding;
  if (kind === 'q') unbindQueue(actor, { exchange: source, queue: name, routingKey, arguments: table });
  else unbindExchange(actor, { source, destination: exchangeName(name), routingKey, arguments: table });
  return deleted(true);
}

function hasKey({ routingKey, arguments: table }: Binding, key: string): boolean {
  return propertiesKey(routingKey, table) === readPropertiesKey(key);
}

function isAsked({ query }: ApiRequest, condition: string): boolean {
  return query.get(condition) === 'true';
}
