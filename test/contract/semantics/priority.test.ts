import type { Actor } from '../../support/actor.ts';
import { describeObservations } from '../../support/observations.ts';
import { int } from '../../support/tables.ts';

const LEVELS = { 'x-max-priority': int('byte', 5) };

describeObservations('semantics/priority', (observe) => {
  observe('higher first; above the maximum counts as the maximum, none as 0', 'c d g b f a e', async ({ actor }) => {
    const queue = await actor.queue(LEVELS);
    await say(actor, queue, 'a0 b3 c5 d9 e f3 g255');
    return (await actor.drain(queue)).join(' ');
  });

  observe('without x-max-priority the order is that of arrival', 'a b c', async ({ actor }) => {
    const queue = await actor.queue();
    await say(actor, queue, 'a0 b5 c3');
    return (await actor.drain(queue)).join(' ');
  });

  observe('what is given back stands where it was among its equals', 'b d a, Rb Rd e Ra c', async ({ actor }) => {
    const queue = await actor.queue(LEVELS);
    await say(actor, queue, 'a1 b5 c1 d5');
    const [first, second, third] = [await actor.hold(queue), await actor.hold(queue), await actor.hold(queue)];
    actor.nack(third);
    actor.nack(second);
    await say(actor, queue, 'e5');
    actor.nack(first);
    return `${[first, second, third].map(({ body }) => body).join(' ')}, ${(await actor.drain(queue)).join(' ')}`;
  });

  observe('a consumer that waits gets what comes, whatever its priority', ['a:a', 'a:b'], async ({ actor }) => {
    const queue = await actor.queue(LEVELS);
    await actor.consume(queue, 'a');
    await say(actor, queue, 'a0');
    await say(actor, queue, 'b5');
    return actor.served(2);
  });

  observe('a length limit drops what would be delivered next: the highest priority', 'c b', async ({ actor }) => {
    const queue = await actor.queue({ ...LEVELS, 'x-max-length': int('byte', 2) });
    await say(actor, queue, 'a5 b1 c3');
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
