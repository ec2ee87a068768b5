import type { Channel } from '../client/broker.ts';
import type { Delivery } from '../client/message.ts';

/** Gets up to `count` messages one by one (basic.get), until the queue is empty; the deliveries stay unacknowledged. */
export async function* getUpTo(channel: Channel, queue: string, count: number, noAck = false): AsyncIterable<Delivery> {
  for (let n = 0; n < count; n++) {
    const delivery = await channel.get(queue, { noAck });
    if (delivery === undefined) return;
    yield delivery;
  }
}
