import { createLabBroker } from '../../src/lab-broker/lab-broker.ts';
import { defaultPortsAt } from '../support/default-ports.ts';
import { startProxy } from '../support/proxy.ts';
import { runCli } from '../support/spawn.ts';

describe('bench', () => {
  test('a broker that takes no messages any more ends it, with exit 5', async () => {
    const broker = await createLabBroker({ memoryLimit: 2_000_000 });
    try {
      const argv = ['bench', '--json', '--url', broker.url, '-y', '0', '--size', '10kB', '--duration', '1s', '--warmup', '0'];
      const { exitCode, stdout, stderr } = await runCli(argv);
      const report = JSON.parse(stdout.toString());
      expect(exitCode).toBe(5);
      expect(JSON.parse(stderr).error).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('low on memory') });
      expect([report.ended, report.intervals.at(-1).blocked]).toEqual(['failed', expect.stringContaining('low on memory')]);
      expect(report.totals.sent).toBeGreaterThan(0);
      expect(broker.snapshot().vhosts['/']?.queues).toEqual({});
    } finally {
      await broker.close();
    }
  });

  test('where nobody named a broker and none answers, it brings one, and says so', async () => {
    const env = defaultPortsAt({ url: 'amqp://h:1', api: 'http://h:1' });
    const { exitCode, stdout, stderr } = await runCli(['bench', '--json', '-C', '100'], { env });
    expect([exitCode, JSON.parse(stdout.toString())]).toMatchObject([0, { broker: { lab: true }, totals: { received: 100, lost: 0 } }]);
    expect(stderr).toMatch(/^broker: lab broker .*\(no broker answers at amqp:\/\/guest@localhost:5672\)\n$/);
    const asked = await runCli(['bench', '-C', '100', '--url', 'amqp://127.0.0.1:1']);
    expect(asked.exitCode).toBe(5);
  });

  test('connections are spread over the addresses', async () => {
    const broker = await createLabBroker();
    const { port } = new URL(broker.url);
    const proxies = await Promise.all([1, 2].map(() => startProxy({ host: '127.0.0.1', port: Number(port) })));
    const most = proxies.map(() => 0);
    const watching = setInterval(() => {
      proxies.forEach(({ connections }, i) => {
        most[i] = Math.max(most[i] ?? 0, connections);
      });
    }, 1);
    try {
      const urls = proxies.map((proxy) => proxy.url(broker.url)).join(',');
      const { exitCode } = await runCli(['bench', '--json', '-x', '3', '-y', '3', '-C', '200', '--url', urls]);
      // three each; and on the first the one on which queues are made
      expect([exitCode, ...most]).toEqual([0, 4, 3]);
    } finally {
      clearInterval(watching);
      await Promise.all(proxies.map((proxy) => proxy.close()));
      await broker.close();
    }
  });
});
