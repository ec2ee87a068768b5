/** What is to become of a delivery. `keep` holds it unacknowledged until everything held is given back at the end. */
export type Verdict = 'ack' | 'reject' | 'requeue' | 'keep';

/** One method to send for deliveries. */
export interface Settlement {
  readonly verdict: Exclude<Verdict, 'keep'>;
  readonly deliveryTag: number;
  readonly multiple: boolean;
}

/**
 * The unacknowledged deliveries of one channel, and which of them are dealt with but not yet told to the broker. It puts acks
 * that follow each other into one with `multiple`, and holds back as many as it is told to: a broker that is not told has no
 * room for more, which is how a consumer that wants ten more never gets an eleventh.
 */
export class AckLedger {
  /** In order of tags; undefined is still being worked on. */
  #held = new Map<number, Verdict | undefined>();
  #settled = 0;
  #kept = 0;

  /** Deliveries that the broker holds for us: those being worked on, dealt with, and kept. */
  get held(): number {
    return this.#held.size;
  }

  /** Deliveries still being worked on. */
  get working(): number {
    return this.#held.size - this.#settled - this.#kept;
  }

  /** Deliveries that are to be requeued and of which the broker does not know yet. */
  get requeued(): number {
    let requeued = 0;
    for (const verdict of this.#held.values()) if (verdict === 'requeue') requeued++;
    return requeued;
  }

  /** Deliveries with a verdict other than requeue that the broker does not know of: it will hand them out again if the channel goes. */
  get untold(): number {
    let untold = 0;
    for (const verdict of this.#held.values()) if (verdict !== undefined && verdict !== 'requeue') untold++;
    return untold;
  }

  /** Notes a delivery. */
  add(deliveryTag: number): void {
    this.#held.set(deliveryTag, undefined);
  }

  /** Notes a verdict; false when the tag is not held (any more). */
  settle(deliveryTag: number, verdict: Verdict): boolean {
    if (!this.#held.has(deliveryTag) || this.#held.get(deliveryTag) !== undefined) return false;
    this.#held.set(deliveryTag, verdict);
    if (verdict === 'keep') this.#kept++;
    else this.#settled++;
    return true;
  }

  /** From now on what is to be requeued is kept, to go back with all that is held. */
  keepRequeues(): void {
    for (const [tag, verdict] of this.#held) {
      if (verdict !== 'requeue') continue;
      this.#held.set(tag, 'keep');
      this.#settled--;
      this.#kept++;
    }
  }

  /** Whether a delivery is held. */
  has(deliveryTag: number): boolean {
    return this.#held.has(deliveryTag);
  }

  /**
   * Takes out what may be told to the broker now while at least `holdBack` deliveries stay untold. What is to be requeued goes first:
   * the room is there for it to come again, and an ack told in its place would leave it here for ever.
   */
  take(holdBack: number): Settlement[] {
    let room = this.#held.size - Math.max(0, holdBack);
    const settlements: Settlement[] = [];
    for (const [tag, verdict] of this.#held) {
      if (room <= 0 || this.#settled === 0) break;
      if (verdict !== 'requeue') continue;
      this.#held.delete(tag);
      this.#settled--;
      room--;
      settlements.push({ verdict, deliveryTag: tag, multiple: false });
    }
    const requeues = settlements.length;
    let prefix = true;
    let run: { tag: number; size: number } | undefined;
    for (const [tag, verdict] of this.#held) {
      if (room <= 0 || this.#settled === 0) break;
      if (verdict === undefined || verdict === 'keep') {
        prefix = false;
        continue;
      }
      this.#held.delete(tag);
      this.#settled--;
      room--;
      // a run from the lowest tag on: all below it are told already, so `multiple` means just these
      if (verdict === 'ack' && prefix) {
        run = { tag, size: (run?.size ?? 0) + 1 };
        continue;
      }
      prefix = false;
      settlements.push({ verdict, deliveryTag: tag, multiple: false });
    }
    // after the requeues, which a `multiple` would cover
    if (run !== undefined) settlements.splice(requeues, 0, { verdict: 'ack', deliveryTag: run.tag, multiple: run.size > 1 });
    return settlements;
  }
}
