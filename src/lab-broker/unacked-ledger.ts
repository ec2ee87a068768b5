import type { Consumer } from './entities/consumer.ts';
import { Fifo } from './entities/fifo.ts';
import type { QueueEntry } from './entities/message.ts';
import type { VhostQueue } from './entities/queue-port.ts';

/** A delivery that waits to be settled. */
export interface Unacked {
  readonly tag: number;
  readonly entry: QueueEntry;
  readonly queue: VhostQueue;
  /** Undefined for one that basic.get took. */
  readonly consumer: Consumer | undefined;
  /** Settled out of turn: it goes when those before it have gone. */
  gone: boolean;
}

/** Settled deliveries that may stand in line behind one that is not. */
const MANY = 1_024;

/** The deliveries of a channel that wait to be settled, by their tags, which only grow. */
export class UnackedLedger {
  #line = new Fifo<Unacked>();
  #count = 0;

  get size(): number {
    return this.#count;
  }

  /** No delivery has a higher tag; 0 when there is none. */
  get last(): number {
    return this.#line.at(this.#line.size - 1)?.tag ?? 0;
  }

  has(tag: number): boolean {
    return this.#find(tag)?.gone === false;
  }

  add(tag: number, entry: QueueEntry, queue: VhostQueue, consumer: Consumer | undefined): void {
    this.#line.push({ tag, entry, queue, consumer, gone: false });
    this.#count++;
  }

  /** Takes out the delivery with this tag; undefined when there is none. */
  take(tag: number): Unacked | undefined {
    const found = this.#find(tag);
    if (found === undefined || found.gone) return undefined;
    found.gone = true;
    this.#count--;
    this.#dropGone();
    return found;
  }

  /** Takes out those up to this tag, oldest first, `most` of them at most. */
  takeUpTo(tag: number, most = Number.POSITIVE_INFINITY): Unacked[] {
    const taken: Unacked[] = [];
    for (let first = this.#line.peek(); first !== undefined && first.tag <= tag && taken.length < most; first = this.#line.peek()) {
      this.#line.shift();
      if (first.gone) continue;
      first.gone = true;
      taken.push(first);
    }
    this.#count -= taken.length;
    this.#dropGone();
    return taken;
  }

  /** Takes out all, oldest first. */
  takeAll(): Unacked[] {
    const taken: Unacked[] = [];
    for (let first = this.#line.shift(); first !== undefined; first = this.#line.shift()) if (!first.gone) taken.push(first);
    this.#count = 0;
    return taken;
  }

  /** Puts back what was taken out. */
  restore(taken: readonly Unacked[]): void {
    const all = [...this.takeAll(), ...taken.map((unacked) => ({ ...unacked, gone: false }))].sort((a, b) => a.tag - b.tag);
    for (const unacked of all) this.#line.push(unacked);
    this.#count = all.length;
  }

  #find(tag: number): Unacked | undefined {
    const first = this.#line.peek();
    if (first === undefined || first.tag === tag) return first;
    let [low, high] = [0, this.#line.size - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const candidate = this.#line.at(middle) as Unacked;
      if (candidate.tag === tag) return candidate;
      if (candidate.tag < tag) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }

  #dropGone(): void {
    while (this.#line.peek()?.gone) this.#line.shift();
    const gone = this.#line.size - this.#count;
    if (gone > Math.max(this.#count, MANY)) this.#compact();
  }

  /** One delivery that is never settled must not keep all that came after it in memory. */
  #compact(): void {
    const line = new Fifo<Unacked>();
    for (let next = this.#line.shift(); next !== undefined; next = this.#line.shift()) if (!next.gone) line.push(next);
    this.#line = line;
  }
}
