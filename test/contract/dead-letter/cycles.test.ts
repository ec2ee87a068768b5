import type { Actor } from '../../support/actor.ts';
import { death, deathsOf, dig, type Graves } from '../../support/graves.ts';
import { own } from '../../support/names.ts';
import { describeObservations } from '../../support/observations.ts';
import { int, type Values } from '../../support/tables.ts';

const TTL = { 'x-message-ttl': int('byte', 20) };

describeObservations('dead-letter/cycles', (observe) => {
  observe('a message that only expired does not come back', [0, 1], async ({ actor }) => {
    const graves = await dig(actor);
    const queue = await turning(actor, graves, TTL);
    await actor.fill(queue, '1');
    return [(await graves.letters(1)).length - 1, 1 - Number(await actor.count(queue))];
  });

  observe('nor by way of another queue', [0, 0], async ({ actor }) => {
    const graves = await dig(actor);
    const second = own('q2');
    const first = await actor.queue({ ...TTL, 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': second }, { name: 'q1' });
    const both = await actor.exchange('fanout');
    await actor.queue({ ...TTL, 'x-dead-letter-exchange': both }, { name: second });
    await actor.bind(first, both);
    await actor.bind(graves.queue, both);
    await actor.fill(first, '1');
    await graves.letters(1); // it has left the second queue now
    return [await actor.count(first), await actor.count(second)];
  });

  observe('nor one that was dropped for want of room', ['2'], async ({ actor }) => {
    const graves = await dig(actor);
    const queue = await turning(actor, graves, { 'x-max-length': int('byte', 1) });
    await actor.fill(queue, '1', '2');
    await graves.letters(1);
    return actor.drain(queue);
  });

  observe('a rejected message does, as often as that', [death('q', 'rejected', { count: 3 })], async ({ actor }) => {
    const queue = own('q');
    await actor.queue({ 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': queue }, { name: queue });
    await actor.fill(queue, '1');
    for (let time = 1; time <= 3; time++) {
      await actor.settled(queue, 1);
      actor.nack(await actor.hold(queue), { requeue: false });
    }
    await actor.settled(queue, 1);
    return deathsOf(await actor.hold(queue));
  });

  observe('one that was rejected on the way round does', ['expired', 'rejected'], async ({ actor }) => {
    const retry = own('retry');
    const work = await actor.queue({ 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': retry }, { name: 'work' });
    await actor.queue({ ...TTL, 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': work }, { name: retry });
    await actor.fill(work, '1');
    actor.nack(await actor.hold(work), { requeue: false });
    await actor.settled(work, 1);
    const deaths = deathsOf(await actor.hold(work)) as ReadonlyArray<{ readonly reason: string }>;
    return deaths.map(({ reason }) => reason.replace('S:', ''));
  });
});

/** A queue whose dead letters would come back to it, and go to the graves. */
async function turning(actor: Actor, graves: Graves, values: Values): Promise<string> {
  const queue = await graves.beside(values);
  await actor.bind(queue, graves.exchange);
  return queue;
}
