import { departureOf } from '../dead-letter/departure.ts';
import { type Message, QueueEntry } from './message.ts';
import type { QueueHost, VhostQueue } from './queue-port.ts';
import type { QueueSettings } from './queue-settings.ts';

/** A message as it comes into a queue. */
export function entryOf(message: Message, sequence: number, { messageTtl }: QueueSettings, { watched, clock }: QueueHost): QueueEntry {
  const ttl = message.expiration >= 0 ? Math.min(message.expiration, messageTtl) : messageTtl;
  const now = watched || ttl !== Number.POSITIVE_INFINITY ? clock.now() : 0;
  return new QueueEntry(message, sequence, now + ttl, watched ? now : 0);
}

/** What a full queue does with a message that it does not take in. */
export function turnAway(host: QueueHost, queue: VhostQueue, message: Message): false {
  const entry = new QueueEntry(message, -1, Number.POSITIVE_INFINITY);
  if (queue.settings.overflow === 'reject-publish-dlx') host.deadLetter(queue, entry, 'maxlen');
  else if (host.watched) host.tell({ type: 'refused', ...departureOf(host.name, queue, entry, 'maxlen', host.clock.now()) });
  return false;
}
