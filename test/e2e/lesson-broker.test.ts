import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultPortsAt } from '../support/default-ports.ts';
import { eventually } from '../support/polling.ts';
import { runCli } from '../support/spawn.ts';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';

let state = '';
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'rmq-lab-state-'));
});
afterEach(() => rmSync(state, { recursive: true }));

// nobody listens where a broker would be by default
const env = () => ({ XDG_STATE_HOME: state, ...defaultPortsAt({ url: 'amqp://127.0.0.1:1', api: 'http://127.0.0.1:1' }) });
const run = async (...argv: string[]) => {
  const { stdout, stderr, exitCode } = await runCli(argv, { env: env() });
  return { stdout: stdout.toString(), stderr, exitCode };
};
const documentOf = async (...argv: string[]) => JSON.parse((await run(...argv, '--json')).stdout);
const records = () => readdirSync(join(state, 'rmq-lab')).filter((name) => name.startsWith('broker-'));

/** A lesson on a terminal, on a broker of its own, at its first step. */
async function withLesson(argv: readonly string[], use: (terminal: TestTerminal) => Promise<void>): Promise<void> {
  const terminal = openTerminal(['lesson', 'start', ...argv], { cols: 100, rows: 40, env: env() });
  try {
    await terminal.waitFor(/\[1\/\d\][^\n]*>$/);
    await use(terminal);
  } finally {
    await terminal.close();
  }
}

/** Plays the first step, which declares a queue. */
async function step(terminal: TestTerminal): Promise<void> {
  terminal.type('\r');
  await terminal.waitFor(/\[2\/\d\][^\n]*>$/);
}

test('a second terminal finds what a lesson shows, without being told where', async () => {
  await withLesson(['hello'], async (terminal) => {
    await step(terminal);
    const found = await documentOf('status');
    expect(found).toMatchObject({ answers: true, asked: false, lab: true, vhost: expect.stringMatching(/^rmq-lab-hello-/) });
    const [record, ...others] = found.running;
    expect(others).toEqual([]);
    expect(record).toMatchObject({ engine: 'lab', pid: expect.any(Number), lesson: { id: 'hello', vhost: found.vhost } });
    const { stdout } = await run('status');
    expect(stdout).toContain(`the lesson hello has it up, process ${record.pid}`);
    expect(stdout).toContain(`as long as the lesson hello, in its vhost ${found.vhost}, process ${record.pid}`);
    expect(await run('expect', 'queue', 'hello')).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining(`(the lesson hello has it up, process ${record.pid})`),
    });
    expect(await documentOf('broker', 'status')).toMatchObject({ running: true, pid: record.pid, lesson: { id: 'hello' } });
    const stopped = await run('broker', 'stop');
    expect(stopped).toMatchObject({ exitCode: 0, stdout: 'no broker is up\n' });
    expect(stopped.stderr).toContain(`goes on: it belongs to the lesson hello, in its vhost ${found.vhost}, process ${record.pid}`);
    expect(await run('expect', 'queue', 'hello')).toMatchObject({ exitCode: 0 });
    terminal.type('q\r');
    expect(await terminal.exited).toMatchObject({ exitCode: 0 });
  });
  expect(records()).toEqual([]);
  expect(await run('get', 'hello')).toMatchObject({ exitCode: 5 });
});

test('two lessons at once have a broker each; the last to begin is the one that is found, until it ends', async () => {
  await withLesson(['hello'], async (first) => {
    await withLesson(['declare'], async (second) => {
      const found = await documentOf('status');
      expect(found.running.map(({ lesson }: { lesson: { id: string } }) => lesson.id)).toEqual(['declare', 'hello']);
      expect(found).toMatchObject({
        reason: expect.stringMatching(/^the lesson declare has it up, process \d+; it is the last of several/),
      });
      expect((await run('status')).stdout).toMatch(/^also up: +amqp:\/\/127\.0\.0\.1:\d+: the lesson hello, in its vhost rmq-lab-hello-/m);
      second.press('ctrl-c');
      expect(await second.exited).toMatchObject({ exitCode: 130 });
    });
    expect(await documentOf('status')).toMatchObject({ reason: expect.stringMatching(/^the lesson hello has it up, process \d+$/) });
    await step(first);
  });
});

test('a broker that was started comes before a lesson’s, and both are told', async () => {
  await withLesson(['hello'], async () => {
    const { url } = await documentOf('broker', 'start', '--port', '0');
    try {
      const found = await documentOf('status');
      expect(found).toMatchObject({ vhost: '/', reason: 'rmq-lab broker has it up; a lesson has one of its own' });
      expect(found.running).toMatchObject([{ url }, { lesson: { id: 'hello' } }]);
    } finally {
      await run('broker', 'stop');
    }
    expect(await documentOf('status')).toMatchObject({ vhost: expect.stringMatching(/^rmq-lab-hello-/) });
  });
});

test('what a lesson leaves that is killed is cleared away', async () => {
  await withLesson(['hello'], async (terminal) => {
    const { pid } = (await documentOf('broker', 'status')) as { pid: number };
    expect(records()).toEqual([`broker-lesson-${pid}.json`]);
    process.kill(pid, 'SIGKILL');
    await terminal.exited;
    await eventually(async () => expect(await run('broker', 'status')).toMatchObject({ exitCode: 7 }));
    expect(records()).toEqual([]);
  });
});

test('a lesson on somebody else’s broker enters nothing', async () => {
  const { url } = await documentOf('broker', 'start', '--port', '0');
  try {
    await withLesson(['hello'], async () => {
      expect((await documentOf('status')).running).toMatchObject([{ url }]);
      expect(records().filter((name) => name.includes('lesson'))).toEqual([]);
    });
  } finally {
    await run('broker', 'stop');
  }
});
