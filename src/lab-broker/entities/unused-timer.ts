import type { BrokerClock } from '../clock.ts';

/** Tells when a queue has not been used for its `x-expires`. */
export class UnusedTimer {
  readonly #clock: BrokerClock;
  #after: number;
  readonly #run: () => void;
  #since: number;
  #cancel: (() => void) | undefined;

  /** `after` in milliseconds; Infinity never. `run` is called again after as long when the queue was in use after all. */
  constructor(clock: BrokerClock, after: number, run: () => void) {
    this.#clock = clock;
    this.#after = after;
    this.#run = run;
    this.#since = clock.now();
    if (after !== Number.POSITIVE_INFINITY) this.#wait(after);
  }

  /** The queue was used just now. */
  restart(): void {
    this.#since = this.#clock.now();
  }

  /** From now on another time without use counts, beginning now; Infinity never. */
  change(after: number): void {
    this.stop();
    this.restart();
    this.#after = after;
    if (after !== Number.POSITIVE_INFINITY) this.#wait(after);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #wait(ms: number): void {
    this.#cancel = this.#clock.setTimer(ms, () => {
      const left = this.#since + this.#after - this.#clock.now();
      if (left > 0) return this.#wait(left);
      this.#wait(this.#after);
      this.#run();
    });
  }
}
