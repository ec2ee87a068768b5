import type { Binding } from '../client/broker.ts';
import type { Management } from '../client/management.ts';
import type { FieldTable } from '../client/message.ts';

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

interface ApiExchange {
  readonly name: string;
  readonly type: string;
  readonly durable: boolean;
  readonly auto_delete: boolean;
  readonly internal: boolean;
  readonly arguments: FieldTable;
}

interface ApiQueue {
  readonly name: string;
  readonly type?: string;
  readonly durable: boolean;
  readonly exclusive: boolean;
  readonly auto_delete: boolean;
  readonly arguments: FieldTable;
  readonly messages?: number;
  readonly messages_ready?: number;
  readonly messages_unacknowledged?: number;
}

interface ApiBinding {
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
    exchanges: (exchanges ?? []).map(({ auto_delete: autoDelete, ...rest }) => ({
      name: rest.name,
      type: rest.type,
      durable: rest.durable,
      autoDelete,
      internal: rest.internal,
      arguments: rest.arguments,
    })),
    queues: (queues ?? []).map(queueFacts),
    bindings: (bindings ?? []).map((binding) => ({
      source: binding.source,
      destination: binding.destination,
      destinationType: binding.destination_type,
      routingKey: binding.routing_key,
      arguments: binding.arguments,
    })),
    counts: 'current',
  };
}

function queueFacts(queue: ApiQueue): QueueFacts {
  const { messages_ready: ready = 0, messages_unacknowledged: unacked = 0 } = queue;
  return {
    name: queue.name,
    type: queue.type ?? 'classic',
    durable: queue.durable,
    exclusive: queue.exclusive,
    autoDelete: queue.auto_delete,
    arguments: queue.arguments,
    messages: queue.messages ?? ready + unacked,
    ready,
    unacked,
  };
}
