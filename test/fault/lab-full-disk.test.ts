import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const script = join(import.meta.dirname, '../../scripts/fill-lab-disk.js');

/** Whether this machine lets a test have a small file system of its own. */
function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'rmq-lab-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=65536', 'none', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
}

if (canMount()) {
  test('on a full disk a lab broker confirms nothing and blocks publishers, and loses nothing that it confirmed before', async () => {
    const seed = String(Date.now() % 1e9);
    const { stdout } = await promisify(execFile)(process.execPath, [script, '--rounds', '2', '--seed', seed], { timeout: 80_000 });
    expect(JSON.parse(stdout.split('\n')[1] ?? '')).toMatchObject({ rounds: 2, lost: 0, returned: 0 });
  }, 90_000);
} else test.skip('NOT TESTED: a full disk, since no file system can be mounted here (that needs root on Linux)', () => {});
