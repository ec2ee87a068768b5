#!/usr/bin/env node
// The lab broker beside a real RabbitMQ: the same amqplib clients, interleaved runs on one machine, medians, ratios.
//
//   npm run bench:lab [-- --rounds 5 --messages 100000 --size 100 --url amqp://…:5430 --api http://…:15430]
//
// Publisher, consumer and broker are a process each. Ratios above 1 mean that the lab broker was the faster. The clients' own CPU
// limits both, so what the broker itself spends on a message is printed beside. Without --url the lab broker runs alone.
//
// Then the lab broker with a folder beside a quorum queue (scripts/bench-lab-kept.js, which npm run bench:kept runs alone).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import amqplib from 'amqplib';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    messages: { type: 'string', default: '100000' },
    size: { type: 'string', default: '100' },
    'memory-messages': { type: 'string', default: '1000000' },
    url: { type: 'string' },
    api: { type: 'string' },
  },
});
const [rounds, messages, size, memoryMessages] = [values.rounds, values.messages, values.size, values['memory-messages']].map(Number);
const WINDOW = 500;
const client = fileURLToPath(new URL('./bench-lab-client.js', import.meta.url));
const server = fileURLToPath(new URL('./bench-lab-server.js', import.meta.url));

/** Who publishes and who consumes in each pattern. */
const PATTERNS = [
  { name: 'publish + no-ack consume', publisher: 'publish', consumer: 'consume' },
  { name: `publish + ack (prefetch ${WINDOW})`, publisher: 'publish', consumer: 'ack' },
  { name: `publisher confirms (window ${WINDOW})`, publisher: 'confirm' },
];

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
const show = (number, digits = 2) => number.toFixed(digits);

/** A child that speaks in lines. */
function start(file, args) {
  const child = spawn(process.execPath, [file, ...args.map(String)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, say: (line) => child.stdin.write(`${line}\n`), next: async () => (await lines.next()).value };
}

/** Milliseconds of CPU that a process has used (Linux). */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function run({ publisher, consumer }, broker, queue) {
  const connection = await amqplib.connect(broker.url);
  const channel = await connection.createChannel();
  await channel.assertQueue(queue, { durable: true });
  const args = [broker.url, queue, messages, size, WINDOW];
  const reader = consumer && start(client, [consumer, ...args]);
  await reader?.next();
  const writer = start(client, [publisher, ...args]);
  await writer.next();
  const cpu = broker.pid ? cpuOf(broker.pid) : Number.NaN;
  const startedAt = process.hrtime.bigint();
  writer.say('go');
  await Promise.all([writer.next(), reader?.next()]);
  const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
  const spent = broker.pid ? cpuOf(broker.pid) - cpu : Number.NaN;
  await channel.deleteQueue(queue);
  await connection.close();
  return { rate: messages / seconds, cpu: (spent * 1_000) / messages };
}

async function compare(lab, real) {
  for (const pattern of PATTERNS) {
    const pairs = [];
    for (let n = 0; n < rounds; n++) {
      const mine = await run(pattern, lab, `bench-lab-${process.pid}`);
      pairs.push({ mine, other: real && (await run(pattern, real, `bench-lab-${process.pid}`)) });
    }
    const ours = `${pattern.name}: lab broker ${show(median(pairs.map(({ mine }) => mine.rate)), 0)}/s, ${show(median(pairs.map(({ mine }) => mine.cpu)))} µs of its CPU a message`;
    if (real === undefined) console.log(ours);
    else {
      const ratios = pairs.map(({ mine, other }) => mine.rate / other.rate);
      const theirs = `${real.name} ${show(median(pairs.map(({ other }) => other.rate)), 0)}/s, ${show(median(pairs.map(({ other }) => other.cpu)))} µs`;
      console.log(`${ours}; ${theirs}; ratio ${show(median(ratios))} (${show(Math.min(...ratios))}–${show(Math.max(...ratios))})`);
    }
  }
}

/** Resident memory per queued message, after a collection. */
async function measureMemory(lab) {
  const [before] = [await lab.memory()];
  const connection = await amqplib.connect(lab.url, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('memory');
  const body = Buffer.alloc(size, 'x');
  for (let n = 1; n <= memoryMessages; n++) {
    channel.sendToQueue('memory', body, { persistent: true });
    if (n % 1_000 === 0 || n === memoryMessages) await channel.waitForConfirms();
  }
  const after = await lab.memory();
  await connection.close();
  console.log(
    `memory: ${show((after - before) / memoryMessages, 0)} bytes per queued message of ${size} bytes, at ${memoryMessages} messages`,
  );
}

async function realBroker() {
  if (values.url === undefined) return undefined;
  const { username, password, hostname, port } = new URL(values.url);
  const api = values.api ?? `http://${hostname}:${Number(port || 5672) + 10_000}`;
  const authorization = `Basic ${Buffer.from(`${username || 'guest'}:${password || 'guest'}`).toString('base64')}`;
  const [node] = await (await fetch(`${api}/api/nodes`, { headers: { authorization } })).json();
  const { rabbitmq_version } = await (await fetch(`${api}/api/overview`, { headers: { authorization } })).json();
  return { url: values.url, name: `RabbitMQ ${rabbitmq_version}`, pid: Number(node.os_pid) };
}

const broker = start(server, []);
const url = await broker.next();
const lab = {
  url,
  pid: broker.child.pid,
  async memory() {
    broker.say('memory');
    return Number(await broker.next());
  },
};
try {
  await compare(lab, await realBroker());
  broker.say('routing');
  console.log(await broker.next());
  if (memoryMessages > 0) await measureMemory(lab);
} finally {
  broker.child.kill();
  await once(broker.child, 'exit');
}

const kept = fileURLToPath(new URL('./bench-lab-kept.js', import.meta.url));
const servers = ['url', 'api'].flatMap((name) => (values[name] === undefined ? [] : [`--${name}`, values[name]]));
const [code] = await once(spawn(process.execPath, [kept, ...servers, '--rounds', values.rounds], { stdio: 'inherit' }), 'exit');
process.exitCode = code ?? 1;
