import { streamOffsetOf } from '../arguments/stream-offset.ts';
import { findField } from '../wire/field.ts';
import type { Consumer } from './consumer.ts';
import { withHeaders } from './headers.ts';
import type { QueueJournal } from './journal.ts';
import { type Message, QueueEntry } from './message.ts';
import { NamedQueue } from './named-queue.ts';
import type { QueueHost, QueueIdentity, Taken, VhostQueue } from './queue-port.ts';
import type { QueueSettings } from './queue-settings.ts';

/** Messages that one reader is sent before others of the event loop have a turn. */
const BATCH = 256;

const ENTRY_OVERHEAD = 200;

interface Stored {
  readonly message: Message;
  /** When it came, in milliseconds since 1970. */
  readonly time: number;
  /** As the journal knows it, if there is one. */
  readonly entry: QueueEntry | undefined;
}

/** A stream: nothing that is read goes away, and each reader has a place of its own in it. */
export class StreamQueue extends NamedQueue implements VhostQueue {
  readonly activeConsumer = undefined;
  /** A stream does not tell how many read it. */
  readonly consumerCount = 0;
  readonly unackedBytes = 0;
  readonly #host: QueueHost;
  readonly #journal: QueueJournal | undefined;
  #settings: QueueSettings;
  #log: Stored[] = [];
  /** The offset of the first message that is kept. */
  #base = 0;
  #bytes = 0;
  #closed = false;
  readonly #places = new Map<Consumer, { next: number; continues: boolean }>();

  constructor(identity: QueueIdentity, settings: QueueSettings, host: QueueHost, journal?: QueueJournal) {
    super(identity);
    this.#settings = settings;
    this.#host = host;
    this.#journal = journal;
  }

  get settings(): QueueSettings {
    return this.#settings;
  }

  get ready(): number {
    return this.#log.length;
  }

  get unacked(): number {
    let count = 0;
    for (const consumer of this.#places.keys()) count += consumer.unacked;
    return count;
  }

  get readyBytes(): number {
    return this.#bytes;
  }

  get consumers(): readonly Consumer[] {
    return [...this.#places.keys()];
  }

  publish(message: Message): boolean {
    if (this.#closed) return true;
    this.published++;
    const time = this.#host.clock.now();
    const offset = this.#base + this.#log.length;
    const entry = this.#journal && new QueueEntry(message, offset, Number.POSITIVE_INFINITY, time);
    this.#log.push({ message, time, entry });
    if (entry !== undefined) this.#journal?.entered(entry);
    this.#bytes += message.bodySize;
    this.#host.hold(message.content.length + ENTRY_OVERHEAD);
    this.#retain();
    for (const consumer of this.#places.keys()) this.wake(consumer);
    return true;
  }

  subscribe(consumer: Consumer): void {
    const offset = streamOffsetOf(findField(consumer.arguments, 'x-stream-offset'), this.#host.clock.now());
    this.#places.set(consumer, { next: this.#placeOf(offset), continues: false });
    this.wake(consumer);
  }

  unsubscribe(consumer: Consumer): void {
    this.#places.delete(consumer);
  }

  wake(consumer: Consumer): void {
    const place = this.#places.get(consumer);
    if (place === undefined || place.continues) return;
    place.next = Math.max(place.next, this.#base);
    for (let left = BATCH; consumer.ready; left--) {
      const stored = this.#log[place.next - this.#base];
      if (stored === undefined) break;
      if (left === 0) {
        place.continues = true;
        this.#host.clock.later(() => {
          place.continues = false;
          this.wake(consumer);
        });
        return;
      }
      const offset = place.next++;
      consumer.unacked++;
      this.delivered++;
      consumer.port.deliver(consumer, new QueueEntry(stored.message, offset, Number.POSITIVE_INFINITY), withOffset(stored.message, offset));
    }
    consumer.parked = true;
  }

  /** What is too old is dropped when something new comes. */
  expire(): boolean {
    return false;
  }

  /** A stream is never taken from: the channel refuses basic.get before it comes here. */
  take(): Taken | undefined {
    return undefined;
  }

  settle(): void {}

  giveBack(): void {}

  discard(): void {}

  buried(): void {}

  restore(): void {
    for (const entry of this.#journal?.recovered() ?? []) {
      if (this.#log.length === 0) this.#base = entry.sequence;
      const { message, cameAt: time } = entry;
      this.#log.push({ message, time, entry });
      this.#bytes += message.bodySize;
      this.#host.hold(message.content.length + ENTRY_OVERHEAD);
    }
  }

  purge(): number {
    return 0;
  }

  /** What is too much now is dropped when something new comes. */
  configure(settings: QueueSettings): void {
    this.#settings = settings;
  }

  touch(): void {}

  close(): void {
    this.#closed = true;
    this.#journal?.close();
    for (const { message } of this.#log) this.#host.hold(-message.content.length - ENTRY_OVERHEAD);
    this.#log = [];
    const consumers = this.consumers;
    this.#places.clear();
    for (const consumer of consumers) consumer.port.cancelled(consumer);
  }

  #placeOf(offset: ReturnType<typeof streamOffsetOf>): number {
    const end = this.#base + this.#log.length;
    if (offset === 'first') return this.#base;
    if (offset === 'last') return Math.max(end - 1, this.#base);
    if (offset === 'next') return end;
    if ('offset' in offset) return Math.max(offset.offset, this.#base);
    const at = this.#log.findIndex(({ time }) => time >= offset.time);
    return at < 0 ? end : this.#base + at;
  }

  /** Drops the oldest messages beyond what is to be kept; RabbitMQ does so by whole segments, later. */
  #retain(): void {
    const oldest = this.#host.clock.now() - this.settings.maxAge;
    let drop = 0;
    for (; drop < this.#log.length - 1; drop++) {
      const stored = this.#log[drop] as Stored;
      if (this.#bytes <= this.settings.maxLengthBytes && stored.time >= oldest) break;
      this.#bytes -= stored.message.bodySize;
      if (stored.entry !== undefined) this.#journal?.left(stored.entry);
      this.#host.hold(-stored.message.content.length - ENTRY_OVERHEAD);
    }
    if (drop === 0) return;
    this.#log.splice(0, drop);
    this.#base += drop;
  }
}

/** As a stream shows it: with its offset, and with the delivery mode that it had without saying. */
function withOffset(message: Message, offset: number): Message {
  const properties = { deliveryMode: 1, ...message.properties() };
  return withHeaders(message, [['x-stream-offset', { type: 'long', value: BigInt(offset) }]], { properties });
}
