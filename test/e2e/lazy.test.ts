import { runCli } from '../support/spawn.ts';
import { openTerminal } from '../support/terminal.ts';

test('compare asks before it loads a broker of another machine: without a terminal it wants --yes, before it connects', async () => {
  const { exitCode, stdout, stderr } = await runCli(['lazy', 'compare', '--url', 'amqp://me:s3cret@broker.invalid']);
  expect({ exitCode, stdout: stdout.toString() }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(
    /^error: This puts load on amqp:\/\/me@broker\.invalid:5672, which is another machine\. Go on\?.*\ntry: add --yes/,
  );
  const gone = await runCli(['lazy', 'compare', '--yes', '--url', 'amqp://broker.invalid']);
  expect(gone.exitCode).toBe(5);
});

test.each([
  [['lazy'], 'lazy what? one of declare, inspect, compare is missing'],
  [['lazy', 'declare'], "missing required argument 'queue'"],
  [['lazy', 'declare', ''], 'the name of the queue is empty'],
  [['lazy', 'declare', 'q', '--arg', 'x-queue-mode=default'], 'x-queue-mode is given twice'],
  [['lazy', 'inspect', ''], 'the name of the queue is empty'],
  [['lazy', 'compare', '--count', '0'], '--count'],
])('%j: exit 2', async (argv, message) => {
  const { exitCode, stderr } = await runCli(argv);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
});

test('--url lab: shows what the lab broker can tell', async () => {
  const { exitCode, stdout } = await runCli(['--url', 'lab:', 'lazy', 'compare', '-n', '200', '--rounds', '3', '--ascii', '--quiet']);
  expect(exitCode).toBe(0);
  const text = stdout.toString();
  expect(text).toMatch(/^memory of the queue +200 kB +200 kB$/m);
  expect(text).toMatch(/^ {2}default {2}#{40} 200 kB$/m);
  expect(text).toContain('This broker gives no figure for messages in memory.');
  expect(text).toMatch(/The lab broker has one way to keep messages, in memory/);
});

test('compare shows its progress on a terminal, and Ctrl-C ends it', async () => {
  const terminal = openTerminal(['--url', 'lab:', 'lazy', 'compare', '-n', '50000', '--rounds', '99']);
  try {
    await terminal.waitFor('round 1 of 99: default', 20_000);
    terminal.press('ctrl-c');
    await expect(terminal.exited).resolves.toMatchObject({ exitCode: 130 });
  } finally {
    await terminal.close();
  }
});
