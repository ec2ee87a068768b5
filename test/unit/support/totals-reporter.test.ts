import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** Runs jest with the reporter on test files of these contents. */
function runJest(files: Readonly<Record<string, string>>, ...args: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'rmq-lab-jest-'));
  try {
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ jest: { reporters: ['default', join(root, 'test/support/totals-reporter.js')] } }),
    );
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    // One pipe for both streams, so that their order shows.
    const command = `exec '${process.execPath}' '${join(root, 'node_modules/jest/bin/jest.js')}' --ci "$@" 2>&1`;
    const { stdout, status } = spawnSync('bash', ['-c', command, 'bash', ...args], { cwd: folder, encoding: 'utf8' });
    const lines = stdout.trimEnd().split('\n');
    return { status, lines, last: lines.at(-1) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('the totals are the last line: a todo counts as skipped, a file that cannot run as failed', () => {
  const { status, last, lines } = runJest({
    'a.test.js': `test('a', () => {}); test('b', () => {}); test.skip('c', () => {}); test.todo('d'); test('e', () => { throw new Error(); });`,
    'b.test.js': 'this is no JavaScript',
  });
  expect(last).toBe('2 passed, 2 failed, 2 skipped');
  expect(lines.join('\n')).toContain('Ran all test suites.');
  expect(status).toBe(1);
});

test('says which brokers were tested and which were not; the lab broker is no RabbitMQ', () => {
  const body = `describe('publish on lab broker', () => { test('a', () => {}); test('b', () => {}); test.skip('c', () => {}); });
    describe('publish on RabbitMQ 3.10.8', () => { test('a', () => {}); test('b', () => {}); });
    describe('publish', () => { test.concurrent('a on RabbitMQ 4.3.6', async () => {}); test('b', () => {}); });
    describe('move on RabbitMQ 4.0.5', () => { test.skip('a', () => {}); });`;
  const { status, lines } = runJest({ 'a.test.js': body });
  expect(lines.slice(-4)).toEqual([
    'tested on the lab broker (2 tests)',
    'tested on RabbitMQ 3.10.8 (2 tests), 4.3.6 (1 test)',
    'NOT TESTED on RabbitMQ 4.0 (CONTRIBUTING.md says how)',
    '6 passed, 0 failed, 2 skipped',
  ]);
  expect(status).toBe(0);
});

test('says why programs in Python were not tested, once', () => {
  const body = `test('a', () => {});
    describe('Python: NOT TESTED: no python', () => { test.skip('b', () => {}); test.skip('c', () => {}); });
    describe('code', () => { test.skip('python: NOT TESTED: no pika', () => {}); });`;
  const { lines } = runJest({ 'a.test.js': body });
  expect(lines.slice(-3)).toEqual([
    'NOT TESTED: programs in Python: no python',
    'NOT TESTED: programs in Python: no pika',
    '1 passed, 0 failed, 3 skipped',
  ]);
});

test('a run in which every test was skipped fails', () => {
  const { status, last } = runJest({ 'a.test.js': `test('a', () => {});` }, '--testNamePattern=nothing');
  expect([status, last]).toEqual([1, '0 passed, 0 failed, 1 skipped']);
});

test('a run without tests fails', () => {
  expect(runJest({}).status).toBe(1);
});
