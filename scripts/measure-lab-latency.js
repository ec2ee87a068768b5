#!/usr/bin/env node
// How long a client of the lab broker waits for an answer while another one keeps the broker busy.
//
//   npm run build && node scripts/measure-lab-latency.js [--only drain,requeue] [--messages 500000] [--queues 10000]
//
// Broker, the busy client and the one that asks are a process each. The one that asks sends a passive declare, waits for its answer, and
// asks again. `turn` is the longest time that the broker's event loop did not come round, and `cpu` the most that it worked meanwhile
// (Linux): that is what counts where others keep the machine busy as well. Exits with 1 when an answer took over 50 ms.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import amqplib from 'amqplib';

const LIMIT = 50;
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    messages: { type: 'string', default: '500000' },
    queues: { type: 'string', default: '10000' },
    role: { type: 'string' },
    url: { type: 'string' },
    api: { type: 'string' },
    scenario: { type: 'string' },
  },
});
const [messages, queues] = [Number(values.messages), Number(values.queues)];

/** Puts `count` messages of 100 bytes into a queue. */
async function fill(channel, queue, count, properties = {}) {
  const body = Buffer.alloc(100, 'x');
  const drained = () => new Promise((resolve) => channel.once('drain', resolve));
  for (let n = 0; n < count; n++) if (!channel.sendToQueue(queue, body, properties)) await drained();
  await channel.checkQueue(queue);
}

/** Takes `count` messages without acking them; answers the last. */
async function hold(channel, queue, count) {
  let taken = 0;
  return new Promise((resolve) => {
    void channel.consume(queue, (message) => ++taken === count && resolve(message), { noAck: false });
  });
}

async function ready(channel, queue, count) {
  while ((await channel.checkQueue(queue)).messageCount !== count) await sleep(20);
}

/** Asks the management API; answers the text. */
async function ask(path, method = 'GET', body = undefined) {
  const headers = { authorization: `Basic ${Buffer.from('guest:guest').toString('base64')}`, 'content-type': 'application/json' };
  const answer = await fetch(`${values.api}/api/${path}`, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text;
}

/** Definitions of `queues` queues, each bound to an exchange, and of so many exchanges. */
function definitions() {
  const all = Array.from({ length: queues }, (_, n) => `some.queue.${n}`);
  const lasting = { vhost: '/', durable: true, auto_delete: false, arguments: {} };
  return {
    queues: all.map((name) => ({ ...lasting, name })),
    exchanges: all.map((name) => ({ ...lasting, name, type: 'topic', internal: false })),
    bindings: all.map((name) => ({
      source: 'amq.topic',
      vhost: '/',
      destination: name,
      destination_type: 'queue',
      routing_key: name,
      arguments: {},
    })),
  };
}

/** A request to the management API where there are many queues, exchanges and bindings. */
const request = (path, method, body) => async () => {
  await ask('definitions', 'POST', definitions());
  return () => ask(path, method, body);
};

/** Each makes ready and answers what keeps the broker busy; that settles when it is over. */
const SCENARIOS = {
  async drain(_connection, channel) {
    await channel.assertQueue('busy');
    await fill(channel, 'busy', messages);
    let taken = 0;
    return () => new Promise((resolve) => void channel.consume('busy', () => ++taken === messages && resolve(), { noAck: true }));
  },
  async requeue(connection, channel) {
    await channel.assertQueue('busy');
    await fill(channel, 'busy', messages);
    const last = await hold(channel, 'busy', messages);
    const other = await connection.createChannel();
    await channel.cancel(last.fields.consumerTag);
    return async () => {
      channel.nack(last, true, true);
      await ready(other, 'busy', messages);
    };
  },
  async discard(connection, channel) {
    await channel.assertQueue('busy', { deadLetterExchange: '', deadLetterRoutingKey: 'dead' });
    await channel.assertQueue('dead');
    await fill(channel, 'busy', messages);
    const last = await hold(channel, 'busy', messages);
    const other = await connection.createChannel();
    return async () => {
      channel.nack(last, true, false);
      await ready(other, 'dead', messages);
    };
  },
  async 'ack-all'(_connection, channel) {
    await channel.assertQueue('busy');
    await fill(channel, 'busy', messages);
    const last = await hold(channel, 'busy', messages);
    return async () => {
      channel.ack(last, true);
      await channel.checkQueue('busy');
    };
  },
  async vanish(connection, channel) {
    await channel.assertQueue('busy');
    await fill(channel, 'busy', messages);
    await hold(channel, 'busy', messages);
    const other = await (await amqplib.connect(values.url)).createChannel();
    return async () => {
      connection.connection.stream.destroy();
      await ready(other, 'busy', messages);
    };
  },
  async expiry(_connection, channel) {
    await channel.assertQueue('dead');
    await channel.assertQueue('busy', { deadLetterExchange: '', deadLetterRoutingKey: 'dead' });
    // all behind the first have expired, and go when it goes
    await fill(channel, 'busy', 1);
    await fill(channel, 'busy', messages, { expiration: '1' });
    return async () => {
      await channel.get('busy', { noAck: true });
      await ready(channel, 'dead', messages);
    };
  },
  async purge(_connection, channel) {
    await channel.assertQueue('busy');
    await fill(channel, 'busy', messages * 2);
    return () => channel.purgeQueue('busy');
  },
  async delete(_connection, channel) {
    await channel.assertQueue('busy');
    await fill(channel, 'busy', messages * 2);
    return () => channel.deleteQueue('busy');
  },
  async 'fan-out'(connection, channel) {
    for (let n = 0; n < queues; n++) {
      const { queue } = await channel.assertQueue('', { exclusive: true });
      await channel.bindQueue(queue, 'amq.fanout', '');
    }
    const confirming = await connection.createConfirmChannel();
    return async () => {
      for (let n = 0; n < 200; n++) confirming.publish('amq.fanout', '', Buffer.alloc(100));
      await confirming.waitForConfirms();
    };
  },
  'GET queues': request('queues'),
  sorted: request('queues?sort=messages&page=1'),
  page: request('queues?page=3&name=7'),
  'GET exchanges': request('exchanges'),
  'GET bindings': request('bindings'),
  export: request('definitions'),
  policy: request('policies/%2F/all', 'PUT', { pattern: '.*', definition: { 'max-length': 10 } }),
  async import() {
    return () => ask('definitions', 'POST', definitions());
  },
};

/** A child in a role, that speaks in lines of JSON. */
function start(role, more = []) {
  const args = [fileURLToPath(import.meta.url), '--role', role, '--messages', values.messages, '--queues', values.queues, ...more];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`the ${role} has ended`);
    return JSON.parse(value);
  };
  const ask = (line) => {
    child.stdin.write(`${line}\n`);
    return next();
  };
  return { next, ask, end: () => child.kill() };
}

/** Milliseconds that the main thread of this process has worked. */
function worked() {
  return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[0]) / 1e6;
}

const say = (value) => console.log(JSON.stringify(value));
const lines = () => createInterface({ input: process.stdin });

const ROLES = {
  async broker() {
    const { createLabBroker } = await import('../dist/lab-broker/lab-broker.js');
    const broker = await createLabBroker({ memoryLimit: Number.POSITIVE_INFINITY });
    say([broker.url, broker.api]);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    let [last, cpu] = [worked(), 0];
    setInterval(() => {
      const now = worked();
      cpu = Math.max(cpu, now - last);
      last = now;
    }, 1);
    for await (const line of lines()) {
      say([delay.max / 1e6, cpu]);
      if (line !== 'reset') continue;
      delay.reset();
      cpu = 0;
    }
  },
  async busy() {
    const connection = await amqplib.connect(values.url, { noDelay: true });
    connection.on('error', () => {});
    const channel = await connection.createChannel();
    const run = await SCENARIOS[values.scenario](connection, channel);
    say('ready');
    for await (const _ of lines()) {
      const startedAt = performance.now();
      await run();
      say(performance.now() - startedAt);
    }
  },
  async asker() {
    const channel = await (await amqplib.connect(values.url, { noDelay: true })).createChannel();
    await channel.assertQueue('asked');
    say('ready');
    let waits = [];
    void (async () => {
      for (;;) {
        const askedAt = performance.now();
        await channel.checkQueue('asked');
        waits.push(performance.now() - askedAt);
        await sleep(1);
      }
    })();
    for await (const _ of lines()) {
      say(waits);
      waits = [];
    }
  },
};

async function measure(scenario) {
  const broker = start('broker');
  const [url, api] = await broker.next();
  const busy = start('busy', ['--url', url, '--api', api, '--scenario', scenario]);
  await busy.next();
  const asker = start('asker', ['--url', url]);
  await asker.next();
  await sleep(500);
  await broker.ask('reset');
  await asker.ask('reset');
  const took = await busy.ask('go');
  await sleep(200);
  const waits = (await asker.ask('report')).sort((a, b) => a - b);
  const turns = await broker.ask('report');
  for (const child of [asker, busy, broker]) child.end();
  const at = (share) => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))];
  const over = waits.filter((wait) => wait > LIMIT).length;
  const shown = [took, at(0.5), at(0.99), at(1), ...turns].map((ms) => ms.toFixed(1).padStart(9));
  console.log(`${scenario.padEnd(13)} ${shown.join(' ')}   ${over} of ${waits.length}`);
  return over;
}

if (values.role !== undefined) await ROLES[values.role]();
else {
  console.log(`ms:               took    median       99%   longest      turn       cpu   over ${LIMIT} ms`);
  let over = 0;
  for (const scenario of values.only?.split(',') ?? Object.keys(SCENARIOS)) over += await measure(scenario);
  process.exitCode = over > 0 ? 1 : 0;
}
