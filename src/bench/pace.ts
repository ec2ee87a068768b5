/** So many messages a second, for so many seconds. */
export interface RateStep {
  /** 0 sends nothing. */
  readonly rate: number;
  /** Seconds. */
  readonly seconds: number;
}

/** Bodies of so many bytes, for so many seconds. */
export interface SizeStep {
  readonly size: number;
  readonly seconds: number;
}

/** The size that is on at a moment, in seconds after the start: the steps follow each other, and begin again after the last. */
export function sizeAt(steps: readonly SizeStep[], seconds: number): number {
  const length = steps.reduce((sum, step) => sum + step.seconds, 0);
  let left = seconds % length;
  for (const { size, seconds: lasts } of steps) {
    if (left < lasts) return size;
    left -= lasts;
  }
  return steps[0]?.size ?? 0;
}

/**
 * When each message of an evenly paced producer is due: not when the one before was sent, but when a producer that nothing ever held up
 * would send it. From this time its latency counts, so that a broker that stalls cannot hide it by holding up the producer
 * ("coordinated omission").
 */
export class Pace {
  readonly #steps: readonly { readonly rate: number; readonly from: number; readonly first: number; readonly count: number }[];
  /** Nanoseconds, and messages, of one round of all steps. */
  readonly #length: number;
  readonly #count: number;

  /** The steps follow each other, and begin again after the last; one alone goes on for ever. @throws RangeError when nothing is ever due. */
  constructor(steps: readonly RateStep[]) {
    let [from, first] = [0, 0];
    this.#steps = steps.map(({ rate, seconds }) => {
      const step = { rate, from, first, count: steps.length === 1 ? Number.POSITIVE_INFINITY : Math.floor(rate * seconds) };
      from += seconds * 1e9;
      first += step.count;
      return step;
    });
    this.#length = from;
    this.#count = first;
    if (!steps.some(({ rate }) => rate > 0) || first === 0) throw new RangeError('nothing is ever due');
  }

  /** Nanoseconds after the start at which the message with this number, from 0, is due. */
  dueAt(message: number): number {
    const rounds = Number.isFinite(this.#count) ? Math.floor(message / this.#count) : 0;
    const at = rounds === 0 ? message : message - rounds * this.#count;
    const step = this.#steps.find(({ first, count }) => at >= first && at < first + count);
    if (step === undefined) return Number.POSITIVE_INFINITY;
    return rounds * this.#length + step.from + ((at - step.first) * 1e9) / step.rate;
  }
}
