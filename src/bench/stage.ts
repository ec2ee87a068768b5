import type { Broker } from '../client/broker.ts';
import { withChannel } from '../client/session.ts';
import type { BenchPlan } from './plan.ts';

/** Makes what a run needs. Throws what the broker refuses. */
export async function setUp(broker: Broker, { exchange, queues, bindings }: BenchPlan): Promise<void> {
  await withChannel(broker, async (channel) => {
    if (exchange !== undefined) await channel.declareExchange(exchange);
    for (const queue of queues) await channel.declareQueue(queue);
    for (const binding of bindings) await channel.bind(binding);
  });
}

/** By queue, how many messages are ready in it. */
export async function countLeft(broker: Broker, { queues }: BenchPlan): Promise<ReadonlyMap<string, number>> {
  return await withChannel(broker, async (channel) => {
    const left = new Map<string, number>();
    for (const { queue } of queues) left.set(queue, (await channel.checkQueue(queue)).messages);
    return left;
  });
}

/** Removes all that a run may have made; what is not there is no error. */
export async function tearDown(broker: Broker, { exchange, queues }: BenchPlan): Promise<void> {
  await withChannel(broker, async (channel) => {
    for (const { queue } of queues) await channel.deleteQueue(queue);
    if (exchange !== undefined) await channel.deleteExchange(exchange.exchange);
  });
}
