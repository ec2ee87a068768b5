import type { Broker } from '../client/broker.ts';
import { withChannel } from '../client/session.ts';
import { LabError } from '../errors.ts';

/** What a look at an exchange found. */
export interface FoundExchange {
  readonly exchange: string;
  readonly exists: boolean;
}

/** Asks by a passive declare, on a channel of its own, which a 404 closes. The default exchange may not be asked for: it always exists. */
export async function lookAtExchange(broker: Broker, exchange: string): Promise<FoundExchange> {
  if (exchange === '') return { exchange, exists: true };
  return withChannel(broker, async (channel) => {
    try {
      await channel.checkExchange(exchange);
      return { exchange, exists: true };
    } catch (cause) {
      if (cause instanceof LabError && cause.replyCode === 404) return { exchange, exists: false };
      throw cause;
    }
  });
}
