import type { BrokerClock } from '../clock.ts';

/** A timer for the earliest of several times. */
export class Deadline {
  readonly #clock: BrokerClock;
  readonly #run: () => void;
  #due = Number.POSITIVE_INFINITY;
  #cancel: (() => void) | undefined;

  constructor(clock: BrokerClock, run: () => void) {
    this.#clock = clock;
    this.#run = run;
  }

  /** Runs at this time (milliseconds since 1970), unless it is to run earlier. */
  by(due: number): void {
    if (due >= this.#due) return;
    this.stop();
    this.#due = due;
    this.#cancel = this.#clock.setTimer(due - this.#clock.now(), () => {
      this.#due = Number.POSITIVE_INFINITY;
      this.#run();
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#due = Number.POSITIVE_INFINITY;
  }
}
