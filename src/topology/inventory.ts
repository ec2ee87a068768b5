import type { Binding } from '../client/broker.ts';
import type { Management } from '../client/management.ts';
import type { FieldTable } from '../client/message.ts';
import { fromApiTable } from './api-values.ts';

/** An exchange as it exists. */
export interface ExchangeFacts {
  /** `''` is the default exchange. */
  readonly name: string;
  readonly type: string;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly internal: boolean;
  readonly arguments: FieldTable;
}

/** A queue as it exists. */
export interface QueueFacts {
  readonly name: string;
  readonly type: string;
  readonly durable: boolean;
  readonly exclusive: boolean;
  readonly autoDelete: boolean;
  readonly arguments: FieldTable;
  /** `ready` and `unacked` together. */
  readonly messages: number;
  readonly ready: number;
  readonly unacked: number;
}

/** What exists in a vhost. */
export interface Inventory {
  readonly exchanges: readonly ExchangeFacts[];
  readonly queues: readonly QueueFacts[];
  /** Those of the default exchange included: one for each queue. */
  readonly bindings: readonly Binding[];
  /** Whether the counts are those of this moment, or the broker's statistics, which lag by up to 5 s. */
  readonly counts: 'current' | 'statistics';
}

/** An exchange as the management API and its definitions tell it. */
export interface ApiExchange {
  readonly name: string;
  readonly type: string;
  readonly durable: boolean;
  readonly auto_delete: boolean;
  readonly internal: boolean;
  readonly arguments: FieldTable;
}

/** A queue as the management API and its definitions tell it. */
export interface ApiQueue {
  readonly name: string;
  readonly type?: string;
  readonly durable: boolean;
  readonly exclusive: boolean | null;
  readonly auto_delete: boolean;
  readonly arguments: FieldTable;
  readonly messages?: number;
  readonly messages_ready?: number;
  readonly messages_unacknowledged?: number;
}

/** A binding as the management API and its definitions tell it. */
export interface ApiBinding {
  readonly source: string;
  readonly destination: string;
  readonly destination_type: 'queue' | 'exchange';
  readonly routing_key: string;
  readonly arguments: FieldTable;
}

/**
 * Reads what exists in a vhost from the management API. With `disable_stats` the counts come from the queues themselves,
 * not from the statistics (https://www.rabbitmq.com/docs/management: the totals of queues).
 */
export async function readInventory(management: Management, vhost: string): Promise<Inventory> {
  const name = encodeURIComponent(vhost);
  const [exchanges, queues, bindings] = await Promise.all([
    management.get<readonly ApiExchange[]>(`/api/exchanges/${name}`),
    management.get<readonly ApiQueue[]>(`/api/queues/${name}?disable_stats=true&enable_queue_totals=true`),
    management.get<readonly ApiBinding[]>(`/api/bindings/${name}`),
  ]);
  return {
    exchanges: (exchanges ?? []).map(exchangeFacts),
    queues: (queues ?? []).map(queueFacts),
    bindings: (bindings ?? []).map(bindingFacts),
    counts: 'current',
  };
}

/** Of an exchange, what counts here. */
export function exchangeFacts({ name, type, durable, auto_delete: autoDelete, internal, arguments: table }: ApiExchange): ExchangeFacts {
  return { name, type, durable, autoDelete, internal, arguments: table };
}

/** Of a binding, what counts here. */
export function bindingFacts(binding: ApiBinding): Binding {
  return {
    source: binding.source,
    destination: binding.destination,
    destinationType: binding.destination_type,
    routingKey: binding.routing_key,
    arguments: fromApiTable(binding.arguments),
  };
}

/** Of a queue, what counts here; nothing is in it where nobody counted. */
export function queueFacts(queue: ApiQueue): QueueFacts {
  const { messages_ready: ready = 0, messages_unacknowledged: unacked = 0 } = queue;
  return {
    name: queue.name,
    type: queue.type ?? 'classic',
    durable: queue.durable,
    // 4.0 says null of a quorum queue
    exclusive: queue.exclusive === true,
    autoDelete: queue.auto_delete,
    arguments: queue.arguments,
    messages: queue.messages ?? ready + unacked,
    ready,
    unacked,
  };
}
