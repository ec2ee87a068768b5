import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const script = join(import.meta.dirname, '../../scripts/kill-lab-broker.js');

test('a lab broker that is killed under load loses nothing that it confirmed, and forgets no ack that it cannot take back', async () => {
  const seed = String(Date.now() % 1e9);
  const { stdout } = await promisify(execFile)(process.execPath, [script, '--rounds', '5', '--seed', seed], { timeout: 90_000 });
  const [first, totals] = stdout.split('\n') as [string, string];
  expect(first).toBe(`seed ${seed}, 5 rounds`);
  expect(JSON.parse(totals)).toMatchObject({ rounds: 5, lost: 0, returned: 0 });
  expect(JSON.parse(totals).confirmed).toBeGreaterThan(500);
}, 100_000);
