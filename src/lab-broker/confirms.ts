import { Fifo } from './entities/fifo.ts';

/** Messages that are answered alike. */
interface Group {
  /** The number of the last of them. */
  last: number;
  readonly accepted: boolean;
  /** The number of the record that must be safe before. */
  position: number;
}

/** Sends basic.ack and basic.nack for the messages of a channel in confirm mode, in their order, as few as it can. */
export class Confirms {
  readonly #send: (accepted: boolean, deliveryTag: number, multiple: boolean) => void;
  /** Groups that wait to be safe; the one that still grows is not among them. */
  readonly #groups = new Fifo<Group>();
  #open: Group | undefined;
  #last = 0;
  /** All up to here have been answered. */
  #answered = 0;

  constructor(send: (accepted: boolean, deliveryTag: number, multiple: boolean) => void) {
    this.#send = send;
  }

  /** Whether an answer is still owed. */
  get waits(): boolean {
    return this.#answered < this.#last;
  }

  /** A message was taken, or refused: it is the next in the count that client and broker keep. `position`: of its record; 0 for none. */
  settle(accepted: boolean, position = 0): void {
    this.#last++;
    if (this.#open?.accepted === accepted) {
      this.#open.last = this.#last;
      this.#open.position = position;
      return;
    }
    this.#seal();
    this.#open = { last: this.#last, accepted, position };
  }

  /** Answers what has been settled since the last time, as far as the journal is safe. */
  flush(safe = Number.POSITIVE_INFINITY): void {
    if (!this.waits) return;
    this.#seal();
    let taken = 0;
    for (let group = this.#groups.peek(); group !== undefined && group.position <= safe; group = this.#groups.peek()) {
      this.#groups.shift();
      if (group.accepted) taken = group.last;
      else {
        this.#acknowledge(taken);
        while (this.#answered < group.last) this.#send(false, ++this.#answered, false);
      }
    }
    this.#acknowledge(taken);
  }

  #acknowledge(last: number): void {
    const count = last - this.#answered;
    if (count <= 0) return;
    this.#answered = last;
    this.#send(true, last, count > 1);
  }

  #seal(): void {
    if (this.#open !== undefined) this.#groups.push(this.#open);
    this.#open = undefined;
  }
}
