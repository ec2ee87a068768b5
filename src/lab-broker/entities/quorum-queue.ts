import { type Backlog, createQuorumBacklog } from './backlog.ts';
import type { Consumer } from './consumer.ts';
import type { RoundMode } from './consumer-round.ts';
import { withHeaders } from './headers.ts';
import type { Message, QueueEntry } from './message.ts';
import { Queue } from './queue.ts';
import type { GivenBack, Taken } from './queue-port.ts';
import type { Overflow } from './queue-settings.ts';

/** Milliseconds between two looks of RabbitMQ at a quorum queue. */
const TICK = 5_000;

/** A quorum queue is full until so much of its limit is left. */
const LOW_WATER = 0.8;

/** A quorum queue, as far as one node can show it: priorities, returns to the front, a delivery limit, and the headers that count. */
export class QuorumQueue extends Queue {
  #full = false;
  readonly #got = new Set<QueueEntry>();
  readonly #leaving = new Set<Consumer>();

  protected override createBacklog(): Backlog {
    return createQuorumBacklog();
  }

  /** It refuses from the moment when it has gone over its limit, so it holds one more; reject-publish-dlx acts as drop-head. */
  protected override refuses(): boolean {
    const { overflow, maxLength, maxLengthBytes } = this.settings;
    if (overflow !== 'reject-publish') return false;
    if (this.ready > maxLength || this.readyBytes > maxLengthBytes) this.#full = true;
    else if (this.ready <= maxLength * LOW_WATER && this.readyBytes <= maxLengthBytes * LOW_WATER) this.#full = false;
    return this.#full;
  }

  protected override trims(overflow: Overflow): boolean {
    return overflow !== 'reject-publish';
  }

  /** Whoever holds a message counts as well: each that was got, and consumers that have been cancelled. */
  override get consumerCount(): number {
    this.#forgetLeft();
    return super.consumerCount + this.#leaving.size + this.#got.size;
  }

  override take(noAck: boolean): Taken | undefined {
    const taken = super.take(noAck);
    if (taken !== undefined && !noAck) this.#got.add(taken.entry);
    return taken;
  }

  override settle(entry: QueueEntry): void {
    this.#got.delete(entry);
    super.settle(entry);
  }

  override unsubscribe(consumer: Consumer): void {
    this.#forgetLeft();
    if (consumer.unacked > 0) this.#leaving.add(consumer);
    super.unsubscribe(consumer);
  }

  protected override present(entry: QueueEntry): Message {
    if (entry.acquiredCount === 0) return entry.message;
    const counts = [['x-acquired-count', entry.acquiredCount] as const, ['x-delivery-count', entry.deliveryCount] as const];
    const headers = counts.filter(([, count]) => count > 0).map(([name, count]) => [name, { type: 'long', value: BigInt(count) }] as const);
    return withHeaders(entry.message, headers, { remove: (name) => counts.some(([count]) => count === name) });
  }

  /** A nack and a recover do not count towards the limit, a reject and the end of a channel do. */
  protected override survives(entry: QueueEntry, how: GivenBack): boolean {
    this.#got.delete(entry);
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

  #forgetLeft(): void {
    for (const consumer of this.#leaving) if (consumer.unacked === 0) this.#leaving.delete(consumer);
  }
}
