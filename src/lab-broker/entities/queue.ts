import { type Backlog, ClassicBacklog, PriorityBacklog } from './backlog.ts';
import type { Consumer } from './consumer.ts';
import { ConsumerRound, type RoundMode } from './consumer-round.ts';
import { Deadline } from './deadline.ts';
import { type Message, QueueEntry } from './message.ts';
import type { DeathReason, Discarded, GivenBack, QueueHost, QueueIdentity, QueueType, Taken, VhostQueue } from './queue-port.ts';
import type { QueueSettings } from './queue-settings.ts';
import { UnusedTimer } from './unused-timer.ts';

/** Messages that a queue hands out, or drops, before it lets others of the event loop have a turn. */
const BATCH = 256;

/** A classic queue: a synchronous core that is told what happens and hands out what it can. */
export class Queue implements VhostQueue {
  readonly name: string;
  readonly type: QueueType;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly owner: object | undefined;
  readonly arguments: QueueIdentity['arguments'];
  readonly settings: QueueSettings;
  readonly #host: QueueHost;
  readonly #backlog: Backlog;
  readonly #round: ConsumerRound;
  readonly #unused: UnusedTimer;
  readonly #expiry: Deadline;
  #sequence = 0;
  #readyBytes = 0;
  #unacked = 0;
  #unackedBytes = 0;
  #continues = false;
  #closed = false;

  constructor(identity: QueueIdentity, settings: QueueSettings, host: QueueHost) {
    this.name = identity.name;
    this.type = identity.type;
    this.durable = identity.durable;
    this.autoDelete = identity.autoDelete;
    this.owner = identity.owner;
    this.arguments = identity.arguments;
    this.settings = settings;
    this.#host = host;
    this.#backlog = this.createBacklog(settings);
    this.#round = new ConsumerRound(settings.singleActiveConsumer ? this.singleActiveMode() : 'all');
    this.#expiry = new Deadline(host.clock, () => this.#dropExpired());
    this.#unused = new UnusedTimer(host.clock, this.expiresAfter(settings.expires), () => this.#round.size > 0 || host.removeQueue(this));
  }

  get ready(): number {
    return this.#backlog.size;
  }

  get unacked(): number {
    return this.#unacked;
  }

  get readyBytes(): number {
    return this.#readyBytes;
  }

  get unackedBytes(): number {
    return this.#unackedBytes;
  }

  get consumers(): readonly Consumer[] {
    return this.#round.all;
  }

  get activeConsumer(): Consumer | undefined {
    return this.#round.active;
  }

  publish(message: Message): boolean {
    if (this.refuses(message)) {
      const refused = new QueueEntry(message, this.#sequence, Number.POSITIVE_INFINITY);
      if (this.settings.overflow === 'reject-publish-dlx') this.#host.deadLetter(this, refused, 'maxlen');
      return false;
    }
    const entry = new QueueEntry(message, this.#sequence++, this.#expiryOf(message));
    this.#host.hold(entry.weight);
    const consumer = this.#backlog.size === 0 ? this.#round.next() : undefined;
    if (consumer !== undefined) {
      this.#deliver(consumer, entry);
      return true;
    }
    this.#backlog.push(entry);
    this.#readyBytes += message.bodySize;
    if (entry.expiresAt !== Number.POSITIVE_INFINITY) this.#dropExpired();
    this.#trim();
    return true;
  }

  take(noAck: boolean): Taken | undefined {
    this.touch();
    this.#dropExpired();
    const entry = this.#shift();
    if (entry === undefined) return undefined;
    const message = this.present(entry);
    this.#handOut(entry, noAck);
    return { entry, message };
  }

  settle(entry: QueueEntry): void {
    this.#unacked--;
    this.#unackedBytes -= entry.message.bodySize;
    this.#host.hold(-entry.weight);
  }

  giveBack(entries: readonly QueueEntry[], how: GivenBack): void {
    let count = 0;
    for (const entry of entries) {
      this.#unacked--;
      this.#unackedBytes -= entry.message.bodySize;
      if (this.#closed) {
        this.#host.hold(-entry.weight);
        continue;
      }
      entry.redelivered = true;
      if (!this.survives(entry, how)) {
        this.#giveUp(entry, 'delivery_limit');
        continue;
      }
      this.#backlog.giveBack(entry);
      this.#readyBytes += entry.message.bodySize;
      count++;
    }
    if (count > 0 && this.#host.watched) this.#host.tell({ type: 'requeued', vhost: this.#host.name, queue: this.name, count });
    this.#dropExpired();
    this.#trim();
    this.#drain();
  }

  discard(entries: readonly QueueEntry[], how: Discarded): void {
    for (const entry of entries) {
      if (how === 'reject') entry.deliveryCount++;
      this.#unacked--;
      this.#unackedBytes -= entry.message.bodySize;
      if (this.#closed) this.#host.hold(-entry.weight);
      else this.#giveUp(entry, 'rejected');
    }
  }

  subscribe(consumer: Consumer): void {
    this.#round.add(consumer);
    this.#drain();
  }

  unsubscribe(consumer: Consumer): void {
    if (!this.#round.remove(consumer)) return;
    if (this.#round.size === 0) {
      if (this.autoDelete) this.#host.removeQueue(this);
      this.#unused.restart();
    }
    this.#drain();
  }

  wake(consumer: Consumer): void {
    if (this.#round.wake(consumer)) this.#drain();
  }

  purge(): number {
    const count = this.#backlog.size;
    this.#dropAll();
    return count;
  }

  touch(): void {
    if (this.type === 'classic') this.#unused.restart();
  }

  close(): void {
    this.#closed = true;
    this.#expiry.stop();
    this.#unused.stop();
    this.#dropAll();
    for (const consumer of this.#round.clear()) consumer.port.cancelled(consumer);
  }

  /** The order in which messages go out. */
  protected createBacklog(settings: QueueSettings): Backlog {
    return settings.maxPriority === 0 ? new ClassicBacklog() : new PriorityBacklog(settings.maxPriority, 0);
  }

  /** Whether a message is to be refused because the queue is full: exact on classic queues, and even when a consumer waits. */
  protected refuses(message: Message): boolean {
    const { overflow, maxLength, maxLengthBytes } = this.settings;
    if (overflow === 'drop-head') return false;
    return this.#backlog.size + 1 > maxLength || this.#readyBytes + message.bodySize > maxLengthBytes;
  }

  /** What the client is shown of a message. */
  protected present(entry: QueueEntry): Message {
    return entry.message;
  }

  /** Whether a message that came back stays in the queue: classic queues count, and have no limit. */
  protected survives(entry: QueueEntry, how: GivenBack): boolean {
    if (how === 'reject' || how === 'close') entry.deliveryCount++;
    return true;
  }

  /** After how many milliseconds without use it goes, when it was asked for so many. */
  protected expiresAfter(expires: number): number {
    return expires;
  }

  /** Who is the single active consumer: the first to come, until it goes. */
  protected singleActiveMode(): RoundMode {
    return 'first';
  }

  #expiryOf(message: Message): number {
    const { messageTtl } = this.settings;
    const ttl = message.expiration >= 0 ? Math.min(message.expiration, messageTtl) : messageTtl;
    return ttl === Number.POSITIVE_INFINITY ? ttl : this.#host.clock.now() + ttl;
  }

  #drain(): void {
    if (this.#continues || this.#closed) return;
    for (let left = BATCH; this.#backlog.size > 0; left--) {
      if (left === 0) {
        this.#continueLater();
        return;
      }
      this.#dropExpired();
      if (this.#backlog.size === 0) return;
      const consumer = this.#round.next();
      if (consumer === undefined) return;
      const entry = this.#shift();
      if (entry !== undefined) this.#deliver(consumer, entry);
    }
  }

  #continueLater(): void {
    this.#continues = true;
    this.#host.clock.later(() => {
      this.#continues = false;
      this.#drain();
    });
  }

  #deliver(consumer: Consumer, entry: QueueEntry): void {
    const message = this.present(entry);
    this.#handOut(entry, consumer.noAck);
    if (!consumer.noAck) consumer.unacked++;
    consumer.port.deliver(consumer, entry, message);
  }

  #handOut(entry: QueueEntry, noAck: boolean): void {
    if (noAck) this.#host.hold(-entry.weight);
    else {
      this.#unacked++;
      this.#unackedBytes += entry.message.bodySize;
    }
  }

  #shift(): QueueEntry | undefined {
    const entry = this.#backlog.shift();
    if (entry !== undefined) this.#readyBytes -= entry.message.bodySize;
    return entry;
  }

  /** Drops from the head what is more than the queue may hold, unless it was refused before it came that far. */
  #trim(): void {
    const { overflow, maxLength, maxLengthBytes } = this.settings;
    if (overflow !== 'drop-head' && this.type === 'classic') return;
    while (this.#backlog.size > 0 && (this.#backlog.size > maxLength || this.#readyBytes > maxLengthBytes)) {
      const entry = this.#shift();
      if (entry !== undefined) this.#giveUp(entry, 'maxlen');
    }
  }

  /** Drops from the head what has expired: a message further back waits until it gets there. */
  #dropExpired(): void {
    let head = this.#backlog.peek();
    if (head === undefined || head.expiresAt === Number.POSITIVE_INFINITY) return;
    const now = this.#host.clock.now();
    for (let left = BATCH; head !== undefined && head.expiresAt <= now; left--) {
      if (left === 0) break;
      this.#shift();
      this.#giveUp(head, 'expired');
      head = this.#backlog.peek();
    }
    if (head !== undefined) this.#expiry.by(Math.max(head.expiresAt, now));
  }

  /** Dead-letters a message that no longer counts as ready or unacknowledged. */
  #giveUp(entry: QueueEntry, reason: DeathReason): void {
    this.#host.hold(-entry.weight);
    this.#host.deadLetter(this, entry, reason);
  }

  #dropAll(): void {
    for (let entry = this.#shift(); entry !== undefined; entry = this.#shift()) {
      this.#host.hold(-entry.weight);
    }
  }
}
