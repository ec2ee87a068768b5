import { describeBrokers } from '../support/brokers.ts';
import { eventually } from '../support/polling.ts';
import { numbers, onStage, QUORUM } from '../support/stage.ts';

describeBrokers('dlq inspect', (broker) => {
  test.each([
    ['classic', {}],
    ['quorum', QUORUM],
  ])('adds up what x-death says, and gives back once: %s', (_name, type) =>
    onStage(broker, async ({ queue, channel, run, ready, take }) => {
      await channel.assertExchange('dlx', 'fanout');
      await queue('d', [], { ...type });
      await channel.bindQueue('d', 'dlx', '');
      await queue('full', [], { 'x-max-length': 1, 'x-dead-letter-exchange': 'dlx' });
      await queue('work', [], { 'x-dead-letter-exchange': 'dlx' });
      await channel.assertExchange('shop', 'topic');
      await channel.bindQueue('work', 'shop', '#');
      for (const body of numbers(3)) channel.sendToQueue('full', Buffer.from(body));
      for (const key of ['order.eu', 'order.uk', 'order.eu']) channel.publish('shop', key, Buffer.from(key));
      await channel.waitForConfirms();
      for (let n = 0; n < 3; n++) {
        const got = await channel.get('work');
        if (got !== false) channel.nack(got, false, false);
      }
      channel.sendToQueue('d', Buffer.from('published here'));
      await eventually(async () => expect(await ready('d')).toBe(6));
      const { exitCode, text, stderr } = await run(['dlq', 'inspect', 'd', '--json']);
      expect(exitCode).toBe(0);
      expect(stderr).toMatch(/^gave back 6, now marked redelivered/);
      const answer = JSON.parse(text);
      expect(answer).toMatchObject({
        queue: 'd',
        messages: 6,
        ready: 6,
        withoutDeath: 1,
        reasons: { rejected: 3, maxlen: 2 },
        origins: { work: 3, full: 2 },
        deaths: [
          { queue: 'work', reason: 'rejected', exchange: 'shop', messages: 3, count: 3 },
          { queue: 'full', reason: 'maxlen', exchange: '', routingKeys: ['full'], messages: 2, count: 2 },
        ],
      });
      expect(answer.deaths[0].routingKeys.sort()).toEqual(['order.eu', 'order.uk']);
      expect(Date.parse(answer.deaths[0].last)).toBeGreaterThan(Date.now() - 60_000);
      const shown = await run(['dlq', 'inspect', 'd', '-n', '2', '--ascii']);
      expect(shown).toMatchObject({ exitCode: 0, text: expect.stringMatching(/^d: the first 2 of 6 messages[\s\S]*maxlen +2 #{40}$/m) });
      await eventually(async () => expect(await ready('d')).toBe(6));
      expect((await take('d')).map(({ fields }) => fields.redelivered)).toEqual(Array.from({ length: 6 }, () => true));
    }),
  );

  test('an empty queue is good news, a missing one is not', () =>
    onStage(broker, async ({ queue, run }) => {
      await queue('d');
      expect(await run(['dlq', 'inspect', 'd'])).toMatchObject({ exitCode: 0, text: 'd is empty\n', stderr: '' });
      const { exitCode, text } = await run(['dlq', 'inspect', 'd', '--json']);
      expect({ exitCode, ...JSON.parse(text) }).toEqual({
        exitCode: 0,
        queue: 'd',
        messages: 0,
        ready: 0,
        withoutDeath: 0,
        reasons: {},
        origins: {},
        deaths: [],
      });
      expect(await run(['dlq', 'inspect', 'none'])).toMatchObject({ exitCode: 6, text: '' });
    }));
});
