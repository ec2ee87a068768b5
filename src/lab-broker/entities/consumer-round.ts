import type { Consumer } from './consumer.ts';

/**
 * Who gets messages: all consumers, one of them as long as it stays, or one that gives way to a higher priority as soon as it holds
 * nothing.
 */
export type RoundMode = 'all' | 'first' | 'highest';

/**
 * The consumers of a queue, and whose turn it is: the highest priority first, among equals one after the other. One that has no room
 * is parked until it is woken, and then stands at the end of its round, as in RabbitMQ.
 */
export class ConsumerRound {
  readonly #all: Consumer[] = [];
  readonly #mode: RoundMode;
  /** Those with room, as far as is known, by priority; highest first. */
  #rounds: { readonly priority: number; readonly waiting: Consumer[] }[] = [];
  #active: Consumer | undefined;
  /** The active one, while it waits to hand over. */
  #retiring: Consumer | undefined;

  constructor(mode: RoundMode) {
    this.#mode = mode;
  }

  get all(): readonly Consumer[] {
    return this.#all;
  }

  get size(): number {
    return this.#all.length;
  }

  /** With a single active consumer, the one that gets the messages. */
  get active(): Consumer | undefined {
    return this.#active;
  }

  get hasExclusive(): boolean {
    return this.#all.some(({ exclusive }) => exclusive);
  }

  add(consumer: Consumer): void {
    this.#all.push(consumer);
    if (this.#mode === 'all') this.#enter(consumer);
    else if (this.#active === undefined) this.#activate(consumer);
    else if (this.#mode === 'highest' && consumer.priority > this.#active.priority) this.#retire(this.#active);
  }

  /** Answers whether it was there. */
  remove(consumer: Consumer): boolean {
    const at = this.#all.indexOf(consumer);
    if (at < 0) return false;
    this.#all.splice(at, 1);
    this.#leave(consumer);
    if (this.#active === consumer) {
      this.#active = undefined;
      this.#retiring = undefined;
      const next = this.#nextActive();
      if (next !== undefined) this.#activate(next);
    }
    return true;
  }

  /** The consumer whose turn it is; undefined when none has room. It goes to the end of its round. */
  next(): Consumer | undefined {
    for (const { waiting } of this.#rounds) {
      for (let tries = waiting.length; tries > 0; tries--) {
        const consumer = waiting.shift() as Consumer;
        if (consumer.ready) {
          waiting.push(consumer);
          return consumer;
        }
        consumer.parked = true;
      }
    }
    return undefined;
  }

  /** Lets a parked consumer stand in line again; answers whether it has room. */
  wake(consumer: Consumer): boolean {
    if (consumer === this.#retiring) return this.#succeed(consumer);
    if (!consumer.parked || !consumer.ready) return false;
    this.#enter(consumer);
    return true;
  }

  /** Forgets all, and answers them. */
  clear(): readonly Consumer[] {
    this.#rounds = [];
    this.#active = undefined;
    return this.#all.splice(0);
  }

  /** The active consumer gets nothing more, and when it holds nothing more it hands over to a higher one. */
  #retire(consumer: Consumer): void {
    this.#leave(consumer);
    consumer.parked = true;
    this.#retiring = consumer;
    this.#succeed(consumer);
  }

  #succeed(consumer: Consumer): boolean {
    const next = this.#nextActive();
    if (consumer.unacked > 0 || next === undefined) return false;
    consumer.parked = false;
    this.#activate(next);
    return true;
  }

  #activate(consumer: Consumer): void {
    this.#retiring = undefined;
    this.#active = consumer;
    this.#enter(consumer);
  }

  /** Of those that wait: the highest priority, and among equals the first to come. */
  #nextActive(): Consumer | undefined {
    return this.#all.reduce<Consumer | undefined>(
      (best, one) => (best === undefined || one.priority > best.priority ? one : best),
      undefined,
    );
  }

  #enter(consumer: Consumer): void {
    consumer.parked = false;
    const at = this.#rounds.findIndex(({ priority }) => priority <= consumer.priority);
    const round = this.#rounds[at];
    if (round?.priority === consumer.priority) round.waiting.push(consumer);
    else this.#rounds.splice(at < 0 ? this.#rounds.length : at, 0, { priority: consumer.priority, waiting: [consumer] });
  }

  #leave(consumer: Consumer): void {
    consumer.parked = false;
    const at = this.#rounds.findIndex(({ priority }) => priority === consumer.priority);
    const round = this.#rounds[at];
    const place = round?.waiting.indexOf(consumer) ?? -1;
    if (round === undefined || place < 0) return;
    round.waiting.splice(place, 1);
    if (round.waiting.length === 0) this.#rounds.splice(at, 1);
  }
}
