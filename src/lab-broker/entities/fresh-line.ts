import { Fifo } from './fifo.ts';
import { type Message, QueueEntry } from './message.ts';

/**
 * Messages that have never left their queue, in the order in which they came. Of most of them there is nothing to remember but the
 * message itself and its place, so they lie there bare, and are made entries again when their turn comes: a message fanned out to
 * 10,000 queues is one object and not 10,000, which spares memory, and the pauses in which the garbage collector would move them.
 */
export class FreshLine {
  readonly #line = new Fifo<Message | QueueEntry>();
  /** The place of the head, if it is bare. */
  #first = 0;

  get size(): number {
    return this.#line.size;
  }

  push(entry: QueueEntry): void {
    const { size } = this.#line;
    if (size === 0) this.#first = entry.sequence;
    const isBare = entry.expiresAt === Number.POSITIVE_INFINITY && entry.sequence === this.#first + size;
    this.#line.push(isBare ? entry.message : entry);
  }

  peek(): QueueEntry | undefined {
    const head = this.#line.peek();
    if (head === undefined || head instanceof QueueEntry) return head;
    const entry = new QueueEntry(head, this.#first, Number.POSITIVE_INFINITY);
    this.#line.replaceHead(entry);
    return entry;
  }

  shift(): QueueEntry | undefined {
    const head = this.#line.shift();
    if (head === undefined) return undefined;
    const sequence = this.#first++;
    return head instanceof QueueEntry ? head : new QueueEntry(head, sequence, Number.POSITIVE_INFINITY);
  }

  clear(): void {
    this.#line.clear();
  }
}
