import type { Backlog } from './backlog.ts';
import type { QueueJournal } from './journal.ts';
import type { QueueEntry } from './message.ts';

/** The messages of a queue: those that are ready, in their order, and how many are out, all of them counted. */
export class Stock {
  readonly #backlog: Backlog;
  /** Told of bytes that are taken in, or let go when negative. */
  readonly #hold: (bytes: number) => void;
  readonly #journal: QueueJournal | undefined;
  #readyBytes = 0;
  /** What those that are ready take in memory. */
  #readyWeight = 0;
  #unacked = 0;
  #unackedBytes = 0;

  constructor(backlog: Backlog, hold: (bytes: number) => void, journal?: QueueJournal) {
    this.#backlog = backlog;
    this.#hold = hold;
    this.#journal = journal;
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
    this.#journal?.entered(entry);
  }

  /** Counts a message that has gone for good, after it was ready or out. */
  leave(entry: QueueEntry): void {
    this.#hold(-entry.weight);
    this.#journal?.left(entry);
  }

  /** The same for one that is dead-lettered: it is kept until its dead letter is. */
  leaveLater(entry: QueueEntry): void {
    this.#hold(-entry.weight);
  }

  /** It has been dead-lettered, or is not to be. */
  buried(entry: QueueEntry): void {
    this.#journal?.left(entry);
  }

  /** Takes in what was there when the broker ended; answers the sequence number after the last of them. */
  restore(): number {
    let next = 0;
    for (const entry of this.#journal?.recovered() ?? []) {
      next = entry.sequence + 1;
      this.#hold(entry.weight);
      // whatever a client may have had stands before all that nobody had
      if (entry.redelivered || entry.acquiredCount > 0) this.#backlog.giveBack(entry);
      else this.#backlog.push(entry);
      this.#countReady(entry, 1);
    }
    return next;
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
    this.#journal?.handedOut(entry);
  }

  /** An entry is not out any more. */
  takeIn(entry: QueueEntry): void {
    this.#unacked--;
    this.#unackedBytes -= entry.message.bodySize;
  }

  /** An entry that was out is ready again. */
  giveBack(entry: QueueEntry): void {
    this.#journal?.takenIn(entry);
    this.#journal?.returned(entry);
    this.#backlog.giveBack(entry);
    this.#countReady(entry, 1);
  }

  /** Drops all that is ready, a million messages as quickly as one. */
  clear(): void {
    const weight = this.#readyWeight;
    this.#backlog.clear();
    this.#journal?.cleared();
    this.#readyBytes = 0;
    this.#readyWeight = 0;
    this.#hold(-weight);
  }

  /** Ends it with all that is in it. */
  close(): void {
    this.#journal?.close();
    this.clear();
  }

  #countReady({ message, weight }: QueueEntry, sign: 1 | -1): void {
    this.#readyBytes += sign * message.bodySize;
    this.#readyWeight += sign * weight;
  }
}
