import { runCli } from '../support/spawn.ts';

const code = async (...argv: string[]) => {
  const { exitCode, stdout, stderr } = await runCli(['code', ...argv], { env: { RMQ_LAB_URL: 'amqp://app:s3cret@broker.test:5672/v' } });
  return { exitCode, stdout: stdout.toString(), stderr };
};

test('prints a program, and needs no broker', async () => {
  const { exitCode, stdout, stderr } = await code('--lang', 'node', 'publish', 'x', 'k', '--', '--body');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(/^#!\/usr\/bin\/env node\n\/\/ The same as: rmq-lab publish x k -- --body\n/);
  expect(stdout).toContain("Buffer.from('--body')");
});

test('--lang may stand behind, and the command’s own options are its own', async () => {
  const { exitCode, stdout } = await code('get', 'q', '-n', '3', '--lang', 'python', '--json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ language: 'python', command: 'get', program: expect.stringContaining('while taken < 3:') });
});

test.each(['python', 'node'])('no password, from the environment or from --url, in %s', async (lang) => {
  for (const more of [[], ['--url', 'amqp://me:s3cret@other.test']]) {
    const { stdout } = await code('--lang', lang, 'get', 'q', ...more);
    expect(stdout).toContain('set AMQP_URL');
    expect(stdout).not.toContain('s3cret');
  }
  const { stdout } = await code('--lang', lang, 'get', 'q', '--url', 'amqp://localhost:5673', '--vhost', 'a/b');
  expect(stdout).toContain('amqp://guest:guest@localhost:5673/a%2Fb');
});

test.each([
  [['publish', 'x', 'k', 'b'], "required option '--lang <language>'"],
  [['--lang', 'java', 'publish', 'x', 'k', 'b'], "--lang: 'java' is not known"],
  [['--lang', 'node'], "missing required argument 'command-line'"],
  [['--lang', 'node', 'publish', 'x', 'k', 'b', '--nonsense'], "unknown option '--nonsense'"],
  [['--lang', 'node', 'doctor'], "no program is written for 'doctor'"],
])('%j: exit 2', async (argv, message) => {
  const { exitCode, stdout, stderr } = await code(...argv);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(message);
});

test('what a program does not know of TLS is said, and with what it works', async () => {
  const tls = ['--tls-ca-file', '/my ca.pem', '--tls-cert-file', '/c.pem', '--tls-key-file', '/k.pem', '--insecure'];
  const secure = (lang: string) => code('--lang', lang, 'get', 'q', '--url', 'amqps://broker.test', ...tls);
  const python = await secure('python');
  expect(python.exitCode).toBe(0);
  expect(python.stderr.split('\n')).toEqual([
    "note: the program knows nothing of --tls-ca-file: run it with SSL_CERT_FILE='/my ca.pem'",
    'note: the program shows no certificate of its own: give that of --tls-cert-file as ssl_options of its pika.URLParameters',
    'note: the program checks the certificate of the broker, --insecure or not',
    '',
  ]);
  expect((await secure('node')).stderr).toContain("NODE_EXTRA_CA_CERTS='/my ca.pem'");
  expect((await code('--lang', 'node', 'get', 'q', '--url', 'amqps://broker.test')).stderr).toBe('');
});
