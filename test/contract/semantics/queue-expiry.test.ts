import type { Actor } from '../../support/actor.ts';
import { describeObservations, type Scene } from '../../support/observations.ts';
import { eventually } from '../../support/polling.ts';
import { int } from '../../support/tables.ts';

/** Three times what a busy machine may lose between two uses. */
const EXPIRES = { 'x-expires': int('short', 900) };

describeObservations('semantics/queue-expiry', (observe) => {
  observe('an unused queue goes', 'gone', async ({ actor }) => outlived(actor, await actor.queue(EXPIRES)));

  observe('what renews it', { 'an equal redeclaration': 'there', 'a passive declare': 'there', 'basic.get': 'there' }, async ({ join }) =>
    each(join, {
      'an equal redeclaration': (actor, queue) => kept(actor, queue, () => actor.queue(EXPIRES, { name: queue })),
      'a passive declare': (actor, queue) => kept(actor, queue, () => actor.counts(queue)),
      'basic.get': (actor, queue) => kept(actor, queue, () => actor.get(queue)),
    }),
  );

  observe('what does not', { publish: 'gone', bind: 'gone', purge: 'gone', 'a refused redeclaration': 'gone' }, async ({ join }) =>
    each(join, {
      publish: (actor, queue) => outlived(actor, queue, async () => actor.publish(queue, '1')),
      bind: (actor, queue) => outlived(actor, queue, () => actor.bind(queue, 'amq.direct')),
      purge: (actor, queue) => outlived(actor, queue, () => actor.refusal({ name: 'queue.purge', queue }, 'queue.purge-ok')),
      'a refused redeclaration': (actor, queue) =>
        outlived(actor, queue, async () => {
          const answer = await actor.refusal({ name: 'queue.declare', queue, autoDelete: true }, 'queue.declare-ok');
          if (answer === 'queue.declare-ok') await actor.wire.call({ name: 'queue.delete', queue }, 'queue.delete-ok'); // it was gone
        }),
    }),
  );

  observe('a consumer keeps it; the time counts from its end', ['there', 'gone'], async ({ actor }) => {
    const [queue, witness] = [await actor.queue(EXPIRES), await actor.queue(EXPIRES)];
    await actor.consume(queue, 'a');
    await outlived(actor, witness);
    const before = (await actor.exists(queue)) ? 'there' : 'gone';
    await actor.cancel('a');
    return [before, await outlived(actor, queue)];
  });

  observe('held messages do not keep it, and may be acknowledged when it is gone', ['gone', 'fine'], async ({ actor }) => {
    const queue = await actor.queue(EXPIRES);
    await actor.fill(queue, '1');
    const held = await actor.hold(queue);
    const end = await outlived(actor, queue);
    actor.ack(held);
    await actor.prefetch(1);
    return [end, 'fine'];
  });
});

/** Looks at several queues at a time, each through a connection of its own. */
async function each(
  join: Scene['join'],
  looks: Readonly<Record<string, (actor: Actor, queue: string) => Promise<string>>>,
): Promise<object> {
  const look = async ([name, see]: [string, (actor: Actor, queue: string) => Promise<string>]): Promise<[string, string]> => {
    const actor = await join();
    return [name, await see(actor, await actor.queue(EXPIRES))];
  };
  return Object.fromEntries(await Promise.all(Object.entries(looks).map(look)));
}

/** What has become of a queue that is used all the time, when one that is not has gone. */
async function kept(actor: Actor, queue: string, use: () => Promise<unknown>): Promise<string> {
  const witness = await actor.queue(EXPIRES);
  await outlived(actor, witness, use);
  return (await actor.exists(queue)) ? 'there' : 'gone';
}

/** Waits for the end of a queue while this is done all the time. */
async function outlived(actor: Actor, queue: string, use = async (): Promise<unknown> => undefined): Promise<string> {
  return eventually(async () => {
    if (!(await actor.exists(queue))) return 'gone';
    await use().catch(() => undefined); // it may go just now
    throw new Error('it is still there');
  });
}
