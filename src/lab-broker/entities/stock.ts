import type { Backlog } from './backlog.ts';
import type { QueueEntry } from './message.ts';

/** The messages of a queue: those that are ready, in their order, and how many are out, all of them counted. */
export class Stock {
  readonly #backlog: Backlog;
  /** Told of bytes that are taken in, or let go when negative. */
  readonly #hold: (bytes: number) => void;
  #readyBytes = 0;
  /** What those that are ready take in memory. */
  #readyWeight = 0;
  #unacked = 0;
  #unackedBytes = 0;

  constructor(backlog: Backlog, hold: (bytes: number) => void) {
    this.#backlog = backlog;
    this.#hold = hold;
  }

  get ready(): number {
    return this.#backlog.size;
  }

  /** Bytes of the bodies that are ready. */
  get readyBytes(): number {
    return this.#readyBytes;
  }

  get unacked(): number {
    return this.#unacked;
  }

  get unackedBytes(): number {
    return this.#unackedBytes;
  }

  /** The next to go out, or to expire. */
  get head(): QueueEntry | undefined {
    return this.#backlog.peek();
  }

  /** Counts a message that has come, before it is ready or out. */
  enter(entry: QueueEntry): void {
    this.#hold(entry.weight);
  }

  /** Counts a message that has gone for good, after it was ready or out. */
  leave(entry: QueueEntry): void {
    this.#hold(-entry.weight);
  }

  push(entry: QueueEntry): void {
    this.#backlog.push(entry);
    this.#countReady(entry, 1);
  }

  shift(): QueueEntry | undefined {
    const entry = this.#backlog.shift();
    if (entry !== undefined) this.#countReady(entry, -1);
    return entry;
  }

  /** An entry is out until it is settled or comes back. */
  handOut(entry: QueueEntry): void {
    this.#unacked++;
    this.#unackedBytes += entry.message.bodySize;
  }

  /** An entry is not out any more. */
  takeIn(entry: QueueEntry): void {
    this.#unacked--;
    this.#unackedBytes -= entry.message.bodySize;
  }

  /** An entry that was out is ready again. */
  giveBack(entry: QueueEntry): void {
    this.#backlog.giveBack(entry);
    this.#countReady(entry, 1);
  }

  /** Drops all that is ready, a million messages as quickly as one. */
  clear(): void {
    const weight = this.#readyWeight;
    this.#backlog.clear();
    this.#readyBytes = 0;
    this.#readyWeight = 0;
    this.#hold(-weight);
  }

  #countReady({ message, weight }: QueueEntry, sign: 1 | -1): void {
    this.#readyBytes += sign * message.bodySize;
    this.#readyWeight += sign * weight;
  }
}
