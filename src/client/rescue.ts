import type { Broker, Channel } from './broker.ts';
import type { Delivery } from './message.ts';
import { withoutSenderTraits } from './sender-traits.ts';

/** So many returns before its delivery limit a message is left alone by whoever only looks. */
export const LIMIT_MARGIN = 3;

/** How often a quorum queue has handed a message out before (`x-delivery-count`); undefined on other queues. */
export function deliveryCountOf({ properties }: Delivery): number | undefined {
  const count = properties.headers?.['x-delivery-count'];
  return typeof count === 'number' ? count : undefined;
}

/**
 * Saves a message that is at its delivery limit, so that giving it back would drop it: a copy goes to the end of its queue,
 * mandatory and confirmed, before the original is acknowledged. The copy is a new message; it bears no CC, which would deliver more
 * copies, and no user id, which the broker might refuse.
 */
export async function rescue(broker: Broker, channel: Channel, queue: string, delivery: Delivery): Promise<void> {
  const confirming = await broker.openChannel({ confirms: true });
  const { 'x-delivery-count': _spent, ...headers } = delivery.properties.headers ?? {};
  const properties = withoutSenderTraits({ ...delivery.properties, headers }, { cc: false, userId: false });
  const copy = { exchange: '', routingKey: queue, properties, body: delivery.body };
  const outcome = await new Promise((settled) => confirming.publish(copy, { mandatory: true }, settled));
  if (outcome === 'confirmed') channel.ack(delivery.deliveryTag);
  await confirming.close();
}
