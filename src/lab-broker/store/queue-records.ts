import type { QueueJournal } from '../entities/journal.ts';
import { type QueueEntry, weightOf } from '../entities/message.ts';
import type { QueueType } from '../entities/queue-port.ts';
import { encodeEntry } from './entry-record.ts';
import type { Log } from './log.ts';
import { RECORD } from './record-types.ts';

/** Octets of a record's type, and of the number of its queue. */
const [TYPE, QUEUE] = [1, 4];

/** The messages of one durable queue that are to outlast the broker, told as they come and go. */
export class QueueRecords implements QueueJournal {
  readonly id: number;
  readonly #type: QueueType;
  readonly #log: Log;
  readonly #ended: () => void;
  readonly #live: Map<number, QueueEntry>;
  /** Those of them that a client has. */
  readonly #out = new Set<number>();
  /** Those that one has, or had and gave back. */
  readonly #seen = new Set<number>();
  #weight = 0;
  #closed = false;

  /** `live`: what was found of it; `ended` is called when the queue is gone. */
  constructor(id: number, type: QueueType, log: Log, live: Map<number, QueueEntry>, ended: () => void) {
    this.id = id;
    this.#type = type;
    this.#log = log;
    this.#live = live;
    this.#ended = ended;
    for (const entry of live.values()) this.#weight += weightOf(entry.message);
  }

  /** Bytes that its messages take, roughly. */
  get weight(): number {
    return this.#weight;
  }

  recovered(): QueueEntry[] {
    return [...this.#live.values()].sort((one, other) => one.sequence - other.sequence);
  }

  entered(entry: QueueEntry): void {
    if (this.#closed || (this.#type === 'classic' && !entry.message.persistent)) return;
    this.#live.set(entry.sequence, entry);
    this.#weight += weightOf(entry.message);
    this.#write(entry, false);
  }

  left(entry: QueueEntry): void {
    // by its number: a queue makes its entries anew
    const { sequence } = entry;
    if (!this.#live.delete(sequence)) return;
    this.#out.delete(sequence);
    this.#seen.delete(sequence);
    this.#weight -= weightOf(entry.message);
    this.#append(RECORD.left, 8, (buffer, at) => buffer.writeDoubleBE(sequence, at));
  }

  handedOut({ sequence }: QueueEntry): void {
    if (!this.#live.has(sequence)) return;
    this.#out.add(sequence);
    this.#seen.add(sequence);
  }

  takenIn({ sequence }: QueueEntry): void {
    this.#out.delete(sequence);
  }

  /** Only quorum queues keep count. */
  returned({ sequence, deliveryCount, acquiredCount }: QueueEntry): void {
    const known = this.#live.get(sequence);
    if (this.#type !== 'quorum' || known === undefined) return;
    known.deliveryCount = deliveryCount;
    known.acquiredCount = acquiredCount;
    this.#append(RECORD.returned, 16, (buffer, at) => {
      buffer.writeDoubleBE(sequence, at);
      buffer.writeUInt32BE(deliveryCount, at + 8);
      buffer.writeUInt32BE(acquiredCount, at + 12);
    });
  }

  cleared(): void {
    if (this.#closed || this.#live.size === 0) return;
    const kept = [...this.#out].map((sequence) => [sequence, this.#live.get(sequence) as QueueEntry] as const);
    this.#live.clear();
    this.#weight = 0;
    for (const [sequence, entry] of kept) {
      this.#live.set(sequence, entry);
      this.#weight += weightOf(entry.message);
    }
    for (const sequence of [...this.#seen]) if (!this.#live.has(sequence)) this.#seen.delete(sequence);
    this.#appendSequences(RECORD.cleared, [...this.#out]);
  }

  close(): void {
    this.#closed = true;
    this.#live.clear();
    this.#out.clear();
    this.#seen.clear();
    this.#weight = 0;
    this.#ended();
  }

  /** Tells which messages clients may have had: the broker ends in good order. */
  mark(): void {
    const seen = [...this.#live.values()].filter((entry) => this.#wasSeen(entry)).map(({ sequence }) => sequence);
    if (seen.length > 0) this.#appendSequences(RECORD.seen, seen);
  }

  /** Tells all again, as many at a time as one turn has time for. What comes and goes meanwhile does no harm. */
  *again(): Generator<void> {
    for (const entry of this.#live.values()) {
      this.#write(entry, this.#wasSeen(entry));
      yield;
    }
  }

  #wasSeen({ sequence, redelivered }: QueueEntry): boolean {
    return redelivered || this.#seen.has(sequence);
  }

  #write(entry: QueueEntry, redelivered: boolean): void {
    const encoded = encodeEntry(entry, redelivered);
    this.#append(RECORD.entered, encoded.size, (buffer, at) => encoded.write(buffer, at));
  }

  #appendSequences(type: number, sequences: readonly number[]): void {
    this.#append(type, sequences.length * 8, (buffer, at) => {
      for (const [index, sequence] of sequences.entries()) buffer.writeDoubleBE(sequence, at + index * 8);
    });
  }

  #append(type: number, size: number, fill: (buffer: Buffer, at: number) => void): void {
    this.#log.append(TYPE + QUEUE + size, (buffer, at) => {
      buffer[at] = type;
      buffer.writeUInt32BE(this.id, at + TYPE);
      fill(buffer, at + TYPE + QUEUE);
    });
  }
}
