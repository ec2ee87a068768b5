#!/usr/bin/env node
// The least that amqplib needs to publish lines with confirms, or to consume with acks: what bench-self compares with.
//   node bench-self-bare.js publish|consume QUEUE COUNT
import { createInterface } from 'node:readline';
import amqp from 'amqplib';

const WINDOW = 1000;
const PREFETCH = 100;
const [action, queue, wanted] = process.argv.slice(2);
const count = Number(wanted);
const connection = await amqp.connect(process.env.RMQ_LAB_URL, { noDelay: true });
await (action === 'publish' ? publish() : consume());
await connection.close();

async function publish() {
  const channel = await connection.createConfirmChannel();
  let open = 0;
  let wake = () => undefined;
  for await (const line of createInterface({ input: process.stdin })) {
    if (open >= WINDOW) {
      await new Promise((resolve) => {
        wake = resolve;
      });
    }
    open++;
    const more = channel.publish('', queue, Buffer.from(line), { persistent: true, mandatory: true }, () => {
      open--;
      if (open < WINDOW) wake();
    });
    if (!more) await new Promise((resolve) => channel.once('drain', resolve));
  }
  await channel.waitForConfirms();
  await channel.close();
}

async function consume() {
  const channel = await connection.createChannel();
  await channel.prefetch(PREFETCH);
  let received = 0;
  await new Promise((resolve) => {
    channel.consume(queue, (message) => {
      if (received === count) return;
      channel.ack(message);
      if (++received === count) resolve();
    });
  });
  await channel.close();
}
