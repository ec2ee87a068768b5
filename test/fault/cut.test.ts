import { behindProxy, expectAtLeastOnce } from '../support/behind-proxy.ts';
import { describeNewestBroker } from '../support/brokers.ts';
import { eventually } from '../support/polling.ts';
import { numbers } from '../support/stage.ts';

describeNewestBroker('a connection that is cut', (broker) => {
  test('in the middle of publish: what was not confirmed is sent again, none is lost', () =>
    behindProxy(broker, async (stage, proxy, env) => {
      await stage.queue('q');
      const bodies = numbers(20_000);
      const cli = stage.start(['publish', '-q', 'q', '--lines', '--rate', '8000', '--json'], { env });
      cli.stdin.end(`${bodies.join('\n')}\n`);
      for (const least of [2_000, 8_000]) {
        await eventually(async () => expect(await stage.ready('q')).toBeGreaterThan(least), { within: 20_000 });
        proxy.cut();
      }
      const { exitCode, stdout, stderr } = await cli.done;
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringMatching(/connected again[\s\S]*connected again/) });
      expect(JSON.parse(stdout.toString())).toEqual({ published: 20_000, confirmed: 20_000, returned: 0, nacked: 0 });
      expectAtLeastOnce(await stage.bodies('q'), bodies);
    }));

  test('in the middle of consume: all is written, and what comes twice is marked redelivered', () =>
    behindProxy(broker, async (stage, proxy, env) => {
      const bodies = numbers(5_000);
      await stage.queue('q', bodies);
      const cli = stage.start(['consume', 'q', '--json', '--until-empty', '--prefetch', '20'], { env });
      await cli.waitForStdout(/"body":"500"/);
      cli.pauseStdout();
      proxy.cut();
      cli.resumeStdout();
      const { exitCode, stdout } = await cli.done;
      const got = stdout
        .toString()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { body: string; redelivered: boolean });
      expect(exitCode).toBe(0);
      expectAtLeastOnce(
        got.map(({ body }) => body),
        bodies,
      );
      const seen = new Set<string>();
      for (const { body, redelivered } of got) {
        if (seen.has(body)) expect({ body, redelivered }).toEqual({ body, redelivered: true });
        seen.add(body);
      }
      expect(await stage.ready('q')).toBe(0);
    }));

  test('in the middle of move: nothing is lost on either side', () =>
    behindProxy(broker, async (stage, proxy, env) => {
      const bodies = numbers(5_000);
      await stage.queue('from', bodies);
      await stage.queue('to');
      const cli = stage.start(['move', 'from', '--to-queue', 'to', '--json'], { env });
      await eventually(async () => expect(await stage.ready('to')).toBeGreaterThan(200), { within: 20_000 });
      proxy.cut();
      const { exitCode } = await cli.done;
      expect(exitCode).toBe(0);
      expectAtLeastOnce([...(await stage.bodies('to')), ...(await stage.bodies('from'))], bodies);
    }));

  test.each([
    ['publish', ['publish', '-q', 'q', '--lines', '--rate', '1000']],
    ['consume', ['consume', 'q']],
  ])('for good, in the middle of %s: exit 5 after --reconnect-for', (name, argv) =>
    behindProxy(broker, async (stage, proxy, env) => {
      await stage.queue('q', name === 'consume' ? ['1', '2'] : []);
      const cli = stage.start([...argv, '--reconnect-for', '1s'], { env });
      if (name === 'publish') {
        cli.stdin.write('a\nb\n');
        await eventually(async () => expect(await stage.ready('q')).toBe(2));
      } else await cli.waitForStdout(/2\n/);
      proxy.refuse();
      proxy.cut();
      const { exitCode, stderr } = await cli.done;
      expect({ exitCode, stderr }).toEqual({
        exitCode: 5,
        stderr: expect.stringMatching(/not back within 1 s[\s\S]*try: .*--reconnect-for/),
      });
    }),
  );
});
