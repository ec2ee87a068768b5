import type { Found } from './broker-life.ts';

/** Something that is so from a record on. */
interface Fact {
  readonly position: number;
  readonly there: boolean;
}

/** What a broker was told, and from which record on: after a crash, what was safe must be so, and what was not may be so. */
export class BrokerModel {
  /** By what it is: a queue, an exchange, a binding, or a message in a queue. */
  #facts = new Map<string, Fact[]>();
  /** Messages that were given up by a queue, and the record that had come by then. */
  readonly #rejected = new Map<string, string>();
  /** Messages in queues that a client may have had. */
  readonly #seen = new Set<string>();
  /** Messages that only some queues keep. */
  readonly transient = new Set<string>();

  /** `key` is there, or not, once the record at `position` is safe. */
  record(key: string, there: boolean, position: number): void {
    const facts = this.#facts.get(key) ?? [];
    this.#facts.set(key, [...facts, { position, there }]);
  }

  seen(queue: string, body: string): void {
    this.#seen.add(inQueue(queue, body));
  }

  rejected(queue: string, body: string): void {
    this.#rejected.set(inQueue(queue, body), inQueue('dead', body));
  }

  /** Whether it is there as far as was told last. */
  has(key: string): boolean {
    return this.#facts.get(key)?.at(-1)?.there === true;
  }

  /** All that is there and begins so. */
  *present(prefix: string): Generator<string> {
    for (const key of this.#facts.keys()) if (key.startsWith(prefix) && this.has(key)) yield key;
  }

  /**
   * Throws unless what was found can be what is left when all up to the record `safe` is. It is all there is from then on. `clean`: the
   * broker ended in good order, so nothing counts as redelivered that was not.
   */
  check(
    found: { readonly messages: ReadonlyMap<string, readonly Found[]>; readonly things: ReadonlySet<string> },
    safe: number,
    clean: boolean,
  ) {
    const present = new Map<string, Found | undefined>([...found.things].map((thing) => [thing, undefined]));
    for (const [queue, messages] of found.messages) {
      for (const message of messages) {
        const key = inQueue(queue, message.body);
        if (present.has(key)) throw new Error(`${key} is there twice`);
        present.set(key, message);
        if (!message.redelivered && (!clean || this.#seen.has(key))) throw new Error(`${key} comes as new`);
        if (message.redelivered && clean && queue !== 'dead' && !this.#seen.has(key)) throw new Error(`${key} comes as redelivered`);
        if (message.redelivered) this.#seen.add(key);
      }
      const numbers = messages.map(({ body }) => Number(body));
      if (queue !== 'dead' && numbers.some((number, index) => number < (numbers[index - 1] ?? 0))) throw new Error(`${queue}: ${numbers}`);
    }
    for (const key of present.keys()) if (!this.#allows(key, true, safe)) throw new Error(`${key} is there`);
    for (const key of this.#facts.keys()) {
      if (present.has(key)) continue;
      if (!this.#allows(key, false, safe)) throw new Error(`${key} is not there`);
      const grave = this.#rejected.get(key);
      const wasSafe = this.#facts.get(key)?.[0]?.position ?? Number.POSITIVE_INFINITY;
      if (grave !== undefined && wasSafe <= safe && this.has(grave) && !present.has(grave))
        throw new Error(`${key} is neither there nor dead`);
    }
    this.#facts = new Map([...present.keys()].map((key) => [key, [{ position: 0, there: true }]]));
    this.#rejected.clear();
  }

  #allows(key: string, there: boolean, safe: number): boolean {
    const facts = this.#facts.get(key) ?? [];
    if (facts.some((fact) => fact.position > safe && fact.there === there)) return true;
    return (facts.findLast(({ position }) => position <= safe)?.there ?? false) === there;
  }
}

/** The key of a message in a queue. */
export function inQueue(queue: string, body: string): string {
  return `in ${queue}: ${body}`;
}
