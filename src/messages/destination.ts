import type { Broker } from '../client/broker.ts';
import { withChannel } from '../client/session.ts';

/** Where messages are to go; without a key each goes with one of its own. */
export interface Destination {
  /** `''` is the default exchange, where the key is a queue's name. */
  readonly exchange: string;
  readonly routingKey?: string;
}

/** Fails with 404 when there is nowhere to send to, before anything is touched. */
export async function checkDestination(broker: Broker, { exchange, routingKey }: Destination): Promise<void> {
  await withChannel(broker, async (channel) => {
    if (exchange !== '') await channel.checkExchange(exchange);
    else if (routingKey !== undefined) await channel.checkQueue(routingKey);
  });
}
