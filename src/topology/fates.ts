import type { FieldTable } from '../client/message.ts';
import { createRouter, type Route, type Router } from './route.ts';
import type { Topology, TopologyQueue } from './topology.ts';

/** How a message may leave a queue unwanted. */
export type FateReason = 'expired' | 'rejected' | 'maxlen' | 'delivery_limit';

/**
 * What becomes of such a message: `dead-lettered` into `queues`; `dropped` for want of a dead-letter exchange; `refused`: the publisher
 * gets a nack and the queue never held it; `exchange-missing`, `unroutable`: there is an exchange, or not, but no queue behind it;
 * `cycle`: it came back to the queue without a rejection, which RabbitMQ drops; `not-known`: a plugin's exchange is on the way.
 */
export type FateOutcome = 'dead-lettered' | 'dropped' | 'refused' | 'exchange-missing' | 'unroutable' | 'cycle' | 'not-known';

/** What would become of a message in a queue, for one reason. */
export interface Fate {
  readonly reason: FateReason;
  readonly outcome: FateOutcome;
  /** What brings it about in this queue: `after 5s`, `above 10 messages`. Undefined: nothing in the queue does by itself. */
  readonly when: FateCause | undefined;
  readonly exchange?: string;
  /** With which it is dead-lettered. */
  readonly keys?: readonly string[];
  /** Where it would lie then, the queue itself left out where that would be a cycle. */
  readonly queues: readonly string[];
  /** True where it comes back to the very queue. */
  readonly returns?: true;
}

/** The setting that brings a death about. */
export interface FateCause {
  /** Milliseconds. */
  readonly ttl?: number;
  readonly maxLength?: number;
  readonly maxLengthBytes?: number;
  readonly overflow?: string;
  readonly deliveryLimit?: number;
}

/** A message as it lies in a queue. */
export interface LyingMessage {
  /** Its key, and those of its CC header: a BCC header is gone by then. */
  readonly keys: readonly string[];
  readonly headers: FieldTable;
}

/** Where a message of a queue would go if it died there, by reason. A stream lets nothing die: it forgets what is old. */
export function fatesOf(
  topology: Topology,
  queue: TopologyQueue,
  message: LyingMessage,
  route: Router = createRouter(topology),
): readonly Fate[] {
  if (queue.type === 'stream') return [];
  const { messageTtl, maxLength, maxLengthBytes, deliveryLimit, overflow } = queue.settings;
  const expired: FateCause | undefined = messageTtl === undefined ? undefined : { ttl: messageTtl.value };
  const full: FateCause | undefined =
    maxLength === undefined && maxLengthBytes === undefined
      ? undefined
      : {
          ...(maxLength === undefined ? {} : { maxLength: maxLength.value }),
          ...(maxLengthBytes === undefined ? {} : { maxLengthBytes: maxLengthBytes.value }),
          overflow: overflow?.value ?? 'drop-head',
        };
  const death = (reason: FateReason, when: FateCause | undefined): Fate => ({ reason, when, ...deathOf(route, queue, message, reason) });
  return [
    death('expired', expired),
    death('rejected', undefined),
    // a quorum queue takes reject-publish-dlx for drop-head
    overflow?.value === 'reject-publish' ? { reason: 'maxlen', when: full, outcome: 'refused', queues: [] } : death('maxlen', full),
    ...(queue.type === 'quorum'
      ? [death('delivery_limit', deliveryLimit === undefined ? undefined : { deliveryLimit: deliveryLimit.value })]
      : []),
  ];
}

function deathOf(routeOf: Router, queue: TopologyQueue, message: LyingMessage, reason: FateReason): Omit<Fate, 'reason' | 'when'> {
  const { deadLetterExchange, deadLetterRoutingKey } = queue.settings;
  if (deadLetterExchange === undefined) return { outcome: 'dropped', queues: [] };
  const exchange = deadLetterExchange.value;
  const keys = deadLetterRoutingKey === undefined ? message.keys : [deadLetterRoutingKey.value];
  // the broker writes why it died into the message before it routes it: an exchange may tell the reasons apart
  const headers = { 'x-first-death-reason': reason, 'x-first-death-queue': queue.name, ...message.headers };
  const route = routeOf({ exchange, keys, headers });
  if (route === undefined) return { outcome: 'exchange-missing', exchange, keys, queues: [] };
  return { exchange, keys, ...arrival(route, queue, reason) };
}

function arrival(route: Route, queue: TopologyQueue, reason: FateReason): Pick<Fate, 'outcome' | 'queues' | 'returns'> {
  const returns = route.queues.includes(queue.name);
  const queues = returns && reason !== 'rejected' ? route.queues.filter((name) => name !== queue.name) : route.queues;
  const back = returns ? { returns: true as const } : {};
  if (queues.length > 0) return { outcome: 'dead-lettered', queues, ...back };
  if (returns) return { outcome: 'cycle', queues, ...back };
  return { outcome: route.steps.some(({ unknownType }) => unknownType) ? 'not-known' : 'unroutable', queues };
}
