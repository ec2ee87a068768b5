import type { QueueEntry } from '../entities/message.ts';
import type { DeathReason, VhostQueue } from '../entities/queue-port.ts';
import type { Departure } from '../events.ts';

/** What is told of a message that leaves a queue: which it was, how old, and what it broke. `now` is in milliseconds since 1970. */
export function departureOf(vhost: string, queue: VhostQueue, entry: QueueEntry, reason: DeathReason, now: number): Departure {
  const { message, cameAt } = entry;
  return {
    ...{ vhost, queue: queue.name, message: message.number, reason },
    ...(cameAt === 0 ? {} : { age: Math.max(now - cameAt, 0) }),
    ...causeOf(queue, entry, reason),
  };
}

/** Whether a message that is dead-lettered was never in the queue. */
export function isRefusal({ settings, type }: VhostQueue, reason: DeathReason): boolean {
  return reason === 'maxlen' && settings.overflow === 'reject-publish-dlx' && type === 'classic';
}

function causeOf(
  { settings, ready }: VhostQueue,
  { message, cameAt, expiresAt }: QueueEntry,
  reason: DeathReason,
): Partial<Omit<Departure, 'vhost'>> {
  const { messageTtl, maxLength, maxLengthBytes, deliveryLimit } = settings;
  if (reason === 'delivery_limit') return { deliveryLimit };
  // asked once the message is out; a quorum queue that was over its length takes nothing until there is some room
  if (reason === 'maxlen') return ready >= maxLength || maxLengthBytes === Number.POSITIVE_INFINITY ? { maxLength } : { maxLengthBytes };
  if (reason === 'rejected') return {};
  const { expiration } = message;
  const ttlOf = expiration >= 0 && expiration <= messageTtl ? 'message' : 'queue';
  return { ttl: cameAt === 0 ? Math.min(expiration >= 0 ? expiration : messageTtl, messageTtl) : expiresAt - cameAt, ttlOf };
}
