/** Sends basic.ack and basic.nack for the messages of a channel in confirm mode, as few as it can. */
export class Confirms {
  readonly #send: (accepted: boolean, deliveryTag: number, multiple: boolean) => void;
  #last = 0;
  /** All up to here have been answered. */
  #answered = 0;

  constructor(send: (accepted: boolean, deliveryTag: number, multiple: boolean) => void) {
    this.#send = send;
  }

  /** A message was taken, or refused: it is the next in the count that client and broker keep. */
  settle(accepted: boolean): void {
    if (!accepted) {
      this.flush();
      this.#answered++;
      this.#send(false, this.#last + 1, false);
    }
    this.#last++;
  }

  /** Acknowledges what has been taken since the last time. */
  flush(): void {
    const count = this.#last - this.#answered;
    if (count === 0) return;
    this.#answered = this.#last;
    this.#send(true, this.#last, count > 1);
  }
}
