import type { QueueEntry } from './message.ts';
import type { GivenBack, QueueHost, VhostQueue } from './queue-port.ts';

/** Tells who listens which messages are ready again, if any are. */
export function tellRequeued(host: QueueHost, { name }: VhostQueue, entries: readonly QueueEntry[], reason: GivenBack): void {
  if (entries.length === 0 || !host.watched) return;
  const messages = entries.map(({ message }) => message.number);
  host.tell({ type: 'requeued', vhost: host.name, queue: name, count: entries.length, messages, reason });
}

/** Tells who listens that somebody emptied a queue. */
export function tellPurged(host: QueueHost, { name }: VhostQueue, count: number): void {
  if (host.watched) host.tell({ type: 'purged', vhost: host.name, queue: name, count });
}
