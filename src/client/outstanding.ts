import type { Outcome } from './broker.ts';
import { hasSameProperties, isAlike } from './likeness.ts';
import type { Message } from './message.ts';

/** Told what became of a message; `reason` is the broker's text for a return. */
export type Settle = (outcome: Outcome, reason?: string) => void;

interface Entry {
  readonly message: Message;
  returned?: string;
}

/**
 * The mandatory messages of one channel that wait for their confirm, so that a return finds its message. A `basic.return`
 * bears no delivery tag, but a channel works in order: returns come in the order of publishing, and before the confirm of
 * the message they belong to. Of equal messages the first in line is taken, which no one can tell from any other; where a broker has
 * changed a property on the way, the first that differs in nothing else.
 */
export class Outstanding {
  #entries = new Map<number, Entry>();
  #next = 0;
  #lastReturned = -1;

  /** Notes a message as sent and answers its ticket. */
  add(message: Message): number {
    const ticket = this.#next++;
    this.#entries.set(ticket, { message });
    return ticket;
  }

  /** Notes a return. False: no outstanding message is like it. */
  markReturned(returned: Message, reason: string): boolean {
    let likely: readonly [ticket: number, entry: Entry] | undefined;
    for (const candidate of this.#entries) {
      const [ticket, { message }] = candidate;
      if (ticket <= this.#lastReturned || !isAlike(message, returned)) continue;
      likely ??= candidate;
      if (!hasSameProperties(message, returned)) continue;
      likely = candidate;
      break;
    }
    if (likely === undefined) return false;
    [this.#lastReturned] = likely;
    likely[1].returned = reason;
    return true;
  }

  /** Takes a ticket out and answers the return's reason when its message was returned. */
  settle(ticket: number): string | undefined {
    const entry = this.#entries.get(ticket);
    this.#entries.delete(ticket);
    return entry?.returned;
  }
}
