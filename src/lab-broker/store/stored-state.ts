import type { DefinitionKey } from '../entities/journal.ts';
import type { QueueEntry } from '../entities/message.ts';
import { queueNumberOf } from './definitions.ts';
import { decodeEntry } from './entry-record.ts';
import { FORMAT, NewerFormat, RECORD } from './record-types.ts';

/** What records come to, one after the other. */
export class StoredState {
  /** By key, as JSON. */
  readonly definitions = new Map<string, Buffer>();
  /** Messages by the number of their queue and their own. */
  readonly queues = new Map<number, Map<number, QueueEntry>>();
  /** The highest number of a queue, gone or not: what is left of one in a damaged log must not be taken for another's. */
  lastQueue = 0;
  /** Whether the broker that wrote it ended in good order. */
  clean = true;
  /** Records that could be read, but make no sense. */
  unknown = 0;

  /** Whether nothing was ever written. */
  get empty(): boolean {
    return this.definitions.size === 0;
  }

  /** @throws NewerFormat */
  apply(record: Buffer): void {
    const format = record[0] === RECORD.opened && record.length >= 3 ? record.readUInt16BE(1) : 1;
    if (format > FORMAT) throw new NewerFormat(format);
    try {
      this.#apply(record);
    } catch {
      this.unknown++;
    }
  }

  #apply(record: Buffer): void {
    const type = record[0];
    this.clean = type === RECORD.closed;
    if (type === RECORD.opened || type === RECORD.closed) return;
    if (type === RECORD.defined) {
      const end = 5 + record.readUInt32BE(1);
      const key = record.toString('utf8', 5, end);
      const content = Buffer.from(record.subarray(end));
      if (parseKey(key)[0] === 'queue') this.lastQueue = Math.max(this.lastQueue, queueNumberOf(content));
      this.definitions.set(key, content);
    } else if (type === RECORD.forgotten) this.#forget(record.toString('utf8', 1));
    else this.#applyToQueue(record, type ?? 0);
  }

  #forget(key: string): void {
    const content = this.definitions.get(key);
    if (content !== undefined && parseKey(key)[0] === 'queue') this.queues.delete(queueNumberOf(content));
    this.definitions.delete(key);
  }

  #applyToQueue(record: Buffer, type: number): void {
    const id = record.readUInt32BE(1);
    this.lastQueue = Math.max(this.lastQueue, id);
    const queue = this.queues.get(id) ?? new Map<number, QueueEntry>();
    this.queues.set(id, queue);
    if (type === RECORD.entered) {
      const entry = decodeEntry(record, 5);
      queue.set(entry.sequence, entry);
    } else if (type === RECORD.left) queue.delete(record.readDoubleBE(5));
    else if (type === RECORD.cleared) {
      const kept = new Set(sequences(record));
      for (const sequence of [...queue.keys()]) if (!kept.has(sequence)) queue.delete(sequence);
    } else if (type === RECORD.returned) {
      const entry = queue.get(record.readDoubleBE(5));
      if (entry === undefined) return;
      entry.deliveryCount = record.readUInt32BE(13);
      entry.acquiredCount = record.readUInt32BE(17);
    } else if (type === RECORD.seen) {
      for (const sequence of sequences(record)) {
        const entry = queue.get(sequence);
        if (entry !== undefined) entry.redelivered = true;
      }
    } else this.unknown++;
  }
}

/** A definition's key. */
export function parseKey(key: string): DefinitionKey {
  return JSON.parse(key) as DefinitionKey;
}

function sequences(record: Buffer): number[] {
  return Array.from({ length: Math.floor((record.length - 5) / 8) }, (_, index) => record.readDoubleBE(5 + index * 8));
}
