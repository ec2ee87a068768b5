#!/usr/bin/env node
// What rmq-lab costs over a bare amqplib loop: interleaved pairs on one broker, medians, ratios.
//
//   npm run bench:self [-- --pairs 5 --messages 100000 --url amqp://…]
//
// Then the lab broker beside the same RabbitMQ (scripts/bench-lab.js, which npm run bench:lab runs alone).
//
// Both sides are whole processes, from start to exit, and move the same lines with the same window and prefetch.
// Ratios above 1 mean that rmq-lab was the faster. Memory is measured on a run of its own (--memory-messages 1000000).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '5' },
    messages: { type: 'string', default: '100000' },
    'memory-messages': { type: 'string', default: '1000000' },
    url: { type: 'string', default: process.env.RMQ_LAB_URL ?? 'amqp://guest:guest@localhost:5672' },
  },
});
const pairs = Number(values.pairs);
const messages = Number(values.messages);
const memoryMessages = Number(values['memory-messages']);
const bin = fileURLToPath(new URL('../bin/rmq-lab.js', import.meta.url));
const bare = fileURLToPath(new URL('./bench-self-bare.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rmq-lab-bench-'));
const queue = `rmq-lab-bench-self-${process.pid}`;
const env = { ...process.env, RMQ_LAB_URL: values.url };

/** Runs node on a script; answers wall time in seconds and peak resident memory in MiB (Linux: from /proc, while it runs). */
async function run(args, { input, output } = {}) {
  const stdin = input === undefined ? 'ignore' : openSync(input, 'r');
  const stdout = openSync(output ?? '/dev/null', 'w');
  const startedAt = process.hrtime.bigint();
  const child = spawn(process.execPath, args, { stdio: [stdin, stdout, 'pipe'], env });
  let peak = 0;
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const watch = setInterval(() => {
    peak = Math.max(peak, peakMemory(child.pid));
  }, 20);
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', resolve);
  });
  clearInterval(watch);
  if (stdin !== 'ignore') closeSync(stdin);
  closeSync(stdout);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${errors}`);
  return { seconds: Number(process.hrtime.bigint() - startedAt) / 1e9, peak };
}

function peakMemory(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function writeLines(file, count) {
  const target = openSync(file, 'w');
  for (let n = 0; n < count; n += 1000) {
    let chunk = '';
    for (let i = n; i < Math.min(n + 1000, count); i++) chunk += `message number ${String(i).padStart(10, '0')}\n`;
    writeSync(target, chunk);
  }
  closeSync(target);
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Bare and ours, one after the other, and the other way round in the next pair. */
async function compare(name, count, bareRun, ourRun) {
  const ratios = [];
  const times = { bare: [], ours: [] };
  for (let pair = 0; pair < pairs; pair++) {
    const order = pair % 2 === 0 ? ['bare', 'ours'] : ['ours', 'bare'];
    for (const side of order) times[side].push((await (side === 'bare' ? bareRun : ourRun)()).seconds);
    ratios.push(times.bare[pair] / times.ours[pair]);
  }
  const rate = (seconds) => Math.round(count / median(seconds));
  console.log(
    `${name}: ${median(ratios).toFixed(2)} of a bare amqplib loop (median of ${pairs} pairs, ${Math.min(...ratios).toFixed(2)} to ` +
      `${Math.max(...ratios).toFixed(2)}); ${rate(times.ours)} against ${rate(times.bare)} messages/s`,
  );
}

const lines = join(folder, 'lines');
const rmq = (...args) => [bin, '--quiet', ...args];
try {
  writeLines(lines, messages);
  await run(rmq('declare-queue', queue));
  const fill = () => run([bare, 'publish', queue, String(messages)], { input: lines });
  await compare(
    'publish --lines with confirms',
    messages,
    async () => {
      const result = await run([bare, 'publish', queue, String(messages)], { input: lines });
      await run(rmq('purge', queue, '--yes'));
      return result;
    },
    async () => {
      const result = await run(rmq('publish', '-q', queue, '--lines'), { input: lines });
      await run(rmq('purge', queue, '--yes'));
      return result;
    },
  );
  await compare(
    'consume --json',
    messages,
    async () => {
      await fill();
      return run([bare, 'consume', queue, String(messages)]);
    },
    async () => {
      await fill();
      return run(rmq('consume', queue, '--json', '-n', String(messages)), { output: join(folder, 'out') });
    },
  );
  if (memoryMessages > 0) {
    writeLines(lines, memoryMessages);
    const published = await run(rmq('publish', '-q', queue, '--lines'), { input: lines });
    const consumed = await run(rmq('consume', queue, '--json', '-n', String(memoryMessages)), { output: join(folder, 'out') });
    console.log(`memory for ${memoryMessages} messages: publish ${published.peak.toFixed(0)} MiB, consume ${consumed.peak.toFixed(0)} MiB`);
  }
  const help = [];
  for (let pair = 0; pair < 11; pair++) help.push((await run([bin, '--help'])).seconds / (await run(['-e', '0'])).seconds);
  console.log(`--help: ${median(help).toFixed(2)} of the time of a bare node -e 0 (median of 11 pairs; a ratio below is better here)`);
} finally {
  await run(rmq('delete-queue', queue, '--yes')).catch(() => undefined);
  rmSync(folder, { recursive: true, force: true });
}

const lab = fileURLToPath(new URL('./bench-lab.js', import.meta.url));
const beside = [
  '--url',
  values.url,
  '--rounds',
  values.pairs,
  '--messages',
  values.messages,
  '--memory-messages',
  values['memory-messages'],
];
const [code] = await once(spawn(process.execPath, [lab, ...beside], { stdio: 'inherit' }), 'exit');
process.exitCode = code ?? 1;
