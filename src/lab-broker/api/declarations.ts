import type { Actor } from '../methods/actor.ts';
import { declareExchange } from '../methods/exchange.ts';
import { declareQueue } from '../methods/queue-declaration.ts';
import { tableOf } from './table-of.ts';
import { booleanOf, type Document, textIn } from './values.ts';

/** Makes a queue as a document describes it. @throws Refused, BrokerFault */
export function declareQueueFrom(actor: Actor, queue: string, document: Document): void {
  declareQueue(actor, {
    queue,
    durable: booleanOf(document.durable, false),
    exclusive: false,
    autoDelete: booleanOf(document.auto_delete, false),
    arguments: tableOf(document.arguments ?? {}),
  });
}

/** Makes an exchange as a document describes it. @throws Refused, BrokerFault */
export function declareExchangeFrom(actor: Actor, exchange: string, document: Document): void {
  declareExchange(actor, {
    exchange,
    type: textIn(document, 'type', 'direct'),
    durable: booleanOf(document.durable, false),
    autoDelete: booleanOf(document.auto_delete, false),
    internal: booleanOf(document.internal, false),
    arguments: tableOf(document.arguments ?? {}),
  });
}
