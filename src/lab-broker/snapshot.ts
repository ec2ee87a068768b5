import { countMessages } from './api/message-counts.ts';
import { plainTable } from './api/plain-value.ts';
import { Exchange } from './entities/exchange.ts';
import type { VhostQueue } from './entities/queue-port.ts';
import type { Realm } from './entities/realm.ts';
import type { Vhost } from './entities/vhost.ts';

/** What exists on a lab broker at one moment: plain data that can be compared, kept and sent as JSON. It does not change afterwards. */
export interface BrokerSnapshot {
  /** By name. */
  readonly vhosts: Readonly<Record<string, VhostSnapshot>>;
}

/** A virtual host. Exchanges and queues stand in the order in which they were declared. */
export interface VhostSnapshot {
  readonly name: string;
  /** By name, `''` and `amq.*` included. */
  readonly exchanges: Readonly<Record<string, ExchangeSnapshot>>;
  /** By name. */
  readonly queues: Readonly<Record<string, QueueSnapshot>>;
  /** Those that somebody made: that each queue is bound to the exchange `''` by its name goes without saying. */
  readonly bindings: readonly BindingSnapshot[];
}

/** Arguments as in the management API: JSON values, which tell a number from a text but not one width from another. */
type Arguments = Readonly<Record<string, unknown>>;

export interface ExchangeSnapshot {
  readonly name: string;
  readonly type: 'direct' | 'fanout' | 'topic' | 'headers';
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly internal: boolean;
  readonly arguments: Arguments;
}

export interface QueueSnapshot {
  readonly name: string;
  readonly type: 'classic' | 'quorum' | 'stream';
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly exclusive: boolean;
  /** As they were declared. */
  readonly arguments: Arguments;
  /** Messages that wait; of a stream, all that are kept. */
  readonly ready: number;
  /** Messages that consumers hold and have not settled; of a stream, none, since a reader takes nothing away. */
  readonly unacked: number;
  /** How many there are. */
  readonly consumers: number;
}

export interface BindingSnapshot {
  /** The exchange. */
  readonly source: string;
  readonly destination: string;
  readonly destinationType: 'queue' | 'exchange';
  readonly routingKey: string;
  readonly arguments: Arguments;
}

/** Takes the picture. */
export function snapshotOf({ vhosts }: Realm): BrokerSnapshot {
  return { vhosts: byName([...vhosts.values()].map(vhostSnapshot)) };
}

function vhostSnapshot({ name, topology }: Vhost): VhostSnapshot {
  const exchanges = [...topology.exchanges.values()];
  return {
    name,
    exchanges: byName(exchanges.map(exchangeSnapshot)),
    queues: byName([...topology.queues.values()].map(queueSnapshot)),
    bindings: exchanges.flatMap(bindingSnapshots),
  };
}

function exchangeSnapshot({ name, type, durable, autoDelete, internal, arguments: table }: Exchange): ExchangeSnapshot {
  return { name, type, durable, autoDelete, internal, arguments: plainTable(table) };
}

function queueSnapshot(queue: VhostQueue): QueueSnapshot {
  const { name, type, durable, autoDelete, owner, consumers } = queue;
  const { messages_ready: ready, messages_unacknowledged: unacked } = countMessages([queue]);
  return {
    name,
    type,
    durable,
    autoDelete,
    exclusive: owner !== undefined,
    arguments: plainTable(queue.arguments),
    ready,
    unacked,
    consumers: consumers.length,
  };
}

function bindingSnapshots({ bindings }: Exchange): BindingSnapshot[] {
  return [...bindings.values()].map(({ source, destination, routingKey, arguments: table }) => ({
    source: source.name,
    destination: destination.name,
    destinationType: destination instanceof Exchange ? 'exchange' : 'queue',
    routingKey,
    arguments: plainTable(table),
  }));
}

function byName<T extends { readonly name: string }>(items: readonly T[]): Readonly<Record<string, T>> {
  return Object.fromEntries(items.map((item) => [item.name, item]));
}
