import { existsSync } from 'node:fs';
import { runShell } from '../../support/spawn.ts';

test('runShell inherits nothing but PATH, and its home goes with it', async () => {
  process.env.RMQ_LAB_URL = 'amqp://inherited';
  const { stdout, exitCode } = await runShell('env | cut -d= -f1 | sort | xargs; echo "$HOME"; exit 3').finally(() => {
    delete process.env.RMQ_LAB_URL;
  });
  const [names, home] = stdout.toString().split('\n');
  expect(names?.split(' ').filter((name) => !['_', 'OLDPWD', 'PWD', 'SHLVL'].includes(name))).toEqual(['HOME', 'LANG', 'PATH']);
  expect(existsSync(home ?? '')).toBe(false);
  expect(exitCode).toBe(3);
});

test('runShell finds rmq-lab on its PATH', async () => {
  const { stdout } = await runShell('command -v rmq-lab');
  expect(stdout.toString()).toMatch(/\/bin\/rmq-lab\n$/);
});

test('bytes go in and come out as they are', async () => {
  const input = Buffer.from([0, 255, 10, 128]);
  const { stdout, stderr } = await runShell('cat; echo told >&2', { input });
  expect([stdout, stderr]).toEqual([input, 'told\n']);
});

test('what runs too long is killed with all that it started, and the error shows what it said', async () => {
  const late = runShell('echo $$; sleep 60 & sleep 60', { timeout: 300 });
  await expect(late).rejects.toThrow(/still running after 300 ms\nstdout: \d+/);
});

test('a signal is told apart from an exit code', async () => {
  expect(await runShell('kill -TERM $$')).toMatchObject({ exitCode: null, signal: 'SIGTERM' });
});
