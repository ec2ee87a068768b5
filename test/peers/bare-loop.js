#!/usr/bin/env node
// One producer and one consumer, as bare as amqplib allows: what rmq-lab bench is measured against.
//
//   node test/peers/bare-loop.js URL no-ack|ack|confirm SECONDS
//
// Prints what was sent and received a second, as JSON. Bodies of 100 bytes; prefetch 500; 500 unconfirmed at most. A second of warm-up does
// not count. What is left when the time is up is received before it ends, and counted with the time that it takes.
import amqplib from 'amqplib';

const [url, shape, seconds] = process.argv.slice(2);
const [isConfirmed, isAcked] = [shape === 'confirm', shape !== 'no-ack'];
const queue = `rmq-lab.bare.${process.pid}`;
const body = Buffer.alloc(100, 'x');
const properties = { deliveryMode: shape === 'no-ack' ? 1 : 2 };

const [publishing, consuming] = [await amqplib.connect(url, { noDelay: true }), await amqplib.connect(url, { noDelay: true })];
const producer = isConfirmed ? await publishing.createConfirmChannel() : await publishing.createChannel();
const consumer = await consuming.createChannel();
await producer.assertQueue(queue, { durable: true });
let [sent, received, open, lastAt] = [0, 0, 0, 0];
let warmUp = { sent: 0, received: 0 };
let wake = () => {};
if (isAcked) await consumer.prefetch(500);
const { consumerTag } = await consumer.consume(
  queue,
  (message) => {
    if (message === null) return;
    received++;
    if (isAcked) consumer.ack(message);
    if (received === sent) lastAt = performance.now();
  },
  { noAck: !isAcked },
);

const from = performance.now() + 1_000;
const until = from + Number(seconds) * 1_000;
let isWarm = false;
while (performance.now() < until) {
  if (!isWarm && performance.now() >= from) {
    isWarm = true;
    warmUp = { sent, received };
  }
  for (let n = 0; n < 256; n++) {
    while (open >= 500) await new Promise((resolve) => (wake = resolve));
    const confirmed = () => {
      open--;
      wake();
    };
    if (isConfirmed) open++;
    sent++;
    const hasRoom = isConfirmed ? producer.publish('', queue, body, properties, confirmed) : producer.publish('', queue, body, properties);
    if (hasRoom) continue;
    await new Promise((resolve) => producer.once('drain', resolve));
    break;
  }
  await new Promise(setImmediate);
}
const sending = performance.now() - from;
while (received < sent) await new Promise((resolve) => setTimeout(resolve, 10));
const receiving = Math.max(lastAt - from, sending);
console.log(
  JSON.stringify({ sent: ((sent - warmUp.sent) * 1_000) / sending, received: ((received - warmUp.received) * 1_000) / receiving }),
);
await consumer.cancel(consumerTag);
await producer.deleteQueue(queue);
await Promise.all([publishing.close(), consuming.close()]);
