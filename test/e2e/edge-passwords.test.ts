import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeNewestBroker, withVhost } from '../support/brokers.ts';
import { startPeer } from '../support/scripted-peer.ts';
import { runCli } from '../support/spawn.ts';

/** Nobody listens on port 1. */
const NOBODY = '127.0.0.1:1';
const SECRET = 'S3CR3T';
/** With what means something in a URL, written as it must be. */
const PASSWORD = `${SECRET}%2F%40%3A${SECRET}`;

const LOUD = ['--debug', '--verbose'];

/** Runs a command that fails, as loudly as it can, with and without --json; answers its exit code. */
async function failLoudly(argv: readonly string[], env: Record<string, string> = {}): Promise<number | null> {
  const codes = await Promise.all(
    [[], ['--json']].map(async (more) => {
      const { exitCode, stdout, stderr } = await runCli([...argv, ...LOUD, ...more], { env });
      expect(stderr).not.toBe('');
      for (const text of [stdout.toString('latin1'), stderr]) {
        expect(text).not.toContain(SECRET);
        expect(text).not.toContain(Buffer.from(SECRET).toString('base64').slice(0, 6));
      }
      return exitCode;
    }),
  );
  expect(codes[1]).toBe(codes[0]);
  return codes[0] as number | null;
}

const url = (host = NOBODY, more = '') => `amqp://user:${PASSWORD}@${host}${more}`;

test.each<[number, string, string[]]>([
  [5, 'nobody there', ['get', 'q', '--url', url()]],
  [5, 'before the command', ['--url', url(), 'consume', 'q']],
  [5, 'by TLS', ['peek', 'q', '--url', `amqps://user:${PASSWORD}@${NOBODY}`]],
  [5, 'several', ['move', 'a', '--to', 'b', '--url', `${url()},${url('127.0.0.1:2')}`]],
  [5, 'no such host', ['publish', '-q', 'q', 'b', '--url', url('no-such-host.invalid')]],
  [5, 'another vhost', ['declare-queue', 'q', '--url', url(NOBODY, '/a%2Fb'), '--vhost', 'c']],
  [5, 'a lesson', ['lesson', 'start', 'hello', '--url', url()]],
  [2, 'a bad port', ['get', 'q', '--url', url('h:port')]],
  [2, 'no host', ['get', 'q', '--url', `amqp://user:${PASSWORD}@`]],
  [2, 'another scheme', ['get', 'q', '--url', `http://user:${PASSWORD}@h`]],
  [2, 'no scheme', ['get', 'q', '--url', `user:${PASSWORD}@h`]],
  [2, 'a password with a slash', ['get', 'q', '--url', `amqp://user:${SECRET}/${SECRET}@h`]],
  [2, 'a password with a question mark', ['get', 'q', '--url', `amqp://user:1?${SECRET}@h`]],
  [2, 'a comma', ['get', 'q', '--url', `amqp://user:1,${SECRET}@h,b`]],
  [2, 'a bad vhost', ['get', 'q', '--url', url('h', '/a/b')]],
  [2, 'a bad heartbeat', ['get', 'q', '--url', url('h', '?heartbeat=often')]],
  [2, 'a management API with a password', ['doctor', '--url', 'amqp://h', '--api', `http://user:${SECRET}@h:15672`]],
  [2, 'a broken management API', ['doctor', '--url', 'amqp://h', '--api', `http://user:${SECRET}@h:99999`]],
  [2, 'a misspelt option', ['get', 'q', `--urll=${url()}`]],
  [2, 'in the command’s place', [url(), 'get', 'q']],
  [2, 'a bad option beside it', ['consume', 'q', '-n', 'x', '--url', url()]],
  [2, 'a TLS file that is not there', ['get', 'q', '--url', `amqps://user:${PASSWORD}@${NOBODY}`, '--tls-ca-file', '/nowhere']],
])('exit %d, %s', async (code, _name, argv) => expect(await failLoudly(argv)).toBe(code));

test.each(['RMQ_LAB_URL', 'AMQP_URL'])('%s', async (name) => {
  expect(await failLoudly(['get', 'q'], { [name]: url() })).toBe(5);
  expect(await failLoudly(['get', 'q'], { [name]: url('h:port') })).toBe(2);
});

test('status and doctor answer without it', async () => {
  expect(await failLoudly(['status', '--url', url()])).toBe(5);
  expect(await failLoudly(['doctor', '--url', url()])).toBe(7);
});

test('profiles, whole and broken', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rmq-lab-edge-'));
  try {
    mkdirSync(join(folder, 'rmq-lab'));
    const write = (text: string) => writeFileSync(join(folder, 'rmq-lab/profiles.json'), text);
    write(JSON.stringify({ current: 'a', profiles: { a: { url: url() }, b: { url: url('h:port') } } }));
    expect(await failLoudly(['get', 'q'], { XDG_CONFIG_HOME: folder })).toBe(5);
    expect(await failLoudly(['get', 'q', '--profile', 'b'], { XDG_CONFIG_HOME: folder })).toBe(2);
    write(`{"profiles":{"a":{"url":${SECRET}`);
    expect(await failLoudly(['get', 'q'], { XDG_CONFIG_HOME: folder })).toBe(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a peer that speaks no AMQP, and one that hangs up', async () => {
  const garbage = await startPeer([{ expect: 'header' }, { send: Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n') }, 'end']);
  const rude = await startPeer([{ expect: 'header' }, 'end']);
  try {
    expect(await failLoudly(['get', 'q', '--url', url(`127.0.0.1:${garbage.port}`)])).toBe(5);
    expect(await failLoudly(['get', 'q', '--url', url(`127.0.0.1:${rude.port}`)])).toBe(5);
  } finally {
    await garbage.close();
    await rude.close();
  }
});

describeNewestBroker('a password that the broker refuses', (broker) => {
  const refused = () => {
    const address = new URL(broker.url);
    address.password = PASSWORD;
    return address.href;
  };

  test.each<[string[]]>([
    [['status']],
    [['get', 'q']],
    [['publish', '-q', 'q', 'b']],
    [['lesson', 'start', 'hello']],
    [['expect', 'binding', 'a', 'b']],
  ])('%j: exit 4', async (argv) => expect(await failLoudly([...argv, '--url', refused(), '--api', broker.api])).toBe(4));

  test('a vhost that is not there: exit 4', async () => {
    expect(await failLoudly(['get', 'q', '--url', `${refused()}/nope`])).toBe(4);
    expect(await failLoudly(['get', 'q', '--url', `${broker.url.replace(/\/$/, '')}/nope`])).toBe(4);
  });

  test('what succeeds does not show it either', () =>
    withVhost(broker, async ({ url: good, api }) => {
      const { exitCode, stdout, stderr } = await runCli(['status', '--url', good, '--api', api, '--json', ...LOUD]);
      expect(exitCode).toBe(0);
      const password = new URL(good).password;
      expect(stdout.toString() + stderr).not.toContain(`:${password}@`);
    }));
});
