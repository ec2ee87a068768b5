import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const script = join(import.meta.dirname, '../../scripts/fuzz-lab-broker.js');

test('nothing that comes through its socket brings the lab broker down, or is left behind', async () => {
  const seed = String(Date.now() % 1e9);
  const { stdout } = await promisify(execFile)(process.execPath, [script, '--seconds', '20', '--seed', seed], { timeout: 60_000 });
  expect(stdout).toMatch(new RegExp(`^seed ${seed}: \\d{3,} clients`));
}, 60_000);
