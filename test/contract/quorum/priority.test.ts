import type { Actor } from '../../support/actor.ts';
import { describeObservations } from '../../support/observations.ts';
import { int } from '../../support/tables.ts';

const QUORUM = { 'x-queue-type': 'quorum' };

describeObservations('quorum/priority', (observe) => {
  observe('0 to 31, more is 31, none is 4', 'b f h j e c d k i g a', async ({ actor }) => {
    const queue = await actor.queue(QUORUM);
    await say(actor, queue, 'a0 b31 c4 d e5 f255 g1 h32 i3 j30 k');
    return (await actor.drain(queue)).join(' ');
  });

  observe('what is given back comes before any priority', 'b a c: Rc Rb Ra d e', async ({ actor }) => {
    const queue = await actor.queue(QUORUM);
    await say(actor, queue, 'a4 b9 c1');
    const held = [await actor.hold(queue), await actor.hold(queue), await actor.hold(queue)];
    const [first, second, third] = held;
    if (third !== undefined) actor.nack(third);
    if (first !== undefined) actor.nack(first);
    if (second !== undefined) actor.nack(second);
    await actor.settled(queue, 3);
    await say(actor, queue, 'd31 e0');
    return `${held.map(({ body }) => body).join(' ')}: ${(await actor.drain(queue)).join(' ')}`;
  });

  observe('a length limit drops what would be delivered next', 'c b', async ({ actor }) => {
    const queue = await actor.queue({ ...QUORUM, 'x-max-length': int('byte', 2) });
    await say(actor, queue, 'a9 b0 c5');
    return (await actor.drain(queue)).join(' ');
  });
});

/** Publishes messages `NAMEpriority`, or `NAME` without one, whose bodies are the names. */
async function say(actor: Actor, queue: string, messages: string): Promise<void> {
  for (const message of messages.split(' ')) {
    const [, body = '', priority] = /^(\D+)(\d*)$/.exec(message) ?? [];
    await actor.fill(queue, priority === '' ? body : { body, priority: Number(priority) });
  }
}
