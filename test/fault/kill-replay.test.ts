import { describeBrokers } from '../support/brokers.ts';
import { eventually } from '../support/polling.ts';
import { numbers, onStage } from '../support/stage.ts';

/** Times at which replay is killed. */
const KILLS = 20;
const MESSAGES = 400;
/** Unconfirmed messages in the air at a time, of which a crash may make two. */
const WINDOW = 100;

describeBrokers('dlq replay, killed', (broker) => {
  test(`at ${KILLS} random points, loses no message, and makes two of those in the air at most`, () =>
    onStage(broker, async (stage) => {
      const { channel, queue, bodies, ready } = stage;
      await channel.assertExchange('dlx', 'fanout');
      await channel.assertExchange('shop', 'topic');
      await queue('dead');
      await channel.bindQueue('dead', 'dlx', '');
      await queue('work', [], { 'x-dead-letter-exchange': 'dlx' });
      await channel.bindQueue('work', 'shop', '#');
      for (const body of numbers(MESSAGES)) channel.publish('shop', `order.${body}`, Buffer.from(body), { deliveryMode: 2 });
      await channel.waitForConfirms();
      await channel.prefetch(0);
      for (let n = 0; n < MESSAGES; n++) await channel.get('work');
      channel.nackAll(false);
      await eventually(async () => expect(await ready('dead')).toBe(MESSAGES));
      for (let kill = 0; kill < KILLS; kill++) {
        const cli = stage.start(['dlq', 'replay', 'dead', '--rate', '2000']);
        // each time at another point: some before the first message, most between a publish and its ack
        const least = (await ready('work')) + Math.floor(Math.random() * (MESSAGES / KILLS));
        await Promise.race([eventually(async () => expect(await ready('work')).toBeGreaterThan(least), { every: 1 }), cli.done]);
        cli.kill('SIGKILL');
        await cli.done;
      }
      // what the killed held goes back when the broker has seen that they are gone
      expect(await stage.run(['expect', 'queue', 'dead', '--consumers', '0'])).toMatchObject({ exitCode: 0 });
      const replayed = await bodies('work');
      const all = [...replayed];
      await eventually(async () => {
        all.push(...(await bodies('dead')));
        expect([...new Set(all)].sort()).toEqual(numbers(MESSAGES).sort());
      });
      expect(replayed.length).toBeGreaterThan(0);
      expect(all.length).toBeLessThanOrEqual(MESSAGES + KILLS * WINDOW);
    }));
});
