import type { Actor } from '../../support/actor.ts';
import { brief, type Delivery, headersOf } from '../../support/delivery.ts';
import { dig } from '../../support/graves.ts';
import { describeObservations } from '../../support/observations.ts';
import { eventually } from '../../support/polling.ts';
import { int, type Values } from '../../support/tables.ts';

const QUORUM = { 'x-queue-type': 'quorum' };

type Return = (actor: Actor, held: Delivery, time: number) => Promise<void> | void;

const reject: Return = (actor, held) => actor.reject(held);
const nack: Return = (actor, held) => actor.nack(held);
const close: Return = (actor) => actor.reopen();
const recover: Return = async (actor) => {
  await actor.wire.call({ name: 'basic.recover', requeue: true }, 'basic.recover-ok');
};

describeObservations('quorum/headers-of-returns', (observe) => {
  const counted = [{}, { 'x-acquired-count': 'l:1', 'x-delivery-count': 'l:1' }, { 'x-acquired-count': 'l:2', 'x-delivery-count': 'l:2' }];
  const uncounted = [{}, { 'x-acquired-count': 'l:1' }, { 'x-acquired-count': 'l:2' }];

  observe('reject counts as a delivery', counted, async ({ actor }) => headers(actor, reject));
  observe('a closed channel counts as a delivery', counted, async ({ actor }) => headers(actor, close));
  observe('nack counts as acquired only', uncounted, async ({ actor }) => headers(actor, nack));
  observe('recover counts as acquired only', uncounted, async ({ actor }) => headers(actor, recover));

  observe(
    'nack, then reject',
    [{}, { 'x-acquired-count': 'l:1' }, { 'x-acquired-count': 'l:2', 'x-delivery-count': 'l:1' }],
    async ({ actor }) => headers(actor, (...all) => (all[2] === 0 ? nack : reject)(...all)),
  );

  async function headers(actor: Actor, giveBack: Return): Promise<unknown> {
    const queue = await actor.queue(QUORUM);
    await actor.fill(queue, '1');
    const seen: unknown[] = [];
    for (let time = 0; time < 3; time++) {
      const held = await actor.hold(queue);
      seen.push(headersOf(held.properties.headers));
      await giveBack(actor, held, time);
    }
    return seen;
  }
});

describeObservations('quorum/delivery-limit', (observe) => {
  const two = { 'x-delivery-limit': int('byte', 2) };

  observe('reject: one delivery more than the limit', 3, async ({ actor }) => livesOf(actor, reject, two));
  observe('closed channels: one delivery more than the limit', 3, async ({ actor }) => livesOf(actor, close, two));
  observe('a limit of 0: one delivery', 1, async ({ actor }) => livesOf(actor, reject, { 'x-delivery-limit': int('byte', 0) }));
  observe('no limit said: 20', 21, async ({ actor }) => livesOf(actor, reject));
  observe('nack never counts', 'more than 24', async ({ actor }) => livesOf(actor, nack, two));
  observe('recover never counts', 'more than 24', async ({ actor }) => livesOf(actor, recover, two));

  observe('a classic queue has none', 'more than 24', async ({ actor }) => livesOf(actor, reject, { 'x-queue-type': 'classic' }));

  /** How often a message is delivered until it is a dead letter. */
  async function livesOf(actor: Actor, giveBack: Return, values: Values = {}): Promise<number | string> {
    const graves = await dig(actor);
    const queue = await graves.beside({ ...QUORUM, ...values });
    await actor.fill(queue, '1');
    for (let lives = 0; lives < 25; lives++) {
      const held = await eventually(async () => {
        const got = await actor.get(queue);
        if (got === undefined && (await actor.count(graves.queue)) === 0) throw new Error('neither here nor there');
        return got;
      });
      if (held === undefined) return lives;
      await giveBack(actor, held, lives);
    }
    return 'more than 24';
  }
});

describeObservations('quorum/order', (observe) => {
  observe('what is given back comes first, in the order of its return', ['R2', 'R1', 'R3', '4', '5'], async ({ actor }) => {
    const queue = await filled(actor, '1', '2', '3', '4', '5');
    const [first, second, third] = [await actor.hold(queue), await actor.hold(queue), await actor.hold(queue)];
    for (const held of [second, first, third]) actor.nack(held);
    await actor.settled(queue, 5);
    return actor.drain(queue);
  });

  observe('several at once come back in their order', ['R1', 'R2', 'R3', '4', '5'], async ({ actor }) => {
    const queue = await filled(actor, '1', '2', '3', '4', '5');
    await actor.hold(queue);
    await actor.hold(queue);
    actor.nack(await actor.hold(queue), { multiple: true });
    await actor.settled(queue, 5);
    return actor.drain(queue);
  });

  observe('a closed channel gives back in its order', ['R1', 'R2', '3'], async ({ actor }) => {
    const queue = await filled(actor, '1', '2', '3');
    await actor.hold(queue);
    await actor.hold(queue);
    await actor.reopen();
    await actor.settled(queue, 3);
    return actor.drain(queue);
  });

  observe('what is given back is got before what waited', ['R1', '3'], async ({ actor }) => {
    const queue = await filled(actor, '1', '2', '3');
    const first = await actor.hold(queue);
    await actor.hold(queue);
    actor.nack(first);
    await actor.settled(queue, 2);
    return [brief(await actor.hold(queue)), brief(await actor.hold(queue))];
  });

  async function filled(actor: Actor, ...messages: readonly string[]): Promise<string> {
    const queue = await actor.queue(QUORUM);
    await actor.fill(queue, ...messages);
    return queue;
  }
});
