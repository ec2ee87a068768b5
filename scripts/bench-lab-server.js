// The lab broker of scripts/bench-lab.js, in a process of its own; given a folder, it keeps there what is durable. It says its URL, then
// answers lines on stdin: `memory` with its resident bytes after a collection, `routing` with what finding a topic's queues costs,
// `flushes` with what it wrote to files and flushed since it was asked the last time (JSON).
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { createInterface } from 'node:readline';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createRouter } from '../dist/routing/exchange-types.js';

const { fdatasync, write } = fs;
let flushes = { count: 0, bytes: 0, ms: [] };
fs.write = (file, bytes, at, length, done) => {
  flushes.bytes += length;
  return write(file, bytes, at, length, done);
};
fs.fdatasync = (file, done) => {
  const startedAt = performance.now();
  fdatasync(file, (error) => {
    flushes.count++;
    flushes.ms.push(performance.now() - startedAt);
    done(error);
  });
};
syncBuiltinESMExports();
const { createLabBroker } = await import('../dist/lab-broker/lab-broker.js');

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

/** Nanoseconds to route a key through so many topic bindings, a tenth of which have wildcards: the best of several rounds. */
function routingCost(bindings) {
  const router = createRouter('topic');
  const word = (n) => ['eu', 'us', 'asia', 'africa'][n % 4];
  for (let n = 0; n < bindings; n++) {
    const pattern = n % 10 === 0 ? `order.*.${n}` : n % 10 === 1 ? `order.${word(n)}.${n}.#` : `order.${word(n)}.${n}`;
    router.add(pattern, [], { n });
  }
  const keys = Array.from({ length: 1_000 }, (_, n) => `order.${word(n)}.${(n * 7_919) % bindings}`);
  const headers = () => [];
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 20; round++) {
    const startedAt = process.hrtime.bigint();
    for (const key of keys) router.route(key, headers, new Set());
    best = Math.min(best, Number(process.hrtime.bigint() - startedAt) / keys.length);
  }
  return best;
}

const [dataDir] = process.argv.slice(2);
const broker = await createLabBroker({ memoryLimit: Number.POSITIVE_INFINITY, ...(dataDir === undefined ? {} : { dataDir }) });
console.log(broker.url);
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'memory') {
    collect();
    collect();
    console.log(process.memoryUsage.rss());
  } else if (line === 'routing') {
    const costs = [10, 100, 1_000, 10_000].map((count) => `${count} bindings ${Math.round(routingCost(count))} ns`);
    console.log(`routing a topic's key: ${costs.join(', ')}`);
  } else if (line === 'flushes') {
    const { count, bytes, ms } = flushes;
    flushes = { count: 0, bytes: 0, ms: [] };
    console.log(JSON.stringify({ count, bytes, ms: ms.sort((a, b) => a - b)[ms.length >> 1] ?? 0 }));
  }
}
await broker.close();
