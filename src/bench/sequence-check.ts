/** What became of the messages of one producer at one place that receives them. */
export interface SequenceCounts {
  readonly received: number;
  /** Numbers that came more than once; each further time counts. */
  readonly duplicates: number;
  /** Messages that came after one with a higher number, for the first time. */
  readonly reordered: number;
}

/**
 * Follows the numbers of one producer's messages, each one higher than the one before. What is missing is kept in ranges, so a run of any
 * length takes little memory as long as little is missing.
 */
export class SequenceCheck {
  #next = 0;
  #received = 0;
  #duplicates = 0;
  #reordered = 0;
  /** Numbers below `next` that have not come: from each first one to its last. */
  readonly #gaps = new Map<number, number>();

  get counts(): SequenceCounts {
    return { received: this.#received, duplicates: this.#duplicates, reordered: this.#reordered };
  }

  /** Of so many that were sent, those that have not come. */
  missing(sent: number): number {
    let missing = Math.max(sent - this.#next, 0);
    for (const [first, last] of this.#gaps) missing += Math.max(Math.min(last, sent - 1) - first + 1, 0);
    return missing;
  }

  /** One has come. */
  take(sequence: number): void {
    this.#received++;
    if (sequence >= this.#next) {
      if (sequence > this.#next) this.#gaps.set(this.#next, sequence - 1);
      this.#next = sequence + 1;
      return;
    }
    for (const [first, last] of this.#gaps) {
      if (sequence < first || sequence > last) continue;
      this.#reordered++;
      this.#gaps.delete(first);
      if (sequence > first) this.#gaps.set(first, sequence - 1);
      if (sequence < last) this.#gaps.set(sequence + 1, last);
      return;
    }
    this.#duplicates++;
  }
}
