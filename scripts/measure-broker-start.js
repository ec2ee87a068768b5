#!/usr/bin/env node
// How long `rmq-lab broker start` takes until a connection is accepted, beside bare `node -e 0`: interleaved runs, medians.
//
//   npm run bench:start [-- --rounds 15]
//
// The promise is: within 3 times bare node, and 150 ms. Exits 1 when the medians do not keep it, or when a stop leaves anything but the
// log and what is durable.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } });
const rounds = Number(values.rounds);
const bin = fileURLToPath(new URL('../bin/rmq-lab.js', import.meta.url));
const state = mkdtempSync(join(tmpdir(), 'rmq-lab-start-'));
const env = { ...process.env, XDG_STATE_HOME: state };
/** Nobody is likely to have it: below the ports that the system gives out. */
const PORT = 23_672;

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

/** Runs node to its end; answers what it wrote. */
function run(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(text) : reject(new Error(`${args.join(' ')} ended with ${code}`))));
  });
}

function accepts() {
  return new Promise((resolve) => {
    const socket = connect(PORT, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

async function timeOf(action) {
  const from = performance.now();
  await action();
  return performance.now() - from;
}

/** From the command to a connection that is accepted, tried all the while, and to the command's end. */
async function start() {
  const from = performance.now();
  const ended = run([bin, 'broker', 'start', '--port', String(PORT), '--api-port', '0', '--quiet']).then(() => performance.now() - from);
  let done = false;
  ended
    .catch(() => undefined)
    .finally(() => {
      done = true;
    });
  while (!(await accepts()) && !done) await new Promise((resolve) => setTimeout(resolve, 2));
  return { accepted: performance.now() - from, returned: await ended };
}

const times = { bare: [], accepted: [], returned: [] };
try {
  // the first run of each fills caches
  for (let round = 0; round <= rounds; round++) {
    const bare = await timeOf(() => run(['-e', '0']));
    const { accepted, returned } = await start();
    await run([bin, 'broker', 'stop', '--quiet']);
    if (await accepts()) throw new Error(`port ${PORT} is still listened on`);
    if (round === 0) continue;
    times.bare.push(bare);
    times.accepted.push(accepted);
    times.returned.push(returned);
  }
  const left = readdirSync(join(state, 'rmq-lab')).filter((name) => !name.endsWith('.log') && name !== 'lab-data');
  const [bare, accepted, returned] = [times.bare, times.accepted, times.returned].map(median);
  const allowed = 3 * bare + 150;
  console.log(
    `node -e 0: ${bare.toFixed(0)} ms; a connection is accepted after ${accepted.toFixed(0)} ms, broker start is done after ${returned.toFixed(0)} ms`,
  );
  console.log(`allowed are 3 x ${bare.toFixed(0)} + 150 = ${allowed.toFixed(0)} ms; ${(allowed - accepted).toFixed(0)} ms to spare`);
  if (left.length > 0) console.log(`left behind: ${left.join(', ')}`);
  process.exitCode = accepted <= allowed && left.length === 0 ? 0 : 1;
} finally {
  await run([bin, 'broker', 'stop', '--quiet']);
  rmSync(state, { recursive: true });
}
