import { EXIT_CODES } from '../../src/errors.ts';
import { describeNewestBroker, withVhost } from '../support/brokers.ts';
import { defaultPortsAt } from '../support/default-ports.ts';
import { runCli, runShell, startCli } from '../support/spawn.ts';

/** Nobody listens on port 1. */
const NOBODY = 'amqp://127.0.0.1:1';

describe('help', () => {
  test('its exit codes are those of the program', async () => {
    const { stdout, exitCode } = await runCli(['--help']);
    expect(exitCode).toBe(0);
    const [, table = ''] = stdout.toString().split('Exit codes:\n');
    const codes = [...table.matchAll(/^ {2}(\d+) .*?(?:\((\d+): terminated\).*)?$/gm)].flatMap(([, code, also]) => [code, also]);
    const wanted = [0, ...Object.values(EXIT_CODES)].map(String);
    expect(codes.filter((code) => code !== undefined).sort()).toEqual(wanted.sort());
  });

  test.each(['--help', 'help publish', 'publish --help', '--version'])('rmq-lab %s | head -1 ends quietly', async (words) => {
    const { exitCode, stdout, stderr } = await runShell(`set -o pipefail; rmq-lab ${words} | head -1`);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.toString().trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('a stdout that is closed', () => {
  test.each<[string[]]>([[['--help']], [['--version']], [['lesson', 'list']], [['lesson', 'list', '--json']]])(
    '%j: exit 0, without a word',
    async (argv) => {
      const running = startCli(argv, { input: '' });
      running.closeStdout();
      expect(await running.done).toMatchObject({ exitCode: 0, stderr: '' });
    },
  );

  test('from the start', async () => {
    expect(await runShell('rmq-lab --help >&-')).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('and a stderr that is closed takes no failure away', async () => {
    expect(await runShell(`rmq-lab get q --url ${NOBODY} 2>&-`)).toMatchObject({ exitCode: 5 });
    expect(await runShell(`rmq-lab get q --url ${NOBODY} 2>&1 >/dev/null | head -0; exit "\${PIPESTATUS[0]}"`)).toMatchObject({
      exitCode: 5,
    });
  });
});

describe('stdin', () => {
  test('belongs to the loop around the program when the body is given', async () => {
    const loop = `while read -r line; do rmq-lab publish -q q "$line" --url ${NOBODY} 2>/dev/null; echo "$line: $?"; done`;
    const { stdout } = await runShell(`printf '1\\n2\\n3\\n' | ${loop}`);
    expect(stdout.toString()).toBe('1: 5\n2: 5\n3: 5\n');
  });

  test.each<[string[]]>([[['publish', '-q', 'q', 'body']], [['get', 'q']], [['status']], [['consume', 'q']]])(
    '%j ends though stdin stays open',
    async (argv) => {
      const running = startCli([...argv, '--url', NOBODY]);
      expect(await running.done).toMatchObject({ exitCode: 5 });
    },
  );

  test('is the body when none is given', async () => {
    const { exitCode, stderr } = await runCli(['publish', '-q', 'q', '--url', NOBODY], { input: '' });
    expect(exitCode).toBe(5);
    expect(stderr).toMatch(/^stdin was empty/);
  });
});

describe('colours', () => {
  const commands: readonly string[][] = [
    ['--help'],
    ['lesson', 'list'],
    ['status', '--url', NOBODY],
    ['doctor', '--url', NOBODY],
    ['get', 'q', '--url', NOBODY],
    ['publsh'],
  ];

  test.each(commands.map((argv): [string[]] => [argv]))('%j: none in a pipe, whatever TERM and COLORTERM say', async (argv) => {
    const { stdout, stderr } = await runCli(argv, { env: { TERM: 'xterm-256color', COLORTERM: 'truecolor' } });
    expect(stdout.toString() + stderr).not.toContain('\x1b');
  });

  test.each<[Record<string, string>, string[], boolean]>([
    [{ FORCE_COLOR: '1' }, [], true],
    [{ FORCE_COLOR: '0' }, [], false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, [], false],
    [{ FORCE_COLOR: '1' }, ['--no-color'], false],
  ])('%j %j: %j', async (env, argv, colored) => {
    const { stdout } = await runCli(['lesson', 'list', ...argv], { env });
    expect(stdout.toString().includes('\x1b[')).toBe(colored);
  });
});

describeNewestBroker('the broker’s name', (broker) => {
  /** What stands on stderr when the default address leads to the broker. */
  const notesOf = (argv: readonly string[], env: Record<string, string> = {}) =>
    withVhost(broker, async ({ vhost }) => {
      const command = ['declare-queue', 'q', '--json', '--vhost', vhost, ...argv];
      const { exitCode, stdout, stderr } = await runCli(command, { env: { ...defaultPortsAt(broker), ...env } });
      expect({ exitCode, stdout: stdout.toString() }).toEqual({ exitCode: 0, stdout: expect.stringMatching(/^\{.*\}\n$/) });
      return stderr;
    });

  test('stands on stderr when nobody asked for a broker', async () => {
    expect(await notesOf([])).toMatch(
      /^broker: (RabbitMQ [\d.]+|lab broker \(as RabbitMQ [\d.]+\)) at amqp:\/\/guest@localhost:5672\/\S+ \(the default\)\n$/,
    );
  });

  test.each<[string, string[], Record<string, string>]>([
    ['--quiet', ['--quiet'], {}],
    ['--url', ['--url', 'amqp://localhost'], {}],
    ['RMQ_LAB_URL', [], { RMQ_LAB_URL: 'amqp://localhost' }],
    ['AMQP_URL', [], { AMQP_URL: 'amqp://localhost' }],
  ])('not with %s', async (_name, argv, env) => expect(await notesOf(argv, env)).toBe(''));
});
