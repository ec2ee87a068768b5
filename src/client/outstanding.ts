import type { Outcome } from './broker.ts';
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
 * the message they belong to. Of equal messages the first in line is taken, which no one can tell from any other.
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
    for (const [ticket, entry] of this.#entries) {
      if (ticket <= this.#lastReturned || !isAlike(entry.message, returned)) continue;
      entry.returned = reason;
      this.#lastReturned = ticket;
      return true;
    }
    return false;
  }

  /** Takes a ticket out and answers the return's reason when its message was returned. */
  settle(ticket: number): string | undefined {
    const entry = this.#entries.get(ticket);
    this.#entries.delete(ticket);
    return entry?.returned;
  }
}

function isAlike(a: Message, b: Message): boolean {
  return (
    a.exchange === b.exchange &&
    a.routingKey === b.routingKey &&
    a.properties.messageId === b.properties.messageId &&
    a.properties.correlationId === b.properties.correlationId &&
    Object.keys(a.properties.headers ?? {}).length === Object.keys(b.properties.headers ?? {}).length &&
    a.body.equals(b.body)
  );
}
