interface Sequenced {
  readonly sequence: number;
}

/** A heap by sequence: takes items in any order and gives the lowest first. */
export class SequenceHeap<T extends Sequenced> {
  #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const items = this.#items;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent] as T;
      if (above.sequence <= item.sequence) break;
      items[at] = above;
      at = parent;
    }
    items[at] = item;
  }

  shift(): T | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (items.length > 0 && last !== undefined) this.#sink(last);
    return first;
  }

  clear(): void {
    this.#items = [];
  }

  #sink(item: T): void {
    const items = this.#items;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && (items[child + 1] as T).sequence < (items[child] as T).sequence) child++;
      const below = items[child] as T;
      if (below.sequence >= item.sequence) break;
      items[at] = below;
      at = child;
    }
    items[at] = item;
  }
}
