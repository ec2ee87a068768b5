#!/usr/bin/env node
// Persistent messages with publisher confirms: the lab broker, which flushes before each confirm, beside a quorum queue of a RabbitMQ.
//
//   npm run bench:kept -- --url amqp://…:5430 [--rounds 5] [--messages 30000] [--sizes 100,1000,10000] [--folder FOLDER] [--check]
//
// RabbitMQ's classic queues confirm without waiting for a flush, so they are no measure. Publisher and broker are a process each, the same
// bare amqplib client for all, runs interleaved. Beside stands what one flush costs: as the broker saw it, and of a file of our own in the
// same folder that gets batches as large. --check has strace say whether each confirm came after the flush of its message (Linux).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import amqplib from 'amqplib';
import { checkFlushes } from './bench-lab-flushes.js';

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    api: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    messages: { type: 'string', default: '30000' },
    sizes: { type: 'string', default: '100,1000,10000' },
    folder: { type: 'string', default: fileURLToPath(new URL('..', import.meta.url)) },
    check: { type: 'boolean', default: false },
  },
});
const [rounds, messages] = [Number(values.rounds), Number(values.messages)];
const WINDOW = 500;
const client = fileURLToPath(new URL('./bench-lab-client.js', import.meta.url));
const server = fileURLToPath(new URL('./bench-lab-server.js', import.meta.url));

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
const spread = (numbers, digits) =>
  `${median(numbers).toFixed(digits)} (${Math.min(...numbers).toFixed(digits)}–${Math.max(...numbers).toFixed(digits)})`;

/** A child that speaks in lines. */
function start(file, args) {
  const child = spawn(process.execPath, [file, ...args.map(String)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, say: (line) => child.stdin.write(`${line}\n`), next: async () => (await lines.next()).value };
}

/** The file system that a path lies on (Linux). */
function fileSystemOf(path) {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  const holds = ([, at]) => at === '/' || path === at || path.startsWith(`${at}/`);
  const [device, at, type] = mounts
    .filter(holds)
    .sort(([, a], [, b]) => a.length - b.length)
    .at(-1) ?? ['?', '?', '?'];
  return `${type} on ${device} at ${at}`;
}

/** Messages confirmed a second. */
async function run({ url, type }, size) {
  const queue = `bench-kept-${process.pid}`;
  const connection = await amqplib.connect(url);
  const channel = await connection.createChannel();
  await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': type } });
  const writer = start(client, ['keep', url, queue, messages, size, WINDOW]);
  await writer.next();
  const startedAt = process.hrtime.bigint();
  writer.say('go');
  await writer.next();
  const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
  await channel.deleteQueue(queue);
  await connection.close();
  return messages / seconds;
}

/** Milliseconds that it takes to append so many bytes to a file and flush it. */
function flushTime(folder, bytes) {
  const name = join(folder, 'flush');
  const file = openSync(name, 'a');
  const batch = Buffer.alloc(bytes, 'x');
  const times = [];
  for (let n = 0; n < 100; n++) {
    writeSync(file, batch);
    const startedAt = performance.now();
    fdatasyncSync(file);
    times.push(performance.now() - startedAt);
  }
  closeSync(file);
  rmSync(name);
  return times;
}

async function compare(sides, lab, folder, size) {
  // the first run of each warms it up
  for (const side of sides) await run(side, size);
  const rates = new Map(sides.map(({ name }) => [name, []]));
  const flushes = [];
  for (let round = 0; round < rounds; round++) {
    // the other way round in the next one
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      await lab.flushes();
      rates.get(side.name).push(await run(side, size));
      if (side.url === lab.url) flushes.push(await lab.flushes());
    }
  }
  console.log(`${size} bytes, messages confirmed a second, median of ${rounds} (lowest–highest):`);
  for (const [name, measured] of rates) console.log(`  ${name}: ${spread(measured, 0)}`);
  const [measure] = sides.filter(({ url }) => url !== lab.url).map(({ name }) => rates.get(name));
  if (measure !== undefined) {
    for (const { name, url } of sides) {
      if (url !== lab.url) continue;
      console.log(
        `  ratio of ${name}: ${spread(
          rates.get(name).map((rate, round) => rate / measure[round]),
          2,
        )}`,
      );
    }
  }
  const batch = Math.round(median(flushes.map(({ bytes, count }) => bytes / count)));
  console.log(
    `  flushes: ${median(flushes.map(({ count }) => count))} a run, of ${batch} bytes, ${spread(
      flushes.map(({ ms }) => ms),
      2,
    )} ms each`,
  );
  console.log(`  one flush of ${batch} bytes with nothing beside it: ${spread(flushTime(folder, batch), 2)} ms`);
}

async function realBroker() {
  if (values.url === undefined) return [];
  const { username, password, hostname, port } = new URL(values.url);
  const api = values.api ?? `http://${hostname}:${Number(port || 5672) + 10_000}`;
  const authorization = `Basic ${Buffer.from(`${username || 'guest'}:${password || 'guest'}`).toString('base64')}`;
  const { rabbitmq_version } = await (await fetch(`${api}/api/overview`, { headers: { authorization } })).json();
  return [{ name: `RabbitMQ ${rabbitmq_version}, quorum queue`, url: values.url, type: 'quorum' }];
}

const folder = mkdtempSync(join(values.folder, 'bench-kept-'));
try {
  if (values.check) console.log(await checkFlushes(server, join(folder, 'checked'), messages, WINDOW));
  else {
    const broker = start(server, [join(folder, 'data')]);
    const url = await broker.next();
    const flushes = async () => {
      broker.say('flushes');
      return JSON.parse(await broker.next());
    };
    try {
      console.log(`window ${WINDOW}, ${messages} messages a run; the lab broker's folder: ${fileSystemOf(folder)}`);
      const ours = ['classic', 'quorum'].map((type) => ({ name: `lab broker, ${type} queue`, url, type }));
      const sides = [...ours, ...(await realBroker())];
      for (const size of values.sizes.split(',').map(Number)) await compare(sides, { url, flushes }, folder, size);
    } finally {
      broker.child.kill();
      await once(broker.child, 'exit');
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
