import { connectAmqp } from '../../src/client/amqp.ts';
import type { Broker, Channel, Outcome } from '../../src/client/broker.ts';
import type { Message } from '../../src/client/message.ts';
import { parseAddress } from '../../src/client/target.ts';
import type { TestBroker } from './brokers.ts';
import { onStage, type Stage } from './stage.ts';

/** How the tests of the client connect. */
export const CONNECT = { timeout: 5_000, connectionName: 'rmq-lab test' };

/** A stage with a connection of our own client's beside amqplib's. */
export async function onClient(broker: TestBroker, use: (client: Broker, stage: Stage) => Promise<void>): Promise<void> {
  await onStage(broker, async (stage) => {
    const client = await connectAmqp(parseAddress(stage.url, 'url'), CONNECT);
    try {
      await use(client, stage);
    } finally {
      await client.close();
    }
  });
}

/** A message to the queue `q`, unless it says otherwise. */
export function message(body: string, routingKey = 'q', more: Partial<Message> = {}): Message {
  return { exchange: '', routingKey, properties: {}, body: Buffer.from(body), ...more };
}

/** Publishes and answers what became of it, with the reason. */
export function outcomeOf(channel: Channel, sent: Message, mandatory = true): Promise<[Outcome, string | undefined]> {
  return new Promise((resolve) => {
    channel.publish(sent, { mandatory }, (outcome, reason) => resolve([outcome, reason]));
  });
}
