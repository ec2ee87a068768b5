import { LabError } from '../errors.ts';
import type { Broker, Channel } from './broker.ts';
import { formatEnvelope } from './envelope.ts';
import type { Delivery } from './message.ts';
import { withoutQueueTraits, withoutSenderTraits } from './sender-traits.ts';

/** So many returns before its delivery limit a message is left alone by whoever only looks. */
export const LIMIT_MARGIN = 3;

/** Whether a quorum queue counts what a nack gives back. From 4.3 on only rejects and lost channels count. */
export function countsReturns(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < 4 || (major === 4 && minor < 3);
}

/**
 * How often a quorum queue has handed a message out before (`x-delivery-count`); undefined on other queues. At the first delivery
 * it is 0, whatever the header says: 4.x leaves one there that the message brought along.
 */
export function deliveryCountOf({ properties, redelivered }: Delivery): number | undefined {
  const count = properties.headers?.['x-delivery-count'];
  return typeof count !== 'number' ? undefined : redelivered ? count : 0;
}

/**
 * Saves messages that are at their delivery limit, so that giving them back would drop them: a copy of each goes to the end of its
 * queue, mandatory and confirmed, before the original is acknowledged. A copy is a new message; it bears no CC, which would deliver
 * more copies, and no user id, which the broker might refuse. Fails with the envelopes of those that the queue did not take.
 */
export async function rescueAll(broker: Broker, channel: Channel, queue: string, deliveries: readonly Delivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  const confirming = await broker.openChannel({ confirms: true });
  const lost: Delivery[] = [];
  for (const delivery of deliveries) {
    const properties = withoutQueueTraits(withoutSenderTraits(delivery.properties, { cc: false, userId: false }));
    const copy = { exchange: '', routingKey: queue, properties, body: delivery.body };
    const outcome = await new Promise((settled) => confirming.publish(copy, { mandatory: true }, settled)).catch(() => 'unsendable');
    if (outcome === 'confirmed') channel.ack(delivery.deliveryTag);
    else lost.push(delivery);
  }
  await confirming.close();
  if (lost.length === 0) return;
  throw new LabError('not-taken', `${lost.length} at the delivery limit of '${queue}', which did not take them anew: this drops them`, {
    hint: 'send them again from here: rmq-lab publish --ndjson',
    detail: lost.map(formatEnvelope).join('\n'),
  });
}
