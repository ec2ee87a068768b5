import type { BrokerClock } from '../clock.ts';
import { jsonText } from './json-text.ts';

/** Milliseconds that a request works in one go. Together with what else waits for a turn of the event loop that stays well below 50. */
const SLICE = 4;

/** Divides the work of a request among turns of the event loop, so that clients of the broker need not wait for its end. */
export class Pace {
  readonly #clock: Pick<BrokerClock, 'later'>;
  #until = performance.now() + SLICE;

  constructor(clock: Pick<BrokerClock, 'later'>) {
    this.#clock = clock;
  }

  /** Whether it is time to rest. */
  get due(): boolean {
    return performance.now() >= this.#until;
  }

  /** Comes back in another turn of the event loop. */
  async rest(): Promise<void> {
    await new Promise<void>((resolve) => this.#clock.later(resolve));
    this.#until = performance.now() + SLICE;
  }

  /** What `make` makes of each item, in their order. */
  async map<T, U>(items: readonly T[], make: (item: T) => U): Promise<U[]> {
    const made: U[] = [];
    for (const item of items) {
      if (this.due) await this.rest();
      made.push(make(item));
    }
    return made;
  }

  /** What `jsonText` makes of it, with long lists in turns. */
  async stringify(value: unknown): Promise<string> {
    if (Array.isArray(value)) return `[${(await this.map(value, (item) => jsonText(item ?? null))).join(',')}]`;
    if (typeof value !== 'object' || value === null || !Object.values(value).some(Array.isArray)) return jsonText(value);
    const parts: string[] = [];
    for (const [name, content] of Object.entries(value)) {
      if (content !== undefined) parts.push(`${JSON.stringify(name)}:${await this.stringify(content)}`);
    }
    return `{${parts.join(',')}}`;
  }
}
