import type { Broker, Channel } from '../client/broker.ts';
import type { Delivery } from '../client/message.ts';
import { deliveryCountOf, rescueAll } from '../client/rescue.ts';
import { giveBack } from '../client/session.ts';
import { LabError } from '../errors.ts';
import type { PumpContext } from './pump.ts';

/**
 * Gives back all that a channel holds, in one go, save what that would drop: a copy of each message at its delivery limit goes to the
 * end of the queue first. Of the deliveries held only those need be named whose delivery count is not 0.
 */
export async function giveBackSafely(
  broker: Broker,
  channel: Channel,
  queue: string,
  held: readonly Delivery[],
  context: Pick<PumpContext, 'deliveryLimit' | 'note'>,
): Promise<void> {
  try {
    await rescueAtLimit(broker, channel, queue, held, context);
  } finally {
    await giveBack(channel);
  }
}

/** Fails where giving back a message but once drops it: what takes more than it wants must not touch such a queue. */
export async function checkReturns(broker: Broker, queue: string, { deliveryLimit }: Pick<PumpContext, 'deliveryLimit'>): Promise<void> {
  if ((await deliveryLimit?.(queue, broker)) !== 0) return;
  throw new LabError('refused', `queue '${queue}' has the delivery limit 0: it drops what is given back, which this may have to do`, {
    hint: `take all of it: rmq-lab consume ${queue} --until-empty --json > messages.ndjson; or set a higher limit`,
  });
}

/** Puts a copy of each message at its delivery limit at the end of its queue, so that giving back what a channel holds drops none. */
export async function rescueAtLimit(
  broker: Broker,
  channel: Channel,
  queue: string,
  held: readonly Delivery[],
  { deliveryLimit, note }: Pick<PumpContext, 'deliveryLimit' | 'note'>,
): Promise<void> {
  // asked only when it can matter: it takes a request to the management API
  const returnedBefore = held.filter((delivery) => (deliveryCountOf(delivery) ?? 0) > 0);
  const limit = returnedBefore.length === 0 ? undefined : await deliveryLimit?.(queue, broker);
  const atLimit = returnedBefore.filter((delivery) => (deliveryCountOf(delivery) ?? 0) >= (limit ?? Number.POSITIVE_INFINITY));
  await rescueAll(broker, channel, queue, atLimit);
  if (atLimit.length > 0) note(`${atLimit.length} at the delivery limit: put at the end of the queue as new, or the return would drop it`);
}
