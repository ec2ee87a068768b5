import { type Backlog, PriorityBacklog, QuorumBacklog } from './backlog.ts';
import type { RoundMode } from './consumer-round.ts';
import { withHeaders } from './headers.ts';
import type { Message, QueueEntry } from './message.ts';
import { Queue } from './queue.ts';
import type { GivenBack } from './queue-port.ts';

/** The highest priority of a quorum queue, and what a message without one counts as. */
const [HIGHEST_PRIORITY, USUAL_PRIORITY] = [31, 4];

/** Milliseconds between two looks of RabbitMQ at a quorum queue. */
const TICK = 5_000;

/** A quorum queue is full until so much of its limit is left. */
const LOW_WATER = 0.8;

/** A quorum queue, as far as one node can show it: priorities, returns to the front, a delivery limit, and the headers that count. */
export class QuorumQueue extends Queue {
  #full = false;

  protected override createBacklog(): Backlog {
    return new QuorumBacklog(new PriorityBacklog(HIGHEST_PRIORITY, USUAL_PRIORITY));
  }

  /** It refuses from the moment when it has gone over its limit, so it holds one more; reject-publish-dlx acts as drop-head. */
  protected override refuses(): boolean {
    const { overflow, maxLength, maxLengthBytes } = this.settings;
    if (overflow !== 'reject-publish') return false;
    if (this.ready > maxLength || this.readyBytes > maxLengthBytes) this.#full = true;
    else if (this.ready <= maxLength * LOW_WATER && this.readyBytes <= maxLengthBytes * LOW_WATER) this.#full = false;
    return this.#full;
  }

  protected override present(entry: QueueEntry): Message {
    if (entry.acquiredCount === 0) return entry.message;
    const counts = [['x-acquired-count', entry.acquiredCount] as const, ['x-delivery-count', entry.deliveryCount] as const];
    const headers = counts.filter(([, count]) => count > 0).map(([name, count]) => [name, { type: 'long', value: BigInt(count) }] as const);
    return withHeaders(entry.message, headers, { remove: (name) => counts.some(([count]) => count === name) });
  }

  /** A nack and a recover do not count towards the limit, a reject and the end of a channel do. */
  protected override survives(entry: QueueEntry, how: GivenBack): boolean {
    entry.acquiredCount++;
    super.survives(entry, how);
    return entry.deliveryCount <= this.settings.deliveryLimit;
  }

  /** RabbitMQ looks at its quorum queues every five seconds only. */
  protected override expiresAfter(expires: number): number {
    return Math.ceil(expires / TICK) * TICK;
  }

  protected override singleActiveMode(): RoundMode {
    return 'highest';
  }
}
