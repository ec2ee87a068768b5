import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeNewestBroker, managementOf, type TestBroker, withVhost } from '../support/brokers.ts';
import { type CliOptions, runCli, startCli } from '../support/spawn.ts';
import { openTerminal } from '../support/terminal.ts';

let state = '';
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'rmq-lab-state-'));
});
afterEach(() => rmSync(state, { recursive: true }));

const run = (argv: readonly string[], options: CliOptions = {}) =>
  runCli(argv, { ...options, env: { XDG_STATE_HOME: state, ...options.env } });

describe('without a broker', () => {
  const nowhere = { env: { RMQ_LAB_URL: 'amqp://127.0.0.1:1' } };

  test('the list is there, on stdout, as text and as JSON', async () => {
    const text = await run(['lesson']);
    expect(text).toMatchObject({ exitCode: 0, stderr: '' });
    expect(text.stdout.toString()).toMatch(/^ {5}1 {2}hello[\s\S]*rmq-lab lesson start hello begins\.\n$/);
    const json = await run(['lesson', 'list', '--json']);
    expect(JSON.parse(json.stdout.toString())[0]).toMatchObject({ id: 'hello', order: 1, title: 'Hello, default exchange', state: 'new' });
  });

  test.each<[string[], number, RegExp]>([
    [['lesson', 'start', 'helo'], 2, /no lesson 'helo': did you mean hello\?\ntry: the lessons are hello, declare,/],
    [['lesson', 'start', 'quux'], 2, /no lesson 'quux'\n/],
    [['lesson', 'start'], 2, /which lesson\?\ntry: name one of hello/],
    [['lesson', 'start', './none.md'], 2, /cannot read the lesson \.\/none\.md/],
    [['lesson', 'hello'], 2, /'hello' is a lesson, not a command\ntry: rmq-lab lesson start hello/],
    [['lesson', 'strat', 'hello'], 2, /did you mean start\?/],
    [['lesson', 'resume'], 7, /no lesson is begun and not finished\ntry: rmq-lab lesson next/],
    [['lesson', 'reset'], 2, /add --yes/],
    [['lesson', 'start', 'hello'], 5, /connection refused/],
    [
      ['lesson', 'start', 'hello', '--url', 'amqp://192.0.2.1'],
      2,
      /amqp:\/\/guest@192\.0\.2\.1:5672 is not on this machine[\s\S]*add --yes/,
    ],
  ])('%j exits %d', async (argv, exitCode, stderr) => {
    expect(await run(argv, nowhere)).toMatchObject({ exitCode, stderr: expect.stringMatching(stderr) });
    expect(readdirSync(state)).toEqual([]);
  });

  test('a lesson file with a defect names its line', async () => {
    writeFileSync(join(state, 'mine.md'), '---\nid: mine\norder: x\n---\n');
    expect(await run(['lesson', 'start', './mine.md'], { ...nowhere, cwd: state })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^error: \.\/mine\.md:3: 'order' is 'x'/),
    });
  });

  test('a damaged record of progress is set aside, never a crash', async () => {
    mkdirSync(join(state, 'rmq-lab'));
    writeFileSync(join(state, 'rmq-lab/progress.json'), '{"version":');
    expect(await run(['lesson', 'list'])).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/was damaged; it is kept as/) });
    expect(await run(['lesson', 'list'])).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test.each([
    ['list', '--lang', 'pt-BR'],
    ['--lang', 'pt-BR', 'list'],
  ])('lesson %s %s %s is in that language', async (...argv) => {
    expect((await run(['lesson', ...argv])).stdout.toString()).toContain('Conexões e canais');
  });

  test('lesson start plays in the language asked for', async () => {
    const { exitCode, stdout, stderr } = await run(['lesson', 'start', 'channels', '--lang', 'pt-BR', '--url', 'lab:']);
    expect({ exitCode, stderr: stderr.toString() }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.toString()).toContain('Conexões e canais');
  });

  test('a language that nobody translated to is English', async () => {
    expect((await run(['lesson', 'list', '--lang', 'tlh'])).stdout.toString()).toContain('Hello, default exchange');
  });

  test('nothing is nothing to clean', async () => {
    expect(await run(['clean'], nowhere)).toMatchObject({
      exitCode: 0,
      stdout: Buffer.from('nothing to clean: no lesson left anything\n'),
    });
  });
});

describeNewestBroker('with a broker', (broker) => {
  const env = { RMQ_LAB_URL: broker.url, RMQ_LAB_API: broker.api };
  // what a failing test leaves is not left on the broker
  afterEach(() => run(['clean'], { env }));

  const vhostIn = (text: string) => /rmq-lab-[a-z-]+-[a-z0-9]{6}/.exec(text)?.[0] ?? 'no vhost';
  const exists = async (vhost: string) => (await managementOf(broker).get(`/api/vhosts/${vhost}`)) !== undefined;
  const journal = () => readdirSync(join(state, 'rmq-lab/journal'));

  test('--auto is implied; next goes on in order; the list tells; reset forgets', async () => {
    expect(await run(['lesson', 'next'], { env })).toMatchObject({ exitCode: 0, stdout: expect.anything() });
    const second = await run(['lesson', 'next'], { env });
    expect(second.stdout.toString()).toMatch(/^Lesson 2: /);
    const list = async () =>
      JSON.parse((await run(['lesson', 'list', '--json'])).stdout.toString()).map((lesson: { state: string }) => lesson.state);
    expect((await list()).slice(0, 4)).toEqual(['done', 'done', 'new', 'new']);
    expect(await run(['lesson', 'reset', 'hello', '--yes'])).toMatchObject({ exitCode: 0 });
    expect((await list()).slice(0, 4)).toEqual(['new', 'done', 'new', 'new']);
    expect(journal()).toEqual([]);
  });

  test('--json gives one document and no transcript', async () => {
    const { exitCode, stdout, stderr } = await run(['lesson', 'start', 'hello', '--json'], { env });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout.toString())).toMatchObject({ id: 'hello', finished: true, state: 'done', differences: [] });
  });

  test('a reader who leaves early ends it quietly, and it still cleans up', async () => {
    const lesson = startCli(['lesson', 'start', 'topic', '--auto'], { env: { ...env, XDG_STATE_HOME: state }, input: '' });
    const vhost = vhostIn(await lesson.waitForStdout(/vhost/));
    lesson.closeStdout();
    expect(await lesson.done).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await exists(vhost)).toBe(false);
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('%s leaves nothing behind, and exits %d', async (signal, exitCode) => {
    const lesson = await startPaused(broker);
    lesson.kill(signal);
    expect(await lesson.exited).toBe(exitCode);
    expect(await exists(lesson.vhost)).toBe(false);
    expect(journal()).toEqual([]);
  });

  test('after kill -9 clean removes its vhost, and that of no lesson that runs', async () => {
    const [dead, alive] = [await startPaused(broker), await startPaused(broker)];
    dead.kill('SIGKILL');
    await dead.exited;
    expect(journal()).toHaveLength(2);
    expect(await run(['lesson'])).toMatchObject({ stderr: 'an interrupted lesson left something behind: rmq-lab clean removes it\n' });
    const cleaned = await run(['clean', '--json'], { env });
    const states = (JSON.parse(cleaned.stdout.toString()) as { vhost: string; state: string }[]).map((entry) => [entry.vhost, entry.state]);
    expect(states.sort()).toEqual(
      [
        [dead.vhost, 'removed'],
        [alive.vhost, 'running'],
      ].sort(),
    );
    expect([await exists(dead.vhost), await exists(alive.vhost)]).toEqual([false, true]);
    alive.kill('SIGINT');
    await alive.exited;
    expect(await exists(alive.vhost)).toBe(false);
  });

  test('--here ended by Ctrl-C removes exactly what the lesson made', async () => {
    await withVhost(broker, async ({ url, vhost }) => {
      await run(['declare-queue', 'theirs'], { env: { ...env, RMQ_LAB_URL: url } });
      const lesson = await startPaused({ ...broker, url }, '--here');
      lesson.kill('SIGINT');
      expect(await lesson.exited).toBe(130);
      const queues = await managementOf(broker).get<{ name: string }[]>(`/api/queues/${vhost}`);
      expect(queues?.map(({ name }) => name)).toEqual(['theirs']);
      expect(journal()).toEqual([]);
    });
  });

  test('--here after kill -9: clean removes exactly what the lesson made', async () => {
    await withVhost(broker, async ({ url, vhost }) => {
      const here = { ...env, RMQ_LAB_URL: url };
      await run(['declare-queue', 'theirs'], { env: here });
      const lesson = await startPaused({ ...broker, url }, '--here');
      lesson.type('declare-exchange mine --type fanout\rdeclare-queue theirs\r');
      await lesson.waitFor(/queue theirs \(durable\)/);
      lesson.kill('SIGKILL');
      await lesson.exited;
      expect(readFileSync(join(state, 'rmq-lab/journal', journal()[0] ?? ''), 'utf8')).not.toContain('theirs');
      expect((await run(['clean'], { env: here })).stdout.toString()).toMatch(
        /^removed what lesson hello left: queue hello, exchange mine\n$/,
      );
      const queues = await managementOf(broker).get<{ name: string }[]>(`/api/queues/${vhost}`);
      expect(queues?.map(({ name }) => name)).toEqual(['theirs']);
    });
  });

  test('--here refuses where a name is taken', async () => {
    await withVhost(broker, async ({ url }) => {
      const here = { ...env, RMQ_LAB_URL: url };
      await run(['declare-queue', 'hello'], { env: here });
      expect(await run(['lesson', 'start', 'hello', '--here'], { env: here })).toMatchObject({
        exitCode: 7,
        stderr: expect.stringContaining("the lesson makes queue 'hello', and that exists"),
      });
      expect(await run(['expect', 'queue', 'hello'], { env: here })).toMatchObject({ exitCode: 0 });
    });
  });

  test('a user without rights is sent to --here, and its password is nowhere', async () => {
    const management = managementOf(broker);
    await withVhost(broker, async ({ vhost }) => {
      const user = `lesson-${vhost}`;
      await management.put(`/api/users/${user}`, { password: 's3cret/w@rd', tags: '' });
      try {
        await management.put(`/api/permissions/${vhost}/${user}`, { configure: '.*', write: '.*', read: '.*' });
        const url = new URL(`${broker.url}/${vhost}`);
        [url.username, url.password] = [user, encodeURIComponent('s3cret/w@rd')];
        const limited = { ...env, RMQ_LAB_URL: url.href };
        const refused = await run(['lesson', 'start', 'hello'], { env: limited });
        expect(refused).toMatchObject({ exitCode: 4, stderr: expect.stringMatching(/try: add --here/) });
        const here = await run(['lesson', 'start', 'hello', '--here', '--debug'], { env: limited });
        expect(here).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/^there will be no pictures: /) });
        expect([refused, here].map(({ stdout, stderr }) => stdout.toString() + stderr).join()).not.toMatch(/s3cret/);
      } finally {
        await management.delete(`/api/users/${user}`);
      }
    });
  });

  /** Starts lesson 1 on a terminal, runs its first step, and stands there. */
  async function startPaused({ url, api }: Pick<TestBroker, 'url' | 'api'>, ...more: string[]) {
    const terminal = openTerminal(
      { file: 'bash', args: ['-c', `echo "pid $$"; exec rmq-lab lesson start hello ${more.join(' ')}`] },
      { env: { RMQ_LAB_URL: url, RMQ_LAB_API: api, XDG_STATE_HOME: state } },
    );
    const pid = Number(/pid (\d+)/.exec(await terminal.waitFor(/pid \d+/))?.[1]);
    await terminal.waitFor(/\[1\/6\][^\n]*>$/);
    const vhost = vhostIn(terminal.scrollback());
    terminal.type('\r');
    await terminal.waitFor(/\[2\/6\][^\n]*>$/);
    return {
      vhost,
      type: terminal.type,
      waitFor: terminal.waitFor,
      kill: (signal: NodeJS.Signals) => process.kill(pid, signal),
      exited: terminal.exited.then(async ({ exitCode, signal }) => {
        await terminal.close();
        return exitCode === 0 && signal !== undefined && signal !== 0 ? 128 + signal : exitCode;
      }),
    };
  }
});
