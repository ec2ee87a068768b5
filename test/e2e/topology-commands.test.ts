import { describeNewestBroker, withVhost } from '../support/brokers.ts';
import { runCli, runShell } from '../support/spawn.ts';
import { openTerminal } from '../support/terminal.ts';

const COMMANDS = [
  ['declare-queue'],
  ['declare-exchange'],
  ['bind'],
  ['unbind'],
  ['delete-queue'],
  ['delete-exchange'],
  ['purge'],
  ['expect'],
  ...['queue', 'exchange', 'binding', 'message'].flatMap((kind) => [
    ['expect', kind],
    ['expect', `no-${kind}`],
  ]),
  ['status'],
  ['doctor'],
];

test.each(COMMANDS.map((command) => [command.join(' '), command]))('%s --help has examples', async (_name, command) => {
  const { exitCode, stdout, stderr } = await runCli([...command, '--help']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout.toString()).toMatch(new RegExp(`^Usage: rmq-lab ${command.join(' ')}`));
  expect(stdout.toString()).toMatch(/\nExamples:\n.*rmq-lab /s);
});

test.each<[string[], string]>([
  [['declare-queue'], "missing required argument 'queue'"],
  [['declare-queue', 'q', '--typ', 'quorum'], "unknown option '--typ'"],
  [['declare-queue', 'q', '--message-ttl', '5000'], "--message-ttl: '5000' has no unit"],
  [['declare-exchange', 'x'], '--type is missing'],
  [['bind', 'x'], "missing required argument 'destination'"],
  [['delete-queue', ''], 'the name of the queue is empty'],
  [['expect', 'queue', 'q', '--within', 'soon'], "--within: 'soon' is not a duration"],
  [['expect', 'queue', 'q', '--absent', '--ready', '1'], '--absent and counts exclude each other'],
  [['expect', 'message', 'q', '--death', 'cause=x'], "--death: 'cause' is not known"],
])('%j is exit 2, before any broker is asked', async (argv, message) => {
  const { exitCode, stdout, stderr } = await runCli(['--url', 'amqp://127.0.0.1:1', ...argv]);
  expect({ exitCode, stdout: stdout.toString() }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(`error: ${message}`);
  expect(stderr).toMatch(/^try: /m);
});

describe('without a broker', () => {
  const dead = ['--url', 'amqp://u:sesame@127.0.0.1:1/v', '--api', 'http://127.0.0.1:1'];

  test('status says which one does not answer: exit 5', async () => {
    const { exitCode, stdout, stderr } = await runCli([...dead, 'status', '--json']);
    expect(exitCode).toBe(5);
    expect(JSON.parse(stdout.toString())).toMatchObject({
      url: 'amqp://u@127.0.0.1:1/v',
      reason: '--url',
      answers: false,
      vhost: 'v',
      user: 'u',
      api: { url: 'http://127.0.0.1:1', answers: false },
    });
    expect(JSON.parse(stderr).error).toMatchObject({ kind: 'unreachable' });
    expect(stdout + stderr).not.toContain('sesame');
  });

  test('doctor names the first thing to mend, and what could not be checked: exit 7', async () => {
    const { exitCode, stdout, stderr } = await runCli([...dead, 'doctor', '--ascii']);
    expect(exitCode).toBe(7);
    expect(stdout.toString()).toMatch(/^FAIL connection +amqp:\/\/u@127\.0\.0\.1:1\/v: connection refused\n +fix: \S/);
    expect(stdout.toString()).toMatch(/^- +round trip +not checked: no connection to amqp:\/\/u@127\.0\.0\.1:1\/v$/m);
    expect(stderr).toMatch(/^error: 2 of \d+ checks failed/);
    expect(stdout + stderr).not.toContain('sesame');
  });

  test('doctor finds a state folder that cannot be written to', async () => {
    const { stdout } = await runCli([...dead, 'doctor', '--json'], { env: { XDG_STATE_HOME: '/dev/null/state' } });
    const { checks } = JSON.parse(stdout.toString()) as { checks: { name: string; ok: boolean; fix: string }[] };
    expect(checks.find(({ name }) => name === 'state folder')).toMatchObject({
      ok: false,
      fix: 'name a folder that can: export XDG_STATE_HOME=/path',
    });
  });
});

describeNewestBroker('topology commands, end to end', (broker) => {
  test('a login that is refused: status exits 4', async () => {
    const url = broker.url.replace('guest:guest', 'guest:sesame');
    const { exitCode, stdout, stderr } = await runCli(['--url', url, '--api', broker.api, 'status']);
    expect(exitCode).toBe(4);
    expect(stdout.toString()).toMatch(/^broker: +amqp:\/\/guest@[^ ]+: no$/m);
    expect(stdout + stderr).not.toContain('sesame');
  });

  test('doctor notices a management API of another broker', async () => {
    const { createServer } = await import('node:http');
    const server = createServer((_, response) => response.end('{"rabbitmq_version":"1.2.3"}')).listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as { port: number };
      const { exitCode, stdout } = await runCli(['--url', broker.url, '--api', `http://127.0.0.1:${port}`, 'doctor']);
      expect(exitCode).toBe(7);
      expect(stdout.toString()).toContain(`is of RabbitMQ 1.2.3, the broker is ${broker.serverVersion}`);
    } finally {
      server.close();
    }
  });

  test('in a pipeline: a queue of the server’s choice, bound, filled, checked', () =>
    withVhost(broker, async ({ url, api }) => {
      const script = `
        set -e
        q=$(rmq-lab declare-queue '' --expires 5m)
        rmq-lab bind amq.topic "$q" 'a.#' >/dev/null
        rmq-lab publish amq.topic a.b hello
        rmq-lab expect message "$q" --routing-key a.b --body hello
        rmq-lab expect queue "$q" --ready 1 --json | head -c 10
        rmq-lab delete-queue "$q" --yes`;
      const { exitCode, stdout, stderr } = await runShell(script, { env: { RMQ_LAB_URL: url, RMQ_LAB_API: api } });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.not.stringContaining('error') });
      expect(stdout.toString()).toMatch(
        /^ok: queue amq\.gen-\S+ has a message with routing key a\.b, body "hello"\n\{"ok":truedeleted queue amq\.gen-\S+ and 1 message in it\n$/,
      );
    }));

  describe('on a terminal', () => {
    const answer = (question: string, key: string, ...argv: string[]) =>
      withVhost(broker, async ({ url, api }) => {
        const env = { RMQ_LAB_URL: url, RMQ_LAB_API: api };
        await runShell('rmq-lab declare-queue q && rmq-lab publish -q q a', { env });
        const terminal = openTerminal(argv, { env });
        try {
          await terminal.waitFor(question);
          terminal.type(key);
          terminal.press('enter');
          const { exitCode } = await terminal.exited;
          const left = await runCli(['declare-queue', 'q', '--passive', '--json'], { env });
          return {
            exitCode,
            screen: terminal.screen(),
            left: left.exitCode === 0 ? JSON.parse(left.stdout.toString()).messages : undefined,
          };
        } finally {
          await terminal.close();
        }
      });

    test('delete-queue asks before messages are lost, and yes deletes', async () => {
      const { exitCode, screen, left } = await answer('holds 1 message', 'y', 'delete-queue', 'q');
      expect({ exitCode, left }).toEqual({ exitCode: 0, left: undefined });
      expect(screen).toContain('deleted queue q and 1 message in it');
    });

    test('no leaves it as it is: exit 130', async () => {
      const { exitCode, screen, left } = await answer('holds 1 message', 'n', 'delete-queue', 'q');
      expect({ exitCode, left }).toEqual({ exitCode: 130, left: 1 });
      expect(screen).toContain('left as it is');
    });

    test('purge asks too; Enter alone is no', async () => {
      expect(await answer('Drop them?', '', 'purge', 'q')).toMatchObject({ exitCode: 130, left: 1 });
    });
  });
});
