import { type Backlog, createClassicBacklog, PriorityBacklog } from './backlog.ts';
import type { Consumer } from './consumer.ts';
import { ConsumerRound, type RoundMode } from './consumer-round.ts';
import { Deadline } from './deadline.ts';
import type { QueueJournal } from './journal.ts';
import type { Message, QueueEntry } from './message.ts';
import { NamedQueue } from './named-queue.ts';
import { entryOf, turnAway } from './queue-entrance.ts';
import { tellPurged, tellRequeued } from './queue-events.ts';
import type { DeathReason, Discarded, GivenBack, QueueHost, QueueIdentity, Taken, VhostQueue } from './queue-port.ts';
import type { Overflow, QueueSettings } from './queue-settings.ts';
import { Stock } from './stock.ts';
import { UnusedTimer } from './unused-timer.ts';

/** Messages that a queue hands out, or drops, before it lets others of the event loop have a turn. */
const BATCH = 256;

/** A classic queue: a synchronous core that is told what happens and hands out what it can. */
export class Queue extends NamedQueue implements VhostQueue {
  readonly #host: QueueHost;
  readonly #stock: Stock;
  readonly #round: ConsumerRound;
  readonly #unused: UnusedTimer;
  readonly #expiry: Deadline;
  #settings: QueueSettings;
  #sequence = 0;
  #continues = false;
  #closed = false;

  /** `journal`: where it tells of its messages, if they are to outlast the broker. */
  constructor(identity: QueueIdentity, settings: QueueSettings, host: QueueHost, journal?: QueueJournal) {
    super(identity);
    this.#settings = settings;
    this.#host = host;
    this.#stock = new Stock(this.createBacklog(settings), (bytes) => host.hold(bytes), journal);
    this.#round = new ConsumerRound(settings.singleActiveConsumer ? this.singleActiveMode() : 'all');
    this.#expiry = new Deadline(host.clock, () => this.#drain());
    this.#unused = new UnusedTimer(
      host.clock,
      this.expiresAfter(settings.expires),
      () => this.#round.size > 0 || host.removeQueue(this, 'expires'),
    );
  }

  get settings(): QueueSettings {
    return this.#settings;
  }

  get ready(): number {
    return this.#stock.ready;
  }

  get unacked(): number {
    return this.#stock.unacked;
  }

  get readyBytes(): number {
    return this.#stock.readyBytes;
  }

  get unackedBytes(): number {
    return this.#stock.unackedBytes;
  }

  get consumers(): readonly Consumer[] {
    return this.#round.all;
  }

  /** How many a declare says consume it. */
  get consumerCount(): number {
    return this.#round.size;
  }

  get activeConsumer(): Consumer | undefined {
    return this.#round.active;
  }

  publish(message: Message): boolean {
    // who routed it here a while ago, as a transaction does, finds the queue gone
    if (this.#closed) return true;
    if (this.refuses(message)) return turnAway(this.#host, this, message);
    const entry = entryOf(message, this.#sequence++, this.settings, this.#host);
    this.#stock.enter(entry);
    this.published++;
    const consumer = this.#stock.ready === 0 ? this.#round.next() : undefined;
    if (consumer !== undefined) {
      this.#deliver(consumer, entry);
      return true;
    }
    this.#stock.push(entry);
    if (!this.#trim() || !this.#dropExpired()) this.#continueLater();
    return true;
  }

  expire(): boolean {
    return !this.#dropExpired();
  }

  take(noAck: boolean): Taken | undefined {
    this.touch('get');
    while (!this.#dropExpired());
    const entry = this.#stock.shift();
    if (entry === undefined) return undefined;
    const message = this.present(entry);
    this.#handOut(entry, noAck);
    // what comes to the head may have expired behind it
    if (!this.#dropExpired()) this.#continueLater();
    return { entry, message };
  }

  settle(entry: QueueEntry): void {
    this.#stock.takeIn(entry);
    this.#stock.leave(entry);
  }

  giveBack(entries: readonly QueueEntry[], how: GivenBack): void {
    const back: QueueEntry[] = [];
    for (const entry of entries) {
      this.#stock.takeIn(entry);
      entry.redelivered = true;
      if (this.#closed) this.#stock.leave(entry);
      else if (!this.survives(entry, how)) this.#giveUp(entry, 'delivery_limit');
      else {
        this.#stock.giveBack(entry);
        back.push(entry);
      }
    }
    tellRequeued(this.#host, this, back, how);
    this.#drain();
  }

  discard(entries: readonly QueueEntry[], how: Discarded): void {
    for (const entry of entries) {
      this.survives(entry, how);
      this.#stock.takeIn(entry);
      if (this.#closed) this.#stock.leave(entry);
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
      if (this.autoDelete) this.#host.removeQueue(this, 'auto-delete');
      this.#unused.restart();
    }
    this.#drain();
  }

  wake(consumer: Consumer): void {
    if (this.#round.wake(consumer)) this.#drain();
  }

  buried(entry: QueueEntry): void {
    this.#stock.buried(entry);
  }

  restore(): void {
    this.#sequence = this.#stock.restore();
  }

  purge(): number {
    const count = this.#stock.ready;
    this.#stock.clear();
    tellPurged(this.#host, this, count);
    return count;
  }

  configure(settings: QueueSettings): void {
    const { expires } = this.#settings;
    this.#settings = settings;
    if (settings.expires !== expires) this.#unused.change(this.expiresAfter(settings.expires));
    this.#drain();
  }

  touch(use: 'declare' | 'get'): void {
    if (use === 'get' || this.type === 'classic') this.#unused.restart();
  }

  close(): void {
    this.#closed = true;
    this.#expiry.stop();
    this.#unused.stop();
    this.#stock.close();
    for (const consumer of this.#round.clear()) consumer.port.cancelled(consumer);
  }

  /** The order in which messages go out. */
  protected createBacklog(settings: QueueSettings): Backlog {
    return settings.maxPriority === 0 ? createClassicBacklog() : new PriorityBacklog(settings.maxPriority, 0);
  }

  /** Whether a message is to be refused because the queue is full: exact on classic queues, and even when a consumer waits. */
  protected refuses(message: Message): boolean {
    const { overflow, maxLength, maxLengthBytes } = this.settings;
    if (overflow === 'drop-head') return false;
    return this.ready + 1 > maxLength || this.readyBytes + message.bodySize > maxLengthBytes;
  }

  /** Whether a full queue drops its head, and does not refuse what comes. */
  protected trims(overflow: Overflow): boolean {
    return overflow === 'drop-head';
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

  #drain(): void {
    if (this.#continues || this.#closed) return;
    for (let left = BATCH; left > 0; left--) {
      if (!this.#trim() || !this.#dropExpired()) break;
      const consumer = this.#stock.ready === 0 ? undefined : this.#round.next();
      const entry = consumer && this.#stock.shift();
      if (consumer === undefined || entry === undefined) return;
      this.#deliver(consumer, entry);
    }
    this.#continueLater();
  }

  #continueLater(): void {
    if (this.#continues) return;
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
    this.delivered++;
    if (noAck) this.#stock.leave(entry);
    else this.#stock.handOut(entry);
  }

  /** Drops from the head what is more than the queue may hold. Answers whether that was all, or as much as fits into a turn. */
  #trim(): boolean {
    const { overflow, maxLength, maxLengthBytes } = this.settings;
    if (!this.trims(overflow)) return true;
    for (let left = BATCH; this.ready > 0 && (this.ready > maxLength || this.readyBytes > maxLengthBytes); left--) {
      if (left === 0) return false;
      const entry = this.#stock.shift();
      if (entry !== undefined) this.#giveUp(entry, 'maxlen');
    }
    return true;
  }

  /**
   * Drops from the head what has expired: a message further back waits until it gets there. Answers whether that was all, or as much as
   * fits into a turn.
   */
  #dropExpired(): boolean {
    let { head } = this.#stock;
    if (head === undefined || head.expiresAt === Number.POSITIVE_INFINITY) return true;
    const now = this.#host.clock.now();
    for (let left = BATCH; head !== undefined && head.expiresAt <= now; left--) {
      if (left === 0) return false;
      this.#stock.shift();
      this.#giveUp(head, 'expired');
      ({ head } = this.#stock);
    }
    if (head !== undefined) this.#expiry.by(head.expiresAt);
    return true;
  }

  /** Dead-letters a message that no longer counts as ready or unacknowledged. */
  #giveUp(entry: QueueEntry, reason: DeathReason): void {
    // in this order, since memory must not seem to be freed
    this.#host.deadLetter(this, entry, reason);
    this.#stock.leaveLater(entry);
  }
}
