/** A first-in first-out queue in a ring that grows and shrinks: all operations take constant time on average. */
export class Fifo<T> {
  #ring: (T | undefined)[] = new Array(16);
  #head = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(item: T): void {
    if (this.#size === this.#ring.length) this.#resize(this.#ring.length * 2);
    this.#ring[(this.#head + this.#size++) & (this.#ring.length - 1)] = item;
  }

  peek(): T | undefined {
    return this.#ring[this.#head];
  }

  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#ring[this.#head];
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#size--;
    if (this.#size * 4 < this.#ring.length && this.#ring.length > 1_024) this.#resize(this.#ring.length / 2);
    return item;
  }

  /** Puts another item in the place of the head, which is there. */
  replaceHead(item: T): void {
    this.#ring[this.#head] = item;
  }

  /** The item at a place, counted from the head. */
  at(index: number): T | undefined {
    return index < this.#size ? this.#ring[(this.#head + index) & (this.#ring.length - 1)] : undefined;
  }

  clear(): void {
    this.#ring = new Array(16);
    this.#head = 0;
    this.#size = 0;
  }

  #resize(length: number): void {
    const ring: (T | undefined)[] = new Array(length);
    for (let index = 0; index < this.#size; index++) ring[index] = this.#ring[(this.#head + index) & (this.#ring.length - 1)];
    this.#ring = ring;
    this.#head = 0;
  }
}
