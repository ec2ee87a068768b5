import { describeNewestBroker } from '../support/brokers.ts';
import { eventually } from '../support/polling.ts';
import { numbers, onStage } from '../support/stage.ts';

/** Times at which move is killed. */
const KILLS = 20;
const MESSAGES = 400;

describeNewestBroker('move, killed', (broker) => {
  test(`at ${KILLS} random points, leaves every message in one queue or the other`, () =>
    onStage(broker, async (stage) => {
      const bodies = numbers(MESSAGES);
      await stage.queue('from', bodies);
      await stage.queue('to');
      for (let kill = 0; kill < KILLS; kill++) {
        const cli = stage.start(['move', 'from', '--to-queue', 'to', '--rate', '2000']);
        // each time at another point: some before the first message, most between a publish and its ack
        const least = (await stage.ready('to')) + Math.floor(Math.random() * (MESSAGES / KILLS));
        await Promise.race([eventually(async () => expect(await stage.ready('to')).toBeGreaterThan(least), { every: 1 }), cli.done]);
        cli.kill('SIGKILL');
        await cli.done;
      }
      // what the killed held goes back when the broker has seen that they are gone
      const { exitCode } = await stage.run(['expect', 'queue', 'from', '--consumers', '0']);
      expect(exitCode).toBe(0);
      const moved = await stage.bodies('to');
      await eventually(async () => {
        const left = await stage.bodies('from');
        moved.push(...left);
        expect([...new Set(moved)].sort()).toEqual([...bodies].sort());
      });
      // what was published and not yet acked when it was killed is in both: the window of 100, each time, at most
      expect(moved.length).toBeLessThanOrEqual(MESSAGES + KILLS * 100);
    }));
});
