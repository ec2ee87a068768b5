import type { Actor } from '../methods/actor.ts';
import { bindExchange } from '../methods/exchange.ts';
import { bindQueue } from '../methods/queue.ts';
import { badRequest, Refused } from './answer.ts';
import { declareExchangeFrom, declareQueueFrom } from './declarations.ts';
import type { Pace } from './pace.ts';
import { tableOf } from './table-of.ts';
import { type Document, documentsIn, textIn } from './values.ts';

/** Makes the queues, exchanges and bindings of definitions; those that are there stay as they are. @throws Refused, BrokerFault */
export async function importTopology(definitions: Document, actorFor: (document: Document) => Actor, pace: Pace): Promise<void> {
  for (const document of documentsIn(definitions, 'queues')) {
    if (pace.due) await pace.rest();
    const actor = actorFor(document);
    const name = textIn(document, 'name');
    if (!actor.vhost.topology.queues.has(name)) declareQueueFrom(actor, name, document);
  }
  for (const document of documentsIn(definitions, 'exchanges')) {
    if (pace.due) await pace.rest();
    const actor = actorFor(document);
    const name = textIn(document, 'name');
    if (!actor.vhost.topology.exchanges.has(name)) declareExchangeFrom(actor, name, { type: '', ...document });
  }
  for (const document of documentsIn(definitions, 'bindings')) {
    if (pace.due) await pace.rest();
    importBinding(actorFor(document), document);
  }
}

function importBinding(actor: Actor, document: Document): void {
  const [source, destination] = [textIn(document, 'source'), textIn(document, 'destination')];
  // each queue has its binding to the default exchange
  if (source === '') return;
  const binding = { source, destination, routingKey: textIn(document, 'routing_key', ''), arguments: tableOf(document.arguments ?? {}) };
  const isQueue = document.destination_type !== 'exchange';
  const { queues, exchanges } = actor.vhost.topology;
  const missing = exchanges.has(source) ? undefined : { kind: 'exchange', name: source };
  const lost = (isQueue ? queues : exchanges).has(destination) ? undefined : { kind: isQueue ? 'queue' : 'exchange', name: destination };
  const found = missing ?? lost;
  if (found !== undefined) {
    const resource = `{resource,<<"${actor.vhost.name}">>,${found.kind},<<"${found.name}">>}`;
    throw new Refused(badRequest(`{resources_missing,[{not_found,${resource}}]}`));
  }
  if (isQueue) bindQueue(actor, { ...binding, exchange: source, queue: destination });
  else bindExchange(actor, binding);
}
