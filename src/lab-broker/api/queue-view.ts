import { Connection } from '../connection.ts';
import type { VhostQueue } from '../entities/queue-port.ts';
import { peerOf } from './connection-view.ts';
import { consumerViews } from './consumer-view.ts';
import { countMessages, messageStats, noRates } from './message-counts.ts';
import { NODE } from './node-name.ts';
import { plainTable } from './plain-value.ts';

/** A queue as JSON: what does not change with each message. */
export interface QueueDocument {
  readonly name: string;
  readonly vhost: string;
  readonly type: string;
  readonly durable: boolean;
  readonly auto_delete: boolean;
  readonly exclusive: boolean;
  readonly arguments: Record<string, unknown>;
  readonly node: string;
  readonly state: 'running';
  readonly [more: string]: unknown;
}

function queueIdentityView(
  vhost: string,
  { name, type, durable, autoDelete, owner, arguments: table, settings }: VhostQueue,
): QueueDocument {
  return {
    name,
    vhost,
    type,
    durable,
    auto_delete: autoDelete,
    exclusive: owner !== undefined,
    arguments: { ...plainTable(table), 'x-queue-type': type },
    node: NODE,
    state: 'running',
    internal: false,
    internal_owner: false,
    effective_policy_definition: settings.policies.definition,
    operator_policy: settings.policies.operatorPolicy ?? null,
    policy: settings.policies.policy ?? null,
    ...(type === 'classic' ? {} : { leader: NODE, members: [NODE], online: [NODE] }),
  };
}

/** With `disable_stats`: the identity, and with `enable_queue_totals` what it holds at this moment. */
export function queueTotalsView(vhost: string, queue: VhostQueue, totals: boolean): QueueDocument {
  return { ...queueIdentityView(vhost, queue), ...(totals ? countMessages([queue]) : {}) };
}

/** All that the lab broker knows of a queue. Its figures are of this moment, never late. */
export function queueView(vhost: string, queue: VhostQueue): QueueDocument {
  const { consumers, readyBytes, unackedBytes, settings, activeConsumer, type } = queue;
  const counts = countMessages([queue]);
  return {
    ...queueIdentityView(vhost, queue),
    ...counts,
    ...noRates(counts),
    ...messageStats(queue),
    consumers: consumers.length,
    consumer_capacity: consumers.length === 0 ? 0 : 1,
    consumer_utilisation: consumers.length === 0 ? 0 : 1,
    exclusive_consumer_tag: consumers.find(({ exclusive }) => exclusive)?.tag ?? null,
    single_active_consumer_tag: activeConsumer?.tag ?? null,
    message_bytes: readyBytes + unackedBytes,
    message_bytes_ready: readyBytes,
    message_bytes_unacknowledged: unackedBytes,
    message_bytes_ram: readyBytes + unackedBytes,
    memory: readyBytes + unackedBytes,
    ...(type === 'quorum' ? { delivery_limit: Number.isFinite(settings.deliveryLimit) ? settings.deliveryLimit : -1 } : {}),
    ...(type === 'classic' ? { storage_version: 2 } : {}),
  };
}

/** A queue asked for by name: with its consumers, and who alone may use it. */
export function queueDetailView(vhost: string, queue: VhostQueue): QueueDocument {
  const { owner } = queue;
  return {
    ...queueView(vhost, queue),
    ...(owner instanceof Connection ? { owner_pid_details: peerOf(owner) } : {}),
    consumer_details: consumerViews(vhost, queue),
    deliveries: [],
    incoming: [],
  };
}
