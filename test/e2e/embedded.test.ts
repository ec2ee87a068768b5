import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import amqplib from 'amqplib';
import { testBrokers } from '../support/brokers.ts';
import { defaultPortsAt } from '../support/default-ports.ts';
import { type CliOptions, runCli } from '../support/spawn.ts';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';

let state = '';
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'rmq-lab-state-'));
});
afterEach(() => rmSync(state, { recursive: true }));

const run = async (argv: readonly string[], options: CliOptions = {}) => {
  const result = await runCli(argv, { ...options, env: { XDG_STATE_HOME: state, ...options.env } });
  return { ...result, text: result.stdout.toString() };
};

/** Fails unless nobody listens on the ports of these addresses any more. */
async function expectClosed(...addresses: readonly string[]) {
  for (const address of addresses) {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(address).port) });
    await expect(once(socket, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  }
}

describe('lab: is a broker for one command', () => {
  test('status says what it is, and it ends with the command', async () => {
    const { text, stderr, exitCode } = await run(['status', '--url', 'lab:']);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(text).toMatch(
      /^broker: +amqp:\/\/guest@127\.0\.0\.1:\d+: lab broker \(as RabbitMQ 4\.3\.\d+\)\nchosen by: +--url\nlasts: +as long as this command\n/,
    );
    const found = JSON.parse((await run(['status', '--json', '--url', 'lab:'])).text);
    expect(found).toMatchObject({ embedded: true, lab: true, product: 'RabbitMQ', answers: true, api: { answers: true } });
    await expectClosed(found.url, found.api.url);
  });

  test.each<[string, string[], Record<string, string>]>([
    ['RMQ_LAB_URL', [], { RMQ_LAB_URL: 'lab:' }],
    ['AMQP_URL', [], { AMQP_URL: 'lab:' }],
    ['--profile own', ['--profile', 'own'], {}],
  ])('by %s', async (reason, argv, env) => {
    mkdirSync(join(state, 'rmq-lab'));
    writeFileSync(join(state, 'rmq-lab/profiles.json'), '{"profiles":{"own":{"url":"lab:"}}}');
    const { text } = await run(['status', '--json', ...argv], { env: { ...env, XDG_CONFIG_HOME: state } });
    expect(JSON.parse(text)).toMatchObject({ embedded: true, lab: true, reason, vhost: '/' });
  });

  test('--vhost is made for it, with all rights', async () => {
    const url = ['--url', 'lab:', '--vhost', 'a/b c'];
    expect(JSON.parse((await run(['status', '--json', ...url])).text)).toMatchObject({ vhost: 'a/b c', answers: true });
    expect(await run(['declare-queue', 'q', ...url])).toMatchObject({ exitCode: 0, text: expect.stringContaining('queue q') });
  });

  test.each<[string[], number, RegExp]>([
    [['get', 'q', '--url', 'lab:'], 6, /404/],
    [['publish', '-q', 'q', 'x', '--url', 'lab:'], 3, /returned/],
    [['expect', 'queue', 'q', '--url', 'lab:', '--within', '0'], 7, /q/],
    [['status', '--url', 'lab:/x'], 2, /--url: the lab broker of a command is 'lab:'/],
    [['status', '--url', 'amqp://h,lab:'], 2, /--url: the lab broker/],
    [['status', '--url', 'lab:', '--api', 'http://h'], 2, /--api: the lab broker of --url has a management API of its own/],
  ])('%j exits %d', async (argv, exitCode, stderr) => {
    expect(await run(argv)).toMatchObject({ exitCode, stderr: expect.stringMatching(stderr) });
  });

  test('the notes name it, without its password', async () => {
    const { stderr } = await run(['declare-queue', 'q', '-v', '--url', 'lab:']);
    expect(stderr).toMatch(/^broker: lab broker \(as RabbitMQ 4\.3\.\d+\) at amqp:\/\/guest@127\.0\.0\.1:\d+ \(--url\)$/m);
    expect(stderr).not.toContain('guest:guest');
  });

  test('doctor finds nothing wrong with it', async () => {
    const { exitCode, text } = await run(['doctor', '--url', 'lab:']);
    expect(exitCode).toBe(0);
    expect(text).toMatch(/^✔ version +lab broker \(as RabbitMQ 4\.3\.\d+\)$/m);
  });
});

describe('a lesson on lab:', () => {
  test('plays through by itself, on one broker for all of its commands, and leaves nothing', async () => {
    const { exitCode, stderr, text } = await run(['lesson', 'start', 'hello', '--auto', '--url', 'lab:']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(text).toMatch(/^About 8 minutes, on the lab broker \(as RabbitMQ 4\.3\.\d+\) at\namqp:\/\/guest@127\.0\.0\.1:\d+/m);
    expect(text).toContain('hello ━▶ hello');
    await expectClosed(/amqp:\/\/[\w@.:]+\d/.exec(text)?.[0] ?? '');
    expect(readdirSync(join(state, 'rmq-lab'))).toEqual(['progress.json']);
  });

  test('--here works in its own vhost', async () => {
    expect(await run(['lesson', 'start', 'direct', '--auto', '--here', '--url', 'lab:'])).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('is joined by a second terminal with the lines that it shows', () =>
    withLesson([], async ({ terminal, join: env, exited }) => {
      expect(Object.keys(env)).toEqual(['RMQ_LAB_URL', 'RMQ_LAB_API']);
      expect(await run(['publish', '-q', 'hello', 'from beside'], { env })).toMatchObject({
        exitCode: 0,
        stderr: 'published 1, confirmed 1\n',
      });
      const { text } = await run(['status', '--json'], { env });
      expect(JSON.parse(text)).toMatchObject({ lab: true, embedded: false, api: { answers: true, version: expect.any(String) } });
      terminal.type('get hello\r');
      await terminal.waitFor(/from beside[\s\S]*\[2\/6\][^\n]*>$/);
      terminal.type('status --url lab:\r');
      await terminal.waitFor(/lasts: +as long as this command[\s\S]*\[2\/6\][^\n]*>$/);
      expect(terminal.screen()).toContain(`:${new URL(env.RMQ_LAB_URL ?? '').port}: lab broker`);
      terminal.type('q\r');
      expect(await exited).toMatchObject({ exitCode: 0 });
      await expectClosed(...Object.values(env));
    }));

  test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('%s leaves no process, no port and no journal', (signal) =>
    withLesson([], async ({ join: addresses, pid, exited }) => {
      // somebody who joined does not hold it
      const beside = await amqplib.connect(addresses.RMQ_LAB_URL ?? '');
      const cut = new Promise((resolve) => beside.on('error', resolve).on('close', resolve));
      process.kill(pid, signal);
      expect(await exited).toEqual(
        signal === 'SIGKILL' ? { exitCode: 0, signal: 9 } : { exitCode: signal === 'SIGINT' ? 130 : 143, signal: 0 },
      );
      if (signal !== 'SIGKILL') expect(await cut).toMatchObject({ message: expect.stringContaining('320') });
      await expectClosed(...Object.values(addresses));
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
      // what entered it cannot take that back when it is killed: whoever looks does
      if (signal === 'SIGKILL') expect(await run(['broker', 'status'])).toMatchObject({ exitCode: 7 });
      expect(readdirSync(join(state, 'rmq-lab')).filter((name) => name !== 'progress.json')).toEqual([]);
    }),
  );

  test('Ctrl-C ends it', () =>
    withLesson([], async ({ terminal, join: addresses, exited }) => {
      terminal.press('ctrl-c');
      expect(await exited).toMatchObject({ exitCode: 130 });
      await expectClosed(...Object.values(addresses));
    }));
});

describe('where no broker was asked for', () => {
  const [lab] = testBrokers();
  const nowhere = { env: defaultPortsAt({ url: 'amqp://h:1', api: 'http://h:1' }) };
  const there = { env: lab === undefined ? {} : defaultPortsAt(lab) };

  test('and none answers, a lesson says so in one line and brings its own', async () => {
    const { exitCode, stderr, text } = await run(['lesson', 'start', 'hello', '--auto'], nowhere);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(
      /^broker: lab broker \(as RabbitMQ 4\.3\.\d+\) at amqp:\/\/guest@127\.0\.0\.1:\d+ \(no broker answers at amqp:\/\/guest@localhost:5672\)\n$/,
    );
    expect(text).toContain('on the lab broker (as RabbitMQ');
    expect(readdirSync(join(state, 'rmq-lab'))).toEqual(['progress.json']);
    const quiet = await run(['lesson', 'start', 'hello', '--auto', '--quiet', '--vhost', 'v', '--here'], nowhere);
    expect(quiet).toMatchObject({ exitCode: 0, stderr: '' });
    expect(quiet.text).toContain('It works in the vhost v');
  });

  test('and one answers, the lesson is played there', async () => {
    const { exitCode, stderr } = await run(['lesson', 'start', 'hello', '--auto'], there);
    expect(stderr).toMatch(/^broker: lab broker \(as RabbitMQ 4\.3\.\d+\) at amqp:\/\/guest@localhost:5672 \(the default\)\n$/);
    expect(exitCode).toBe(0);
  });

  test.each<[string[], Record<string, string>]>([
    [['get', 'q'], {}],
    [['status'], {}],
    [['lesson', 'start', 'hello', '--api', 'http://127.0.0.1:1'], {}],
    [['lesson', 'start', 'hello', '--url', 'amqp://localhost'], {}],
    [['lesson', 'start', 'hello'], { RMQ_LAB_URL: 'amqp://localhost' }],
    [['lesson', 'start', 'hello'], { AMQP_URL: 'amqp://localhost' }],
  ])('%j with %j exits 5: no broker stands in for another', async (argv, env) => {
    expect(await run(argv, { env: { ...nowhere.env, ...env } })).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining('connection refused'),
    });
  });

  test('and the answer is a refusal, that is the end', async () => {
    const { exitCode, stderr } = await run(['lesson', 'start', 'hello', '--vhost', 'none'], there);
    expect({ exitCode, stderr }).toEqual({ exitCode: 4, stderr: expect.stringContaining('the vhost does not exist') });
  });
});

/** Plays lesson 1 on `lab:` up to its second step, and hands over the variables that a second terminal is to set. */
async function withLesson(
  argv: readonly string[],
  use: (lesson: {
    readonly terminal: TestTerminal;
    readonly join: Readonly<Record<string, string>>;
    readonly pid: number;
    readonly exited: TestTerminal['exited'];
  }) => Promise<void>,
): Promise<void> {
  const command = `echo "pid $$"; exec rmq-lab lesson start hello --url lab: ${argv.join(' ')}`;
  const terminal = openTerminal({ file: 'bash', args: ['-c', command] }, { env: { XDG_STATE_HOME: state } });
  try {
    const pid = Number(/pid (\d+)/.exec(await terminal.waitFor(/pid \d+/))?.[1]);
    await terminal.waitFor(/\[1\/6\][^\n]*>$/);
    const lines = [...terminal.scrollback().matchAll(/export (RMQ_LAB_\w+)=(\S+)/g)];
    terminal.type('\r');
    await terminal.waitFor(/\[2\/6\][^\n]*>$/);
    await use({ terminal, pid, exited: terminal.exited, join: Object.fromEntries(lines.map(([, name, value]) => [name, value])) });
  } finally {
    await terminal.close();
  }
}
