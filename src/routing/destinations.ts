/** Destinations, each with the number of bindings that lead to it, so that taking one binding away leaves the others. */
export class Destinations<D> {
  readonly #bindings = new Map<D, number>();

  get isEmpty(): boolean {
    return this.#bindings.size === 0;
  }

  add(destination: D): void {
    this.#bindings.set(destination, (this.#bindings.get(destination) ?? 0) + 1);
  }

  /** Takes one binding away; a destination that has none is passed over. */
  remove(destination: D): void {
    const count = this.#bindings.get(destination) ?? 0;
    if (count > 1) this.#bindings.set(destination, count - 1);
    else this.#bindings.delete(destination);
  }

  addTo(found: Set<D>): void {
    for (const destination of this.#bindings.keys()) found.add(destination);
  }
}
