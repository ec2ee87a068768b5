import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describeBroker } from './find-brokers.js';

const server = join(import.meta.dirname, 'lab-server.js');
const built = join(import.meta.dirname, '../../dist/lab-broker/lab-broker.js');

/**
 * Hands the tests the lab broker that they share, see `TestBroker`: the one that RMQ_LAB_TEST_URLS names, else one in a process that
 * ends with this one. It goes by the environment and not, as the real brokers, by jest's globals: jest forgets what it has transformed
 * whenever those change, and a port always does.
 */
export default async function setUp(_, { globals }) {
  const broker = globals.rmqLabBrokers.find(({ lab }) => lab) ?? (await startLabBroker());
  process.env.RMQ_LAB_TEST_LAB_BROKER = JSON.stringify(broker);
}

async function startLabBroker() {
  if (!existsSync(built)) throw new Error('the lab broker is not built: npm run build (npm test does it, too)');
  const child = spawn(process.execPath, [server], { stdio: ['pipe', 'pipe', 'inherit'] });
  const line = await firstLine(child.stdout);
  if (line === undefined) throw new Error(`the lab broker of the tests did not start: see above, and ${server}`);
  const { url, api } = JSON.parse(line);
  // nothing is waited for when the run is over: the end of stdin ends it
  for (const handle of [child, child.stdin, child.stdout]) handle.unref();
  return describeBroker(url, api);
}

async function firstLine(stream) {
  const lines = createInterface({ input: stream });
  for await (const line of lines) return line;
  return undefined;
}
