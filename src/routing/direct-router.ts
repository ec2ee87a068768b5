import { Destinations } from './destinations.ts';
import type { Router } from './router.ts';
import type { Headers } from './typed-value.ts';

/** Routes by the exact routing key. */
export class DirectRouter<D> implements Router<D> {
  readonly #byKey = new Map<string, Destinations<D>>();

  add(routingKey: string, _bindingArguments: Headers, destination: D): void {
    let destinations = this.#byKey.get(routingKey);
    if (destinations === undefined) {
      destinations = new Destinations();
      this.#byKey.set(routingKey, destinations);
    }
    destinations.add(destination);
  }

  remove(routingKey: string, _bindingArguments: Headers, destination: D): void {
    const destinations = this.#byKey.get(routingKey);
    destinations?.remove(destination);
    if (destinations?.isEmpty) this.#byKey.delete(routingKey);
  }

  route(routingKey: string, _headers: () => Headers, found: Set<D>): void {
    this.#byKey.get(routingKey)?.addTo(found);
  }
}
