#!/usr/bin/env node
// Kills a lab broker under load, again and again on one data folder, and sees that it kept its word each time.
//
//   npm run kill:lab [-- --rounds 50 --seed 1]
//
// Clients publish with confirms and in transactions, consume, ack, reject and hold, declare and delete, until the broker is killed with
// SIGKILL at a random moment; sometimes it is killed again while it starts, and sometimes it is stopped in good order instead. What it
// has then is compared with a ledger that the clients keep. Prints totals; exits with 1 and the seed when something confirmed was lost,
// something acked came back, or anything else is not as it was promised.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Random } from './fuzz-lab-random.js';
import { check } from './kill-lab-check.js';
import { Child } from './kill-lab-child.js';
import { Ledger } from './kill-lab-ledger.js';
import { Load } from './kill-lab-load.js';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '50' }, seed: { type: 'string', default: String(Date.now() % 1e9) } },
});
const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
const state = mkdtempSync(join(tmpdir(), 'rmq-lab-kill-'));
const place = { state, dataDir: join(state, 'data') };
const random = new Random(seed);
const ledger = new Ledger();
const { totals } = ledger;
let child = new Child(place);

async function restart() {
  while (random.chance(0.4)) {
    const early = new Child(place);
    await sleep(random.below(300));
    await early.end('SIGKILL');
    totals['kills at start']++;
  }
  child = await new Child(place).up();
  for (const { damage } of child.document.recovery.damage) {
    for (const { kind, at } of damage) {
      if (kind === 'torn') totals['torn ends']++;
      else ledger.fail(`a kill has damaged the log at ${at}`);
    }
  }
  if (child.document.recovery.unknown > 0) ledger.fail('there are records that say nothing');
}

async function playRound() {
  const load = new Load(child.document, ledger, random.fork());
  await load.start();
  await sleep(100 + random.below(900));
  const killed = random.chance(0.8);
  load.ending = true;
  await child.end(killed ? 'SIGKILL' : 'SIGTERM');
  await load.ended();
  totals[killed ? 'kills' : 'stops']++;
  await restart();
  await check(child, ledger, random, killed);
  totals.rounds++;
}

console.log(`seed ${seed}, ${rounds} rounds`);
const begun = performance.now();
try {
  await child.up();
  while (totals.rounds < rounds && ledger.failures.length === 0) await playRound();
} catch (error) {
  ledger.fail(error.stack);
}
await child.end('SIGKILL');
const segments = readdirSync(place.dataDir).filter((name) => name.endsWith('.log'));
console.log(JSON.stringify({ ...totals, 'oldest segment': segments.sort()[0], seconds: Math.round((performance.now() - begun) / 1_000) }));
for (const failure of ledger.failures.slice(0, 10)) console.error(failure);
if (ledger.failures.length === 0) rmSync(state, { recursive: true });
else console.error(`${ledger.failures.length} failures with --seed ${seed}; the data folder is ${place.dataDir}`);
process.exitCode = ledger.failures.length === 0 ? 0 : 1;
