/** Everything random of one client, the same for the same seed (mulberry32). */
export class Random {
  /** Grows when all entities have been deleted: what is declared by one name from then on is something else. */
  generation = 0;
  #at;

  constructor(seed) {
    this.#at = seed >>> 0;
  }

  /** From 0 up to 1. */
  next() {
    this.#at = (this.#at + 0x6d2b79f5) >>> 0;
    let value = Math.imul(this.#at ^ (this.#at >>> 15), this.#at | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from 0 up to `limit`. */
  below(limit) {
    return Math.floor(this.next() * limit);
  }

  oneOf(list) {
    return list[this.below(list.length)];
  }

  chance(share) {
    return this.next() < share;
  }

  octets(length) {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }

  /** A source of its own for somebody else. */
  fork() {
    return new Random(this.below(4_294_967_296));
  }

  /** A source that is the same for everybody who asks for this name in this generation. */
  styleOf(name) {
    let hash = this.generation;
    for (const octet of Buffer.from(name)) hash = Math.imul(hash ^ octet, 16_777_619);
    return new Random(hash);
  }
}
