/** Bytes by which the memory of a set grows, at least. */
const STEP = 1_024;

/**
 * Which of a producer's messages came, one bit for each: 125 kB for a million. Sets of several receivers of one queue are put together to see
 * what is missing and what came twice.
 */
export class SequenceSet {
  #bits: Uint8Array = new Uint8Array(STEP);
  #count = 0;
  #highest = -1;
  #reordered = 0;
  #taken = 0;

  /** A set as `save` gave it. */
  static of(bits: Uint8Array): SequenceSet {
    const set = new SequenceSet();
    set.#bits = bits;
    bits.forEach((byte, at) => {
      if (byte === 0) return;
      set.#count += countOf(byte);
      set.#highest = at * 8 + 31 - Math.clz32(byte);
    });
    return set;
  }

  /** How many different ones there are. */
  get count(): number {
    return this.#count;
  }

  /** Those that came for the first time after one with a higher number. */
  get reordered(): number {
    return this.#reordered;
  }

  /** How many were taken in, those that were there already included. */
  get taken(): number {
    return this.#taken;
  }

  /** Takes one in; answers false when it was there already. */
  take(sequence: number): boolean {
    this.#taken++;
    const at = Math.floor(sequence / 8);
    if (at >= this.#bits.length) this.#grow(at);
    const bit = 1 << (sequence % 8);
    const byte = this.#bits[at] ?? 0;
    if ((byte & bit) !== 0) return false;
    this.#bits[at] = byte | bit;
    this.#count++;
    if (sequence < this.#highest) this.#reordered++;
    else this.#highest = sequence;
    return true;
  }

  has(sequence: number): boolean {
    return ((this.#bits[Math.floor(sequence / 8)] ?? 0) & (1 << (sequence % 8))) !== 0;
  }

  /** Takes in all of another; answers how many were there already. */
  add(other: SequenceSet): number {
    const bits = other.#bits;
    if (bits.length > this.#bits.length) this.#grow(bits.length - 1);
    let both = 0;
    bits.forEach((byte, at) => {
      const own = this.#bits[at] ?? 0;
      both += countOf(own & byte);
      this.#bits[at] = own | byte;
    });
    this.#count += other.#count - both;
    this.#highest = Math.max(this.#highest, other.#highest);
    return both;
  }

  /** The bits, eight numbers a byte, the lowest first. */
  save(): Uint8Array {
    return this.#bits.slice(0, Math.floor(this.#highest / 8) + 1);
  }

  #grow(at: number): void {
    const bits = new Uint8Array(Math.max(at + 1, this.#bits.length * 2));
    bits.set(this.#bits);
    this.#bits = bits;
  }
}

function countOf(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
}
