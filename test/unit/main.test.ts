import { PassThrough, Writable } from 'node:stream';
import { LabError } from '../../src/errors.ts';
import { main } from '../../src/main.ts';
import { createCapture, type Surroundings } from '../../src/streams.ts';
import { version } from '../../src/version.ts';

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Nobody listens on port 1. */
const NOBODY = 'amqp://u:SECRET@127.0.0.1:1';

async function run(argv: readonly string[], difference: Partial<Surroundings> = {}): Promise<Outcome> {
  const [stdout, stderr] = [createCapture(), createCapture()];
  const stdin = new PassThrough();
  stdin.end();
  const surroundings: Surroundings = {
    stdin,
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: { HOME: '/nowhere' },
    interrupted: new AbortController().signal,
  };
  // getters stay getters
  const code = await main(argv, Object.defineProperties(surroundings, Object.getOwnPropertyDescriptors(difference)));
  return { code, out: stdout.text(), err: stderr.text() };
}

/** A stdin that must not be looked at. */
const forbidden: Pick<Surroundings, 'stdin'> = {
  get stdin(): Surroundings['stdin'] {
    throw new TypeError('stdin was touched');
  },
};

describe('help and version are answers: stdout, exit 0', () => {
  test.each<[string[], RegExp]>([
    [[], /^Usage: rmq-lab \[options\] <command>/],
    [['--quiet'], /^Usage: rmq-lab/],
    [['--help'], /^Usage: rmq-lab/],
    [['-h'], /^Usage: rmq-lab/],
    [['help'], /^Usage: rmq-lab/],
    [['help', 'publish'], /^Usage: rmq-lab publish .*Examples:/s],
    [['publish', '--help'], /^Usage: rmq-lab publish .*Examples:/s],
    [['publish', 'a', 'b', '-h'], /^Usage: rmq-lab publish/],
    [['expect', 'queue', '--help'], /^Usage: rmq-lab expect queue/],
    [['--url', NOBODY, 'consume', '--help'], /^Usage: rmq-lab consume/],
  ])('%j', async (argv, text) => {
    const { code, out, err } = await run(argv, forbidden);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(text);
    expect(out).not.toContain('SECRET');
  });

  test.each([['--version'], ['publish', '--version'], ['--json', '--version']])('%s %s', async (...argv) => {
    expect(await run(argv.filter((word) => word !== undefined))).toEqual({ code: 0, out: `${version()}\n`, err: '' });
  });
});

describe('bad command lines: exit 2, nothing on stdout, the words and a hint', () => {
  test.each<[string[], RegExp, RegExp]>([
    [['publsh'], /unknown command 'publsh'/, /did you mean publish\?.*rmq-lab --help/],
    [['constructor'], /unknown command 'constructor'/, /^try: rmq-lab --help$/],
    [['--urll=amqp://u:SECRET@h', 'status'], /unknown option '--urll=amqp:\/\/u:\*\*\*@h'/, /--help/],
    [['amqp://u:SECRET@h', 'status'], /unknown command 'amqp:\/\/u:\*\*\*@h'/, /--help/],
    [['xyzzy'], /unknown command 'xyzzy'/, /rmq-lab --help/],
    [['publish', '--contnt-type', 'a'], /unknown option '--contnt-type'/, /did you mean --content-type\?.*rmq-lab publish --help/],
    [['--jsn', 'publish'], /unknown option '--jsn'/, /--json/],
    [['consume'], /missing required argument 'queue'/, /rmq-lab consume --help/],
    [['consume', 'a', 'b'], /too many arguments/, /rmq-lab consume --help/],
    [['consume', 'q', '--count'], /option '-n, --count <n>' argument missing/, /rmq-lab consume --help/],
    [['publish', '--url'], /option '-u, --url <url>' argument missing/, /rmq-lab publish --help/],
    [['consume', 'q', '-n', 'ten'], /^error: --count: 'ten'/, /whole number/],
    [['consume', 'q', '--timeout', '5'], /^error: --timeout: '5' is not a duration/, /5s/],
    [['status', '--url', 'nonsense'], /^error: --url: 'nonsense' is not an AMQP address/, /amqp:\/\//],
    [['status', '--url', 'amqp://a', '--profile', 'b'], /^error: --url and --profile both name a broker/, /one of them/],
    [['status', '--connect-timeout', '5'], /^error: --connect-timeout: '5'/, /10s|5s/],
    [['publish'], /^error: where to\?/, /publish EXCHANGE ROUTING-KEY BODY/],
    [['move', 'q', '--url', NOBODY], /^error: where to\?/, /--to-queue/],
  ])('%j', async (argv, message, hint) => {
    const { code, out, err } = await run(argv, forbidden);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^error: .+\n(try: .+\n)$/);
    expect(err.split('\n')[0]).toMatch(message);
    expect(err.split('\n')[1]).toMatch(hint);
    expect(err).not.toContain('SECRET');
  });

  test('what needs asking names --yes', async () => {
    const { code, err } = await run(['lesson', 'reset']);
    expect(code).toBe(2);
    expect(err).toMatch(/^error: Forget .*\ntry: .*--yes/);
  });
});

describe('with --json an error is one document on stderr', () => {
  test.each<[string[], object]>([
    [['consume', 'q', '-n', 'x', '--json'], { kind: 'usage', message: expect.stringContaining("--count: 'x'"), hint: expect.any(String) }],
    [['--json', 'publsh'], { kind: 'usage', message: "unknown command 'publsh'", hint: expect.stringContaining('publish') }],
    [
      ['get', 'q', '--url', NOBODY, '--json'],
      { kind: 'unreachable', message: 'amqp://u@127.0.0.1:1: connection refused', hint: expect.stringContaining('--url') },
    ],
  ])('%j', async (argv, error) => {
    const { out, err } = await run(argv);
    expect(out).toBe('');
    expect(err).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(err)).toEqual({ error });
  });

  test('--json behind -- is data', async () => {
    expect((await run(['consume', 'q', 'b', '--', '--json'])).err).toMatch(/^error: /);
  });
});

describe('exit codes and streams of failures', () => {
  test('unreachable: 5, with nothing on stdout', async () => {
    const { code, out, err } = await run(['get', 'q', '--url', NOBODY]);
    expect({ code, out }).toEqual({ code: 5, out: '' });
    expect(err).toMatch(/^error: amqp:\/\/u@127\.0\.0\.1:1: connection refused\ntry: /);
  });

  test('none of several: all of them are named', async () => {
    const { code, err } = await run(['get', 'q', '--url', `${NOBODY},amqp://u:SECRET@127.0.0.1:2`]);
    expect(code).toBe(5);
    expect(err).toMatch(/none of 2 brokers answers\n.*127\.0\.0\.1:1.*\n.*127\.0\.0\.1:2.*\ntry: /);
    expect(err).not.toContain('SECRET');
  });

  test('a defect: 1, no stack; with --debug the stack', async () => {
    const plain = await run(['publish', '-q', 'q', '--url', NOBODY], forbidden);
    expect(plain.code).toBe(1);
    expect(plain.err).toMatch(/^error: unexpected failure: stdin was touched\ntry: .*--debug.*\n$/);
    const debug = await run(['publish', '-q', 'q', '--url', NOBODY, '--debug'], forbidden);
    expect(debug.code).toBe(1);
    expect(debug.err).toMatch(/TypeError: stdin was touched\n\s+at /);
    expect(debug.err).not.toContain('SECRET');
  });

  test('a failure that is meant shows its stack with --debug, too', async () => {
    const { err } = await run(['status', '--url', 'nonsense', '--debug']);
    expect(err).toMatch(/^error: .*\ntry: .*\nUsageError: .*\n\s+at /);
    expect((await run(['status', '--url', 'nonsense'])).err).not.toMatch(/\n\s+at /);
  });

  test.each<['interrupted' | 'terminated', number]>([
    ['interrupted', 130],
    ['terminated', 143],
  ])('%s: %d, without a word', async (kind, code) => {
    const controller = new AbortController();
    controller.abort(new LabError(kind, kind));
    expect(await run(['get', 'q', '--url', NOBODY], { interrupted: controller.signal })).toEqual({ code, out: '', err: '' });
  });
});

describe('stdout that nobody reads any more', () => {
  const closed = () =>
    new Writable({ write: (_chunk, _encoding, callback) => callback(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })) }).on(
      'error',
      () => undefined,
    );

  test.each<[string[]]>([[['--help']], [['--version']], [['help', 'publish']], [['lesson', 'list']], [['lesson', 'list', '--json']]])(
    '%j ends quietly, exit 0',
    async (argv) => expect(await run(argv, { stdout: closed() })).toEqual({ code: 0, out: '', err: '' }),
  );

  test('another failure of stdout is a failure', async () => {
    const full = new Writable({
      write: (_chunk, _encoding, callback) => callback(Object.assign(new Error('no space'), { code: 'ENOSPC' })),
    });
    full.on('error', () => undefined);
    const { code, err } = await run(['lesson', 'list'], { stdout: full });
    expect(code).toBe(1);
    expect(err).toMatch(/no space/);
  });
});

test('global options stand before or after the command’s name', async () => {
  const [before, after] = [await run(['--url', NOBODY, '--json', 'get', 'q']), await run(['get', 'q', '--json', '--url', NOBODY])];
  expect(before).toEqual(after);
  expect(before.code).toBe(5);
});

test('-v says where it connects, without the password; --quiet does not', async () => {
  expect((await run(['get', 'q', '-v', '--url', NOBODY])).err).toMatch(/^connecting to amqp:\/\/u@127\.0\.0\.1:1 \(--url\)\n/);
  expect((await run(['get', 'q', '-v', '--quiet', '--url', NOBODY])).err).toMatch(/^error: /);
});
