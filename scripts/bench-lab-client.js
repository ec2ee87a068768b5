// One client of scripts/bench-lab.js, in a process of its own: bare amqplib, the same code for every broker.
//
//   node scripts/bench-lab-client.js publish|confirm|keep|consume|ack URL QUEUE COUNT SIZE WINDOW
//
// `keep` publishes persistent messages with confirms. It says `ready`, and a publisher waits for a line on stdin; it says `done` when all
// is sent (and confirmed), or received.
import { once } from 'node:events';
import amqplib from 'amqplib';

const [role, url, queue, ...numbers] = process.argv.slice(2);
const [count, size, window] = numbers.map(Number);
const connection = await amqplib.connect(url, { noDelay: true });
const say = (word) => process.stdout.write(`${word}\n`);

async function publish() {
  const channel = await connection.createChannel();
  const body = Buffer.alloc(size, 'x');
  say('ready');
  await once(process.stdin, 'data');
  for (let n = 0; n < count; n++) if (!channel.sendToQueue(queue, body)) await once(channel, 'drain');
  await channel.checkQueue(queue); // all of it has arrived
}

async function publishConfirmed(properties) {
  const channel = await connection.createConfirmChannel();
  const body = Buffer.alloc(size, 'x');
  say('ready');
  await once(process.stdin, 'data');
  await new Promise((resolve) => {
    let [sent, confirmed] = [0, 0];
    const fill = () => {
      for (; sent < count && sent - confirmed < window; sent++) channel.sendToQueue(queue, body, properties, settled);
    };
    const settled = () => {
      confirmed++;
      if (confirmed === count) resolve();
      else if (sent - confirmed <= window / 2) fill();
    };
    fill();
  });
}

async function consume(noAck) {
  const channel = await connection.createChannel();
  if (!noAck) await channel.prefetch(window);
  let received = 0;
  await new Promise((resolve, reject) => {
    const take = (message) => {
      if (!noAck) channel.ack(message);
      received++;
      if (received === count) resolve();
    };
    channel.consume(queue, take, { noAck }).then(() => say('ready'), reject);
  });
  await channel.checkQueue(queue); // all acks have arrived
}

const ROLES = {
  publish,
  confirm: () => publishConfirmed({}),
  keep: () => publishConfirmed({ persistent: true }),
  consume: () => consume(true),
  ack: () => consume(false),
};
await ROLES[role]();
say('done');
await connection.close();
process.exit(0);
