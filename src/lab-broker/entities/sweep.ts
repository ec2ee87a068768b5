import type { BrokerClock } from '../clock.ts';

/** Items that are done in one go. */
const SOME = 64;

/** Does something to many items, the first of them at once, the others in later turns of the event loop. */
export class Sweep<T> {
  readonly #clock: Pick<BrokerClock, 'later'>;
  readonly #act: (item: T) => void;
  #items: readonly T[] = [];
  #next = 0;
  #goesOn = false;
  #waiters: (() => void)[] = [];

  constructor(clock: Pick<BrokerClock, 'later'>, act: (item: T) => void) {
    this.#clock = clock;
    this.#act = act;
  }

  /** Does it to these; what of others was left is not done any more. */
  begin(items: readonly T[]): void {
    this.#items = items;
    this.#next = 0;
    if (!this.#goesOn) this.#some();
  }

  /** Waits until nothing is left. */
  async done(): Promise<void> {
    if (this.#goesOn) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  #some(): void {
    this.#goesOn = true;
    try {
      for (const item of this.#items.slice(this.#next, this.#next + SOME)) {
        this.#next++;
        this.#act(item);
      }
    } finally {
      if (this.#next < this.#items.length) this.#clock.later(() => this.#some());
      else this.#end();
    }
  }

  #end(): void {
    this.#goesOn = false;
    this.#items = [];
    this.#next = 0;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }
}
