import { setTimeout as sleep } from 'node:timers/promises';
import amqplib from 'amqplib';
import { DEAD, MARKS, QUEUES } from './kill-lab-ledger.js';

/** Milliseconds until what is to be there must have come. */
const PATIENCE = 15_000;

/**
 * Looks at a broker that has come up again, beside what the ledger says. Takes most of the messages away, and makes sure of that; the
 * others are there the next time.
 */
export async function check(child, ledger, random, killed) {
  const connection = await amqplib.connect(child.document.url);
  try {
    const channel = await connection.createConfirmChannel();
    await waitFor(async () => (await channel.checkQueue('k.ttl')).messageCount === 0, 'what has expired is still there');
    const found = {};
    const acks = [];
    for (const queue of [...Object.keys(QUEUES), DEAD]) {
      found[queue] = await takeAll(channel, queue, (delivery) => {
        const message = ledger.delivered(queue, delivery);
        if (message !== undefined && random.chance(0.8)) {
          acks.push(() => {
            channel.ack(delivery);
            return ledger.acked(queue, message);
          });
        }
        return message === undefined ? [] : [Object.assign(message, { redelivered: delivery.fields.redelivered })];
      });
    }
    ledger.compare(found, killed);
    ledger.compareThings(await thingsOf(child));
    const sure = acks.map((ack) => ack());
    channel.sendToQueue(MARKS, Buffer.from('mark'), { persistent: true });
    await channel.waitForConfirms();
    for (const each of sure) each();
    await channel.close();
  } finally {
    await connection.close();
  }
}

async function takeAll(channel, queue, take) {
  const { messageCount } = await channel.checkQueue(queue);
  const messages = [];
  let count = 0;
  const { consumerTag } = await channel.consume(queue, (delivery) => {
    count++;
    messages.push(...take(delivery));
  });
  await waitFor(() => count >= messageCount, `${queue} says that it has ${messageCount} messages, and has less`);
  await channel.cancel(consumerTag);
  return messages;
}

async function thingsOf(child) {
  const [queues, exchanges, bindings] = await Promise.all(['queues', 'exchanges', 'bindings'].map((path) => child.ask(path)));
  return new Set([
    ...queues.map(({ name }) => `queue ${name}`),
    ...exchanges.map(({ name }) => `exchange ${name}`),
    ...bindings.map(({ source, destination, routing_key: key }) => `binding ${source} ${destination} ${key}`),
  ]);
}

/** @throws an error with this text when it never comes true. */
export async function waitFor(isSo, text) {
  for (const end = performance.now() + PATIENCE; performance.now() < end; await sleep(5)) if (await isSo()) return;
  throw new Error(text);
}
