/** Counters for each power of two: values above them are kept to one part in 1,024. */
const STEPS = 1_024;
/** Values up to 2^42 are told apart: 73 minutes, in nanoseconds. Higher ones count as this. */
const POWERS = 42;
const HIGHEST = 2 ** POWERS - 1;
const SIZE = (POWERS - 10 + 1) * STEPS;

/** A histogram as it is saved: enough to be put together with others, as if all had been recorded in one. */
export interface SavedHistogram {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** Counters that are not 0, by their number, which goes up: `[number, count, …]`. */
  readonly counters: readonly number[];
}

/**
 * Counts whole numbers, such as nanoseconds, so that percentiles of any number of them are right to one part in 1,024 (exact below
 * 2,048), as an HDR histogram with three digits does. `node:perf_hooks` has one, which cannot be saved in full or put together with
 * that of another machine.
 */
export class Histogram {
  readonly #counters = new Float64Array(SIZE);
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  get count(): number {
    return this.#count;
  }

  /** 0 when nothing was recorded, as all figures here. */
  get min(): number {
    return this.#count === 0 ? 0 : this.#min;
  }

  get max(): number {
    return this.#max;
  }

  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }

  /** Counts a value; a fraction is cut off, a negative one counts as 0. */
  record(value: number): void {
    const whole = value <= 0 ? 0 : Math.min(Math.floor(value), HIGHEST);
    const at = indexOf(whole);
    this.#counters[at] = (this.#counters[at] ?? 0) + 1;
    this.#count++;
    this.#sum += whole;
    if (whole < this.#min) this.#min = whole;
    if (whole > this.#max) this.#max = whole;
  }

  /** The least value that so many percent of all are not above, to one part in 1,024, and never above the highest recorded. */
  percentile(percent: number): number {
    const rank = Math.min(Math.max(Math.ceil((percent / 100) * this.#count), 1), this.#count);
    let seen = 0;
    for (let at = 0; at < SIZE && this.#count > 0; at++) {
      seen += this.#counters[at] ?? 0;
      if (seen >= rank) return Math.max(Math.min(highestAt(at), this.#max), this.#min);
    }
    return 0;
  }

  /** Counts all that another one counted. */
  add(other: SavedHistogram): void {
    for (let i = 0; i < other.counters.length; i += 2) {
      const at = other.counters[i] ?? 0;
      this.#counters[at] = (this.#counters[at] ?? 0) + (other.counters[i + 1] ?? 0);
    }
    this.#count += other.count;
    this.#sum += other.sum;
    if (other.count === 0) return;
    this.#min = Math.min(this.#min, other.min);
    this.#max = Math.max(this.#max, other.max);
  }

  /** Forgets all that was recorded. */
  clear(): void {
    this.#counters.fill(0);
    this.#count = 0;
    this.#sum = 0;
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = 0;
  }

  save(): SavedHistogram {
    const counters: number[] = [];
    this.#counters.forEach((count, at) => {
      if (count > 0) counters.push(at, count);
    });
    return { count: this.#count, sum: this.#sum, min: this.min, max: this.#max, counters };
  }
}

/** Whether a saved histogram can be one: each counter known and once, no number of another kind, and as many counted as it says. */
export function isWhole({ count, sum, min, max, counters }: SavedHistogram): boolean {
  const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;
  if (![count, min, max].every(isCount) || !(sum >= 0 && sum < Number.POSITIVE_INFINITY) || min > max || max > HIGHEST) return false;
  let [all, before] = [0, -1];
  for (let i = 0; i < counters.length; i += 2) {
    const [at = -1, counted = -1] = [counters[i], counters[i + 1]];
    if (!isCount(at) || at <= before || at >= SIZE || !isCount(counted) || counted === 0) return false;
    all += counted;
    before = at;
  }
  return all === count;
}

/** The powers of two by which a value is divided until it is below 2,048. */
function shiftOf(value: number): number {
  return value < 2 * STEPS ? 0 : Math.floor(Math.log2(value + 0.5)) - 10;
}

function indexOf(value: number): number {
  const shift = shiftOf(value);
  return shift * STEPS + Math.floor(value / 2 ** shift);
}

/** The highest value that is counted there. */
function highestAt(at: number): number {
  if (at < 2 * STEPS) return at;
  const shift = Math.floor(at / STEPS) - 1;
  return (at - shift * STEPS + 1) * 2 ** shift - 1;
}
