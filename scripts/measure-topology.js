#!/usr/bin/env node
// How long `topology` and `route` take on a large virtual host, beside the management API's own answer.
//
//   npm run bench:topology                      on a lab broker of its own
//   npm run bench:topology -- URL API           on a broker: amqp://guest:guest@127.0.0.1:5672 http://127.0.0.1:15672
//
// It makes a virtual host with 2,000 queues, 500 exchanges and 10,000 bindings, and removes it. Each figure is the median of five.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createLabBroker } from '../dist/lab-broker/lab-broker.js';

const QUEUES = 2_000;
const EXCHANGES = 500;
const BINDINGS = 10_000;
const ROUNDS = 5;
const VHOST = 'rmq-lab-measure-topology';

const [url, api] = process.argv.slice(2);
const own = url === undefined ? await createLabBroker() : undefined;
const broker = { url: url ?? `amqp://guest:guest@${new URL(own.url).host}`, api: api ?? own.api };
const { username, password } = new URL(broker.url);
const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

async function ask(method, path, body) {
  const headers = { authorization, 'content-type': 'application/json' };
  const answer = await fetch(broker.api + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  if (!answer.ok && answer.status !== 404) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.text();
}

/** Exchanges of all types, every fifth with an alternate; 2,000 of the bindings lead from one topic exchange. */
function definitions() {
  const types = ['direct', 'topic', 'fanout', 'headers'];
  const flags = { durable: true, auto_delete: false };
  const exchanges = Array.from({ length: EXCHANGES }, (_, i) => ({
    ...{ name: `exchange.${i}`, type: types[i % 4], internal: false, ...flags },
    arguments: i % 5 === 0 ? { 'alternate-exchange': `exchange.${(i + 1) % EXCHANGES}` } : {},
  }));
  const queues = Array.from({ length: QUEUES }, (_, i) => ({
    ...{ name: `shop.queue.${i}`, ...flags },
    arguments: i % 3 === 0 ? { 'x-dead-letter-exchange': `exchange.${i % EXCHANGES}`, 'x-message-ttl': 3_600_000 } : {},
  }));
  const bindings = Array.from({ length: BINDINGS }, (_, i) => {
    const source = i < 2_000 ? 1 : i % EXCHANGES;
    const toExchange = i % 50 === 0;
    return {
      source: `exchange.${source}`,
      destination: toExchange ? `exchange.${(i * 7) % EXCHANGES}` : `shop.queue.${(i * 13) % QUEUES}`,
      destination_type: toExchange ? 'exchange' : 'queue',
      routing_key: `order.${i % 97}.*.${i}.#`,
      arguments: source % 4 === 3 ? { 'x-match': 'any', n: i } : {},
    };
  });
  return { exchanges, queues, bindings };
}

async function milliseconds(use) {
  const started = performance.now();
  await use();
  return performance.now() - started;
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

const bin = fileURLToPath(new URL('../bin/rmq-lab.js', import.meta.url));

/** Runs a command to its end; answers the bytes that it wrote. */
function command(...argv) {
  const at = ['--url', `${broker.url}/${VHOST}`, '--api', broker.api];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...argv, ...at], { stdio: ['ignore', 'pipe', 'inherit'] });
    let bytes = 0;
    child.stdout.on('data', (chunk) => {
      bytes += chunk.length;
    });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(bytes) : reject(new Error(`${argv.join(' ')}: exit ${code}`))));
  });
}

const vhost = `/api/vhosts/${VHOST}`;
const PATHS = [
  'overview?disable_stats=true',
  `queues/${VHOST}?disable_stats=true&enable_queue_totals=true`,
  ...['exchanges', 'bindings', 'consumers', 'policies', 'operator-policies'].map((what) => `${what}/${VHOST}`),
];
const COMMANDS = [
  ['topology'],
  ['topology', '--json'],
  ['topology', '--format', 'dot'],
  ['topology', '--prefix', 'shop.queue.7'],
  ['route', 'exchange.1', 'order.7.x.3.y'],
  ['route', 'exchange.1', 'order.7.x.3.y', '--json'],
];

try {
  await ask('DELETE', vhost);
  await ask('PUT', vhost, {});
  await ask('PUT', `/api/permissions/${VHOST}/${encodeURIComponent(username)}`, { configure: '.*', write: '.*', read: '.*' });
  await ask('POST', `/api/definitions/${VHOST}`, definitions());
  const times = new Map([['the API alone', []], ...COMMANDS.map((argv) => [argv.join(' '), []])]);
  for (let round = 0; round < ROUNDS; round++) {
    times.get('the API alone').push(await milliseconds(() => Promise.all(PATHS.map((path) => ask('GET', `/api/${path}`)))));
    for (const argv of COMMANDS) times.get(argv.join(' ')).push(await milliseconds(() => command(...argv)));
  }
  const api = median(times.get('the API alone'));
  console.log(`${QUEUES} queues, ${EXCHANGES} exchanges, ${BINDINGS} bindings; medians of ${ROUNDS}, start of the program included`);
  for (const [name, all] of times) {
    const beside = name === 'the API alone' ? '' : `  ${(median(all) - api).toFixed(0).padStart(5)} ms beyond the API`;
    console.log(`${name.padEnd(46)} ${median(all).toFixed(0).padStart(6)} ms${beside}`);
  }
} finally {
  await ask('DELETE', vhost);
  await own?.close();
}
