import { createLabBroker } from '../../src/lab-broker/lab-broker.ts';
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
});
