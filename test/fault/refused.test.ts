import { describeRealBrokers, testBrokers } from '../support/brokers.ts';
import { close, handshake, type Step, startPeer } from '../support/scripted-peer.ts';
import { runCli } from '../support/spawn.ts';
import { onStage } from '../support/stage.ts';

describe('a broker that closes in the handshake', () => {
  const faults: readonly [string, readonly Step[], RegExp][] = [
    ['403 at the login', [...handshake('start-ok'), { send: close(403, 'ACCESS_REFUSED - Login was refused') }], /403/],
    ['530 at the vhost', [...handshake('open'), { send: close(530, "NOT_ALLOWED - vhost 'x' not found") }], /vhost/],
  ];

  test.each(faults)('%s', async (_name, script, message) => {
    const peer = await startPeer(script);
    try {
      const result = await runCli(['publish', '-q', 'q', 'x', '--json', '--quiet', '--connect-timeout', '1s', '--url', peer.url]);
      expect(JSON.parse(result.stderr).error).toMatchObject({
        kind: 'access-refused',
        message: expect.stringMatching(message),
        hint: expect.stringMatching(/\w/),
      });
      expect(result.exitCode).toBe(4);
    } finally {
      await peer.close();
    }
  });
});

describeRealBrokers('TLS', 'TLS listener', (broker) => {
  const { tls } = broker;
  if (tls === undefined) {
    test('is known where scripts/rabbitmq runs the broker', () => expect(broker.managed).toBe(false));
    return;
  }
  const at = (vhost: string, from = '') => `${tls.url.replace('127.0.0.1', from === '' ? '127.0.0.1' : from)}/${vhost}`;
  const CASES: readonly [string, (url: string) => { argv: string[]; env?: Record<string, string> }, number, RegExp][] = [
    ['with its authority', (url) => ({ argv: ['--url', url, '--tls-ca-file', tls.caFile] }), 0, /published 1/],
    [
      'with its authority in the URL',
      (url) => ({ argv: ['--url', `${url}?cacertfile=${encodeURIComponent(tls.caFile)}`] }),
      0,
      /published 1/,
    ],
    [
      'with its authority in the environment',
      (url) => ({ argv: ['--url', url], env: { RMQ_LAB_TLS_CA_FILE: tls.caFile } }),
      0,
      /published 1/,
    ],
    [
      'with a certificate of our own',
      (url) => ({ argv: ['--url', url, '--tls-ca-file', tls.caFile, '--tls-cert-file', tls.certFile, '--tls-key-file', tls.keyFile] }),
      0,
      /published 1/,
    ],
    ['--insecure', (url) => ({ argv: ['--url', url, '--insecure'] }), 0, /published 1/],
    ['verify=verify_none', (url) => ({ argv: ['--url', `${url}?verify=verify_none`] }), 0, /published 1/],
    ['without its authority', (url) => ({ argv: ['--url', url] }), 4, /not trusted[\s\S]*try: .*--tls-ca-file/],
    ['with another authority', (url) => ({ argv: ['--url', url, '--tls-ca-file', tls.certFile] }), 4, /try: .*--tls-ca-file/],
    ['with a file that is not there', (url) => ({ argv: ['--url', url, '--tls-ca-file', '/nowhere.pem'] }), 2, /--tls-ca-file/],
    ['under another name', (url) => ({ argv: ['--url', url.replace('127.0.0.1', '127.0.0.2'), '--tls-ca-file', tls.caFile] }), 5, /./],
    ['AMQP without TLS to its port', (url) => ({ argv: ['--url', url.replace('amqps', 'amqp')] }), 5, /try: /],
  ];

  test.each(CASES)('%s', (_name, how, code, said) =>
    onStage(broker, async ({ vhost, queue, bodies }) => {
      await queue('q');
      const { argv, env } = how(at(vhost));
      const { exitCode, stderr } = await runCli(
        [...argv, 'publish', '-q', 'q', 'x', '--connect-timeout', '3s'],
        env === undefined ? {} : { env },
      );
      expect(stderr).toMatch(said);
      expect(exitCode).toBe(code);
      expect(await bodies('q')).toEqual(code === 0 ? ['x'] : []);
    }),
  );
});

test('brokers of scripts/rabbitmq have a TLS listener', () => {
  for (const broker of testBrokers()) if (broker.managed) expect(broker.tls?.url).toMatch(/^amqps:/);
});
