#!/usr/bin/env node
// rmq-lab bench beside a bare amqplib loop and RabbitMQ PerfTest: the same shapes, in interleaved rounds, as ratios.
//
//   npm run bench:peers -- --url amqp://… [--url amqp://…] [--rounds 5] [--seconds 8]
//
// One producer, one consumer, bodies of 100 bytes: neither acks nor confirms; acks with prefetch 500, persistent; the same with confirms, 500
// of them open. Beside others' load the absolute rates say little: each round gives ratios, of which the median and the spread are told.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { fetchPerfTest } from './perf-test.js';

const { values } = parseArgs({
  options: {
    url: { type: 'string', multiple: true, default: ['amqp://guest:guest@127.0.0.1:5672'] },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '8' },
    shapes: { type: 'string', default: 'no-ack,ack,confirm' },
  },
});
const seconds = Number(values.seconds);
const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const run = async (command, args) => (await promisify(execFile)(command, args, { maxBuffer: 1e8 })).stdout;

const OURS = {
  'no-ack': ['--no-confirm', '--transient', '--ack-mode', 'none', '--prefetch', '0'],
  ack: ['--no-confirm', '--prefetch', '500'],
  confirm: ['--confirm', '500', '--prefetch', '500'],
};
const THEIRS = {
  'no-ack': ['-a'],
  ack: ['-q', '500', '-f', 'persistent'],
  confirm: ['-q', '500', '-f', 'persistent', '-c', '500'],
};

const perfTest = fetchPerfTest();
const peers = {
  bare: async (url, shape) => JSON.parse(await run(process.execPath, [path('bare-loop.js'), url, shape, String(seconds)])),
  'rmq-lab bench': async (url, shape) => {
    const args = ['bench', '--json', '--url', url, '--duration', `${seconds}s`, '--warmup', '1s', '--drain', '2m', ...OURS[shape]];
    return JSON.parse(await run(process.execPath, [path('../../bin/rmq-lab.js'), ...args])).rates;
  },
  ...(perfTest === undefined
    ? {}
    : {
        PerfTest: async (url, shape) => {
          const [java, ...args] = perfTest.command;
          const queue = `rmq-lab.perf-test.${process.pid}`;
          const out = await run(java, [
            ...args,
            ...['--uri', url, '-x', '1', '-y', '1', '-s', '100', '-z', String(seconds + 1), '-u', queue, '-ad', 'true'],
            ...THEIRS[shape],
          ]);
          const rate = (which) => Number(new RegExp(`${which} rate avg: ([0-9]+)`).exec(out)?.[1]);
          return { sent: rate('sending'), received: rate('receiving') };
        },
      }),
};

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
const spread = (numbers, digits) =>
  `${median(numbers).toFixed(digits)} (${Math.min(...numbers).toFixed(digits)}–${Math.max(...numbers).toFixed(digits)})`;

if (perfTest === undefined) console.log('NOT COMPARED with PerfTest: it needs java and mvn');
for (const url of values.url) {
  console.log(`${new URL(url).host}: messages a second, median of ${values.rounds} (lowest–highest)`);
  for (const shape of values.shapes.split(',')) {
    const rounds = [];
    for (let round = 0; round < Number(values.rounds); round++) {
      const figures = {};
      // each peer comes first as often as the others
      const names = Object.keys(peers);
      for (const name of [...names.slice(round % names.length), ...names.slice(0, round % names.length)])
        figures[name] = await peers[name](url, shape);
      rounds.push(figures);
    }
    for (const name of Object.keys(peers)) {
      const pick = (which) =>
        spread(
          rounds.map((figures) => figures[name][which]),
          0,
        );
      console.log(`  ${shape}, ${name}: sent ${pick('sent')}, received ${pick('received')}`);
    }
    for (const name of Object.keys(peers).filter((one) => one !== 'rmq-lab bench')) {
      const ratio = (which) =>
        spread(
          rounds.map((figures) => figures['rmq-lab bench'][which] / figures[name][which]),
          2,
        );
      console.log(`  ${shape}, rmq-lab bench to ${name}: sent ${ratio('sent')}, received ${ratio('received')}`);
    }
  }
}
