#!/usr/bin/env node
// What a broker sustains in and out at the same time: the highest even rate at which, for 30 s, all that is sent comes, with none lost, none
// left, and 99 of 100 within 100 ms.
//
//   npm run bench:sustained -- --url amqp://… [--url amqp://…] [--seconds 30] [--probe 4]
//
// It feels its way up and down with short runs, and holds the rate that it found for the whole time; where that fails it takes a tenth off.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const { values } = parseArgs({
  options: {
    url: { type: 'string', multiple: true, default: ['amqp://guest:guest@127.0.0.1:5672'] },
    seconds: { type: 'string', default: '30' },
    probe: { type: 'string', default: '4' },
  },
});
const cli = fileURLToPath(new URL('../../bin/rmq-lab.js', import.meta.url));

const SHAPES = {
  'transient, no confirms, no acks': ['--transient', '--no-confirm', '--ack-mode', 'none', '--prefetch', '0'],
  'persistent, confirmed, acked': ['--confirm', '500', '--prefetch', '500'],
};

async function hold(url, shape, rate, seconds) {
  const args = ['bench', '--json', '--url', url, '--rate', String(rate), '--duration', `${seconds}s`, '--warmup', '2s', ...SHAPES[shape]];
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args], { maxBuffer: 1e8 });
  const { totals, rates, latency, broker } = JSON.parse(stdout);
  const isHeld = totals.lost === 0 && totals.left === 0 && rates.received >= rate * 0.99 && latency.endToEnd.p99 < 100_000;
  return { isHeld, totals, rates, latency, broker };
}

for (const url of values.url) {
  for (const shape of Object.keys(SHAPES)) {
    let [low, high] = [0, 5_000];
    while ((await hold(url, shape, high, values.probe)).isHeld) [low, high] = [high, high * 2];
    while (high - low > high * 0.1) {
      const middle = Math.round((low + high) / 2_000) * 1_000;
      if (middle <= low || middle >= high) break;
      if ((await hold(url, shape, middle, values.probe)).isHeld) low = middle;
      else high = middle;
    }
    for (let rate = low; rate > 0; rate = Math.floor(rate * 0.9)) {
      const { isHeld, totals, latency, broker } = await hold(url, shape, rate, values.seconds);
      if (!isHeld) continue;
      const name = `${broker.lab ? 'lab broker, as ' : ''}${broker.product} ${broker.version}`;
      const [p50, p99] = [latency.endToEnd.p50, latency.endToEnd.p99].map((microseconds) => (microseconds / 1_000).toFixed(1));
      console.log(
        `${name}: ${shape}: ${rate} messages/s for ${values.seconds} s, ${totals.sent} sent, ${totals.lost} lost, p50 ${p50} ms, p99 ${p99} ms`,
      );
      break;
    }
  }
}
