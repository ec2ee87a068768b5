import { Fifo } from './fifo.ts';
import type { QueueEntry } from './message.ts';
import { SequenceHeap } from './sequence-heap.ts';

/** The ready messages of a queue, in the order in which they go out. */
export interface Backlog {
  readonly size: number;
  /** Takes in a message that is new to the queue. */
  push(entry: QueueEntry): void;
  /** Takes back one that was handed out. */
  giveBack(entry: QueueEntry): void;
  /** The next to go, or to expire. */
  peek(): QueueEntry | undefined;
  shift(): QueueEntry | undefined;
  clear(): void;
}

/**
 * A classic queue's: what comes back takes its old place. Only the head is ever taken, so all that comes back is older than all that
 * never left, and a heap of those beside a plain queue of these is enough.
 */
export class ClassicBacklog implements Backlog {
  readonly #returned = new SequenceHeap<QueueEntry>();
  readonly #fresh = new Fifo<QueueEntry>();

  get size(): number {
    return this.#returned.size + this.#fresh.size;
  }

  push(entry: QueueEntry): void {
    this.#fresh.push(entry);
  }

  giveBack(entry: QueueEntry): void {
    this.#returned.push(entry);
  }

  peek(): QueueEntry | undefined {
    return this.#returned.size > 0 ? this.#returned.peek() : this.#fresh.peek();
  }

  shift(): QueueEntry | undefined {
    return this.#returned.size > 0 ? this.#returned.shift() : this.#fresh.shift();
  }

  clear(): void {
    this.#returned.clear();
    this.#fresh.clear();
  }
}

/** One backlog a priority; the highest that holds a message goes first. */
export class PriorityBacklog implements Backlog {
  readonly #levels: readonly Backlog[];
  readonly #unset: number;
  #size = 0;

  /** `highest`: what a message's priority is cut to; `unset`: what one without a priority counts as. */
  constructor(highest: number, unset: number) {
    this.#levels = Array.from({ length: highest + 1 }, () => new ClassicBacklog());
    this.#unset = unset;
  }

  get size(): number {
    return this.#size;
  }

  push(entry: QueueEntry): void {
    this.#size++;
    this.#levelOf(entry)?.push(entry);
  }

  giveBack(entry: QueueEntry): void {
    this.#size++;
    this.#levelOf(entry)?.giveBack(entry);
  }

  peek(): QueueEntry | undefined {
    return this.#first()?.peek();
  }

  shift(): QueueEntry | undefined {
    const entry = this.#first()?.shift();
    if (entry !== undefined) this.#size--;
    return entry;
  }

  clear(): void {
    this.#size = 0;
    for (const level of this.#levels) level.clear();
  }

  #levelOf({ message }: QueueEntry): Backlog | undefined {
    const wanted = message.priority < 0 ? this.#unset : message.priority;
    return this.#levels[Math.min(wanted, this.#levels.length - 1)];
  }

  #first(): Backlog | undefined {
    if (this.#size === 0) return undefined;
    for (let level = this.#levels.length - 1; level >= 0; level--) {
      const candidate = this.#levels[level];
      if (candidate !== undefined && candidate.size > 0) return candidate;
    }
    return undefined;
  }
}

/** A quorum queue's: what comes back goes before everything else, whatever its priority, in the order in which it came back. */
export class QuorumBacklog implements Backlog {
  readonly #returned = new Fifo<QueueEntry>();
  readonly #fresh: Backlog;

  constructor(fresh: Backlog) {
    this.#fresh = fresh;
  }

  get size(): number {
    return this.#returned.size + this.#fresh.size;
  }

  push(entry: QueueEntry): void {
    this.#fresh.push(entry);
  }

  giveBack(entry: QueueEntry): void {
    this.#returned.push(entry);
  }

  peek(): QueueEntry | undefined {
    return this.#returned.peek() ?? this.#fresh.peek();
  }

  shift(): QueueEntry | undefined {
    return this.#returned.shift() ?? this.#fresh.shift();
  }

  clear(): void {
    this.#returned.clear();
    this.#fresh.clear();
  }
}
