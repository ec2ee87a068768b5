import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../../../src/engines/engine.ts';
import { withLockFile, withLockFileIfPossible } from '../../../src/engines/lock-file.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rmq-lab-lock-'));
  file = join(folder, 'broker.lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

const host = (pid: number): Host => ({ pid, brokerProgram: ['node'], env: {}, signal: (other) => other !== 404 });

test('one after the other', async () => {
  let inside = 0;
  const most: number[] = [];
  const use = async () => {
    most.push(++inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside--;
  };
  await Promise.all([2, 3, 4].map((pid) => withLockFile(file, host(pid), use)));
  expect(most).toEqual([1, 1, 1]);
  expect(existsSync(file)).toBe(false);
});

test('whoever died holding it holds it no more', async () => {
  writeFileSync(file, '404 1\n');
  expect(await withLockFile(file, host(2), async () => 'done')).toBe('done');
});

test('is free again after a failure', async () => {
  await expect(withLockFile(file, host(2), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(file)).toBe(false);
});

test('says which folder takes nothing, before and while it is held', async () => {
  writeFileSync(file, '404 1\n');
  const below = join(file, 'broker.lock');
  await expect(withLockFile(below, host(2), async () => 'done')).rejects.toMatchObject({
    message: expect.stringMatching(`^cannot keep state in ${file}: ENOTDIR`),
    hint: expect.stringContaining('XDG_STATE_HOME=/path'),
  });
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
  await expect(withLockFile(file, host(2), () => Promise.reject(full))).rejects.toMatchObject({
    message: `cannot keep state in ${folder}: ${full.message}`,
    hint: expect.stringMatching(/^make room there, or /),
  });
  expect(existsSync(file)).toBe(false);
});

test('what ends a broker does without a file that cannot be written', async () => {
  writeFileSync(file, '');
  const below = join(file, 'broker.lock');
  expect(await withLockFileIfPossible(below, host(2), async () => 'done')).toBe('done');
  // what is written beside it would have too long a name
  const long = join(folder, 'l'.repeat(250));
  writeFileSync(long, '3 1\n');
  const seen: string[] = [];
  const ended = withLockFileIfPossible(long, host(2), async () => seen.push('ended'));
  for (let n = 0; n < 10; n++) await new Promise((resolve) => setImmediate(resolve));
  seen.push('free');
  rmSync(long);
  await ended;
  expect(seen).toEqual(['free', 'ended']);
});
