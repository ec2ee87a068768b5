import { Destinations } from './destinations.ts';
import type { Router } from './router.ts';
import type { Headers } from './typed-value.ts';

/** Routes every message to every destination. */
export class FanoutRouter<D> implements Router<D> {
  readonly #destinations = new Destinations<D>();

  add(_routingKey: string, _bindingArguments: Headers, destination: D): void {
    this.#destinations.add(destination);
  }

  remove(_routingKey: string, _bindingArguments: Headers, destination: D): void {
    this.#destinations.remove(destination);
  }

  route(_routingKey: string, _headers: () => Headers, found: Set<D>): void {
    this.#destinations.addTo(found);
  }
}
