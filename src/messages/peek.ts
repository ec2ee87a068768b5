import type { Broker } from '../client/broker.ts';
import type { Delivery } from '../client/message.ts';
import { deliveryCountOf, LIMIT_MARGIN, rescueAll } from '../client/rescue.ts';
import { giveBack, withChannel } from '../client/session.ts';
import { getUpTo } from './fetch.ts';

/** What looking at a queue found out. */
export interface PeekReport {
  /** Messages that were looked at and given back. */
  readonly peeked: number;
  /** The highest `x-delivery-count` among them: how often a quorum queue has handed a message out before. */
  readonly deliveryCount: number | undefined;
  /** Messages that one more return would have dropped: they were put back at the queue's end, as new ones. */
  readonly rescued: number;
  /** Whether some were left unread because they come near the delivery limit. */
  readonly refused: boolean;
}

/** How to look. */
export interface PeekRequest {
  readonly queue: string;
  readonly count: number;
  /** Returns after which the queue drops a message; Infinity where it never does. */
  readonly deliveryLimit: number;
  /** Takes each message; when the promise resolves it was written. */
  readonly show: (delivery: Delivery) => Promise<void>;
}

/**
 * Shows a queue's first messages and gives them back in one go. Each return counts towards a quorum queue's delivery limit, so it
 * stops before a message that comes near it. A message right at its limit, which the return itself would drop, is copied to the
 * end of its queue (mandatory and confirmed) before the original is acknowledged.
 */
export async function peekQueue(broker: Broker, request: PeekRequest): Promise<PeekReport> {
  const { queue, count, deliveryLimit, show } = request;
  return withChannel(broker, async (channel) => {
    let peeked = 0;
    let refused = false;
    let deliveryCount: number | undefined;
    const atLimit: Delivery[] = [];
    try {
      for await (const delivery of getUpTo(channel, queue, count)) {
        const seen = deliveryCountOf(delivery);
        if (seen !== undefined) deliveryCount = Math.max(deliveryCount ?? 0, seen);
        if (seen !== undefined && seen >= deliveryLimit) atLimit.push(delivery);
        if (seen !== undefined && seen + LIMIT_MARGIN > deliveryLimit) {
          refused = true;
          break;
        }
        await show(delivery);
        peeked++;
      }
      await rescueAll(broker, channel, queue, atLimit);
    } finally {
      await giveBack(channel);
    }
    return { peeked, deliveryCount, rescued: atLimit.length, refused };
  });
}
