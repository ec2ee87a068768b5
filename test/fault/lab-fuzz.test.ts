import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const script = join(import.meta.dirname, '../../scripts/fuzz-lab-broker.js');

test('nothing that comes through its socket brings the lab broker down, or is left behind', async () => {
  const seed = String(Date.now() % 1e9);
  const { stdout } = await promisify(execFile)(process.execPath, [script, '--seconds', '20', '--seed', seed], { timeout: 90_000 });
  expect(stdout).toMatch(new RegExp(`^seed ${seed}, 20 s\n\\{"connections":\\d{2,},`));
}, 100_000);
