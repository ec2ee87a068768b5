/** Whether an item is the one that is waited for; an error where none such can come any more. */
export type Verdict = boolean | Error;

/** What somebody waits for. */
export interface Wish<T> {
  /** The item is taken unless this is false. */
  readonly judge: (item: T) => Verdict;
  /** In ms. */
  readonly within: number;
  /** The words of the error when the time is over, given what is there instead. */
  readonly failure: (others: readonly T[]) => string;
}

interface Waiter<T> {
  readonly judge: (item: T) => Verdict;
  readonly resolve: (item: T) => void;
  readonly reject: (reason: Error) => void;
}

/** What came and nobody has taken yet, in order, and those who wait for more. */
export class Inbox<T extends object> {
  readonly #items: T[] = [];
  readonly #waiters = new Set<Waiter<T>>();
  #end: Error | undefined;

  push(item: T): void {
    for (const waiter of this.#waiters) {
      const verdict = waiter.judge(item);
      if (verdict === false) continue;
      if (verdict === true) waiter.resolve(item);
      else waiter.reject(verdict);
      return;
    }
    this.#items.push(item);
  }

  /** Nothing more comes: whoever waits, or asks for what is not there, gets this error. */
  end(reason: Error): void {
    this.#end ??= reason;
    for (const waiter of this.#waiters) waiter.reject(reason);
  }

  /** Takes the first item that is wished for, once there is one; the others stay. Rejects with what `judge` says, at the end, and in time. */
  async take({ judge, within, failure }: Wish<T>): Promise<T> {
    for (const [index, item] of this.#items.entries()) {
      const verdict = judge(item);
      if (verdict === false) continue;
      this.#items.splice(index, 1);
      if (verdict === true) return item;
      throw verdict;
    }
    if (this.#end !== undefined) throw this.#end;
    return new Promise((resolve, reject) => {
      const finish = () => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter<T> = {
        judge,
        resolve: (item) => {
          finish();
          resolve(item);
        },
        reject: (reason) => {
          finish();
          reject(reason);
        },
      };
      const timer = setTimeout(() => waiter.reject(new Error(failure(this.#items))), within);
      this.#waiters.add(waiter);
    });
  }
}
