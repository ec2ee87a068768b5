import { Fifo } from './fifo.ts';
import { FreshLine } from './fresh-line.ts';
import type { QueueEntry } from './message.ts';
import { SequenceHeap } from './sequence-heap.ts';

/** Messages in the order in which they go out. */
interface Line {
  readonly size: number;
  push(entry: QueueEntry): void;
  peek(): QueueEntry | undefined;
  shift(): QueueEntry | undefined;
  clear(): void;
}

/** The ready messages of a queue. */
export interface Backlog extends Line {
  /** Takes back one that was handed out; `push` takes in one that is new to the queue. */
  giveBack(entry: QueueEntry): void;
}

/** What came back goes before what never left; which of it first, its line says. */
class ReturnedFirst implements Backlog {
  readonly #returned: Line;
  readonly #fresh: Line;

  constructor(returned: Line, fresh: Line) {
    this.#returned = returned;
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

/**
 * A classic queue's: what comes back takes its old place. Only the head is ever taken, so all that comes back is older than all that
 * never left, and a heap of those before a plain queue of these is enough.
 */
export function createClassicBacklog(): Backlog {
  return new ReturnedFirst(new SequenceHeap<QueueEntry>(), new FreshLine());
}

/** The highest priority of a quorum queue, and what a message without one counts as. */
const [HIGHEST_PRIORITY, USUAL_PRIORITY] = [31, 4];

/** A quorum queue's: what comes back goes before everything else, whatever its priority, in the order in which it came back. */
export function createQuorumBacklog(): Backlog {
  return new ReturnedFirst(new Fifo<QueueEntry>(), new PriorityBacklog(HIGHEST_PRIORITY, USUAL_PRIORITY));
}

/** One classic backlog a priority; the highest that holds a message goes first. */
export class PriorityBacklog implements Backlog {
  readonly #levels: readonly Backlog[];
  readonly #unset: number;
  #size = 0;

  /** `highest`: what a message's priority is cut to; `unset`: what one without a priority counts as. */
  constructor(highest: number, unset: number) {
    this.#levels = Array.from({ length: highest + 1 }, createClassicBacklog);
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
    return this.#levels.findLast(({ size }) => size > 0);
  }
}
