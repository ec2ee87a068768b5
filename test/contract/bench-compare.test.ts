import { describeBrokers } from '../support/brokers.ts';
import { onStage } from '../support/stage.ts';

describeBrokers('bench compare', (broker) => {
  test('runs every combination in each round, reads them, and leaves nothing', () =>
    onStage(broker, async ({ run, get, vhost }) => {
      const argv = ['bench', 'compare', '--vary', 'queue-type', '--vary', 'confirm=none,5', '-C', '200', '--rounds', '2'];
      const { exitCode, text, stderr } = await run([...argv, '--json']);
      expect(exitCode).toBe(0);
      const { combinations, rows, reading, rounds } = JSON.parse(text);
      expect(combinations.map(({ labels }: { labels: object }) => labels)).toEqual([
        { 'queue-type': 'classic', confirm: 'none' },
        { 'queue-type': 'classic', confirm: '5' },
        { 'queue-type': 'quorum', confirm: 'none' },
        { 'queue-type': 'quorum', confirm: '5' },
      ]);
      expect(rounds).toBe(2);
      for (const { rounds: all } of combinations) {
        expect(all).toHaveLength(2);
        for (const { sent, received, p50, p99 } of all)
          expect([sent > 0, received > 0, p50 > 0, p99 >= p50]).toEqual([true, true, true, true]);
      }
      expect([rows.length, rows[0].ratios.received]).toEqual([4, { min: 1, median: 1, max: 1 }]);
      expect(reading.join(' ')).toContain('too few rounds to tell');
      // the second round begins with the second one
      expect(stderr.match(/^round . of 2: .*$/gm)).toEqual([
        ...['classic, confirm none', 'classic, confirm 5', 'quorum, confirm none', 'quorum, confirm 5'].map(
          (load) => `round 1 of 2: queue-type ${load}`,
        ),
        ...['classic, confirm 5', 'quorum, confirm none', 'quorum, confirm 5', 'classic, confirm none'].map(
          (load) => `round 2 of 2: queue-type ${load}`,
        ),
      ]);
      expect(await get(`/api/queues/${vhost}`)).toEqual([]);
    }));

  test('interrupted, it tells the rounds that are whole', () =>
    onStage(broker, async ({ start }) => {
      const argv = ['bench', 'compare', '--json', '--vary', 'confirm=1,5', '-C', '50', '--rounds', '100'];
      const running = start(argv);
      await running.waitForStderr(/^round 2 of 100/m);
      running.kill('SIGINT');
      const { exitCode, stdout } = await running.done;
      const { rounds, combinations } = JSON.parse(stdout.toString());
      expect([exitCode, rounds >= 1]).toEqual([130, true]);
      for (const { rounds: all } of combinations) expect(all).toHaveLength(rounds);
    }));

  test('a combination that cannot be is refused before anything runs', () =>
    onStage(broker, async ({ run }) => {
      const { exitCode, stderr } = await run(['bench', 'compare', '--vary', 'ack', '--queue-type', 'stream']);
      expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/^error: ack none: a stream is read with acknowledgements/)]);
    }));
});
