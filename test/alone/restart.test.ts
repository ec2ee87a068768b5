import { describeRealBrokersAtOnce, type TestBroker } from '../support/brokers.ts';
import { eventually } from '../support/polling.ts';
import { restartServer } from '../support/servers.ts';
import { runCli, startCli } from '../support/spawn.ts';

/** A restart takes its time; the commands wait for it. */
const PATIENCE = ['--reconnect-for', '2m', '--connect-timeout', '5s'];
const LIMIT = { timeout: 150_000 };

/** A vhost that outlives its server's restart: withVhost's own connections would not. */
async function withDurableQueue(broker: TestBroker, use: (global: string[]) => Promise<void>): Promise<void> {
  const queue = `restart-${process.pid}`;
  const global = ['--url', broker.url, '--api', broker.api];
  await runCli([...global, 'declare-queue', queue]);
  try {
    await use([...global, queue]);
  } finally {
    await runCli([...global, 'delete-queue', queue, '--yes']);
  }
}

const bodies = Array.from({ length: 6_000 }, (_, n) => String(n));

describeRealBrokersAtOnce('a server that is restarted', 'server to restart', (broker, test) => {
  test('in the middle of publish loses no confirmed message, and consume gets them over another restart', async () => {
    await withDurableQueue(broker, async ([...words]) => {
      const queue = words.pop() as string;
      const publishing = startCli([...words, ...PATIENCE, 'publish', '-q', queue, '--lines', '--rate', '1500', '--json'], LIMIT);
      publishing.stdin.end(`${bodies.join('\n')}\n`);
      await eventually(async () =>
        expect((await runCli([...words, 'expect', 'queue', queue, '--ready-at-least', '500'])).exitCode).toBe(0),
      );
      await restartServer(broker);
      const published = await publishing.done;
      expect({ exitCode: published.exitCode, stderr: published.stderr }).toEqual({
        exitCode: 0,
        stderr: expect.stringContaining('connected again'),
      });
      expect(JSON.parse(published.stdout.toString())).toMatchObject({ published: bodies.length, confirmed: bodies.length });

      const consuming = startCli([...words, ...PATIENCE, 'consume', queue, '--until-empty', '--prefetch', '10'], LIMIT);
      await consuming.waitForStdout(/^300$/m);
      consuming.pauseStdout();
      await restartServer(broker);
      consuming.resumeStdout();
      const consumed = await consuming.done;
      expect(consumed.exitCode).toBe(0);
      expect(new Set(consumed.stdout.toString().trim().split('\n'))).toEqual(new Set(bodies));
    });
  }, 300_000);
});
