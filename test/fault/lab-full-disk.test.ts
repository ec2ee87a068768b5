import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runCli } from '../support/spawn.ts';

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
  test.each(['stop', 'kill'])('broker %s ends a broker whose state folder is full', async (how) => {
    const folder = mkdtempSync(join(tmpdir(), 'rmq-lab-mount-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', folder]);
    const run = (...argv: string[]) => runCli(argv, { env: { XDG_STATE_HOME: folder } });
    try {
      expect(await run('broker', 'start', '--port', '0')).toMatchObject({ exitCode: 0 });
      // ends with the error that the disk is full
      expect(() => writeFileSync(join(folder, 'filler'), Buffer.alloc(2 ** 21))).toThrow('ENOSPC');
      expect(await run('broker', how)).toMatchObject({ exitCode: 0, stderr: '' });
      expect(await run('broker', 'status')).toMatchObject({ exitCode: 7 });
    } finally {
      rmSync(join(folder, 'filler'), { force: true });
      await run('broker', 'kill');
      execFileSync('umount', [folder]);
      rmdirSync(folder);
    }
  });

  test('on a full disk a lab broker confirms nothing and blocks publishers, and loses nothing that it confirmed before', async () => {
    const seed = String(Date.now() % 1e9);
    const { stdout } = await promisify(execFile)(process.execPath, [script, '--rounds', '2', '--seed', seed], { timeout: 80_000 });
    expect(JSON.parse(stdout.split('\n')[1] ?? '')).toMatchObject({ rounds: 2, lost: 0, returned: 0 });
  }, 90_000);
} else test.skip('NOT TESTED: a full disk, since no file system can be mounted here (that needs root on Linux)', () => {});
