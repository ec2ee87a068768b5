#!/usr/bin/env node
// Has the disk of a lab broker run full under load, and sees that it confirms nothing then, says so, and loses nothing.
//
//   npm run build && node scripts/fill-lab-disk.js [--rounds 4 --seed 1]
//
// The data folder is on a small tmpfs, which needs root on Linux; elsewhere it says that it tested nothing. In every other round the
// broker is killed while the disk is full; in the others room is made again, it must go on by itself, and is killed then.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Random } from './fuzz-lab-random.js';
import { check, waitFor } from './kill-lab-check.js';
import { Child } from './kill-lab-child.js';
import { Ledger } from './kill-lab-ledger.js';
import { Load } from './kill-lab-load.js';

/** Bytes of the disk; of them that are free until it is filled up under load. */
const [DISK, FREE] = [134_217_728, 1_048_576];

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '4' }, seed: { type: 'string', default: String(Date.now() % 1e9) } },
});
const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
const state = mkdtempSync(join(tmpdir(), 'rmq-lab-full-'));
const disk = mkdtempSync(join(tmpdir(), 'rmq-lab-disk-'));
const filler = join(disk, 'filler');
const place = { state, dataDir: join(disk, 'data') };
const ledger = new Ledger();
const { totals } = ledger;
const random = new Random(seed);

/** Answers why not, if it cannot. */
function mount() {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'none', disk], { stdio: 'pipe' });
  } catch (error) {
    return String(error.stderr ?? error.message).trim();
  }
}

async function playRound(child, dies) {
  const load = new Load(child.document, ledger, random.fork());
  await load.start();
  await sleep(200);
  const { bavail, bsize } = statfsSync(disk);
  try {
    writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - FREE)));
  } catch (cause) {
    // the broker has taken some of it meanwhile: then the disk is as full as it should be
    if (cause.code !== 'ENOSPC') throw cause;
  }
  await waitFor(() => load.blocked, 'the disk is full, and nobody is told that he is blocked');
  // what was confirmed before may still be on its way
  await sleep(200);
  const { confirmed } = totals;
  await sleep(1_500);
  if (totals.confirmed !== confirmed) ledger.fail(`${totals.confirmed - confirmed} messages were confirmed on a full disk`);
  if (!dies) {
    rmSync(filler);
    await waitFor(() => totals.confirmed > confirmed + 100 && !load.blocked, 'there is room again, and it does not go on');
  }
  load.ending = true;
  await child.end('SIGKILL');
  await load.ended();
  totals.kills++;
  rmSync(filler, { force: true });
  const next = await new Child(place).up();
  for (const { file, damage } of next.document.recovery.damage) {
    for (const { kind, at } of damage) {
      if (kind === 'torn') totals['torn ends']++;
      else ledger.fail(`a full disk has damaged ${file} at ${at}`);
    }
  }
  await check(next, ledger, random, true);
  totals.rounds++;
  return next;
}

const refusal = mount();
if (refusal !== undefined) console.log(`NOT TESTED: a full disk, for none can be mounted here (${refusal})`);
else {
  console.log(`seed ${seed}, ${rounds} rounds`);
  let child = new Child(place);
  try {
    await child.up();
    while (totals.rounds < rounds && ledger.failures.length === 0) child = await playRound(child, totals.rounds % 2 === 0);
  } catch (error) {
    ledger.fail(error.stack);
  }
  await child.end('SIGKILL');
  console.log(JSON.stringify(totals));
  for (const failure of ledger.failures.slice(0, 10)) console.error(failure);
  execFileSync('umount', [disk]);
}
rmSync(disk, { recursive: true });
rmSync(state, { recursive: true });
process.exitCode = ledger.failures.length === 0 ? 0 : 1;
