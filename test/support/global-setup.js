import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describeBroker } from './find-brokers.js';

const server = join(import.meta.dirname, 'lab-server.js');
const built = join(import.meta.dirname, '../../dist/lab-broker/lab-broker.js');

/**
 * Starts the lab broker that all tests of a run share, in a process that ends with this one, and hands it to them: see `TestBroker`.
 * It goes by the environment and not, as the real brokers, by jest's globals: jest forgets what it has transformed whenever those
 * change, and a port always does.
 */
export default async function setUp() {
  if (!existsSync(built)) throw new Error('the lab broker is not built: npm run build (npm test does it, too)');
  const child = spawn(process.execPath, [server], { stdio: ['pipe', 'pipe', 'inherit'] });
  const line = await firstLine(child.stdout);
  if (line === undefined) throw new Error(`the lab broker of the tests did not start: see above, and ${server}`);
  const { url, api } = JSON.parse(line);
  process.env.RMQ_LAB_TEST_LAB_BROKER = JSON.stringify({ ...(await describeBroker(url, api)), name: 'lab broker', lab: true });
  // nothing is waited for when the run is over: the end of stdin ends it
  for (const handle of [child, child.stdin, child.stdout]) handle.unref();
}

async function firstLine(stream) {
  const lines = createInterface({ input: stream });
  for await (const line of lines) return line;
  return undefined;
}
