import type { Actor } from '../../support/actor.ts';
import { describeObservations } from '../../support/observations.ts';

const IN_USE = "PRECONDITION_FAILED - queue 'q' in vhost '/' in use";
const NOT_EMPTY = "PRECONDITION_FAILED - queue 'q' in vhost '/' not empty";
const UNKNOWN = 'PRECONDITION_FAILED - unknown delivery tag 1';

describeObservations('semantics/counts', (observe) => {
  observe('declare and passive declare count what waits, and consumers', [{ messages: 2, consumers: 1 }, 2, 1], async ({ actor }) => {
    const queue = await filled(actor, '1', '2', '3');
    await actor.prefetch(1);
    await actor.consume(queue, 'a');
    await actor.deliveries(1);
    const { method } = await actor.wire.call({ name: 'queue.declare', queue, durable: true }, 'queue.declare-ok');
    return [await actor.counts(queue), method.messageCount, method.consumerCount];
  });

  observe('what was got and is held does not count', { messages: 1, consumers: 0 }, async ({ actor }) => {
    const queue = await filled(actor, '1', '2');
    await actor.hold(queue);
    return actor.counts(queue);
  });

  observe('basic.get tells how many are left', [2, 1, 0], async ({ actor }) => {
    const queue = await filled(actor, '1', '2', '3');
    return [(await actor.hold(queue)).left, (await actor.hold(queue)).left, (await actor.hold(queue)).left];
  });

  observe('purge takes what waits, and leaves what is held', [3, 0, 'R1'], async ({ actor }) => {
    const queue = await filled(actor, '1', '2', '3', '4');
    const held = await actor.hold(queue);
    const { method } = await actor.wire.call({ name: 'queue.purge', queue }, 'queue.purge-ok');
    const count = await actor.count(queue);
    actor.nack(held);
    return [method.messageCount, count, ...(await actor.drain(queue))];
  });

  observe('delete counts what waits', 2, async ({ actor }) => {
    const queue = await filled(actor, '1', '2', '3');
    await actor.hold(queue);
    return (await actor.wire.call({ name: 'queue.delete', queue }, 'queue.delete-ok')).method.messageCount;
  });

  observe('if-empty does not see held messages', 'queue.delete-ok', async ({ actor }) => {
    const queue = await filled(actor, '1');
    await actor.hold(queue);
    return actor.refusal({ name: 'queue.delete', queue, ifEmpty: true }, 'queue.delete-ok');
  });

  observe(
    'if-unused and if-empty are refused, and the queue stays',
    [IN_USE, NOT_EMPTY, { messages: 1, consumers: 1 }],
    async ({ actor }) => {
      const queue = await actor.queue();
      await actor.open(2);
      await actor.prefetch(1, { channel: 2 });
      await actor.consume(queue, 'a', { channel: 2 });
      await actor.fill(queue, '1', '2');
      return [
        await actor.refusal({ name: 'queue.delete', queue, ifUnused: true }, 'queue.delete-ok'),
        await actor.refusal({ name: 'queue.delete', queue, ifEmpty: true }, 'queue.delete-ok'),
        await actor.counts(queue),
      ];
    },
  );

  observe('an acknowledgement of what is gone with its queue is ignored once', [true, UNKNOWN], async ({ actor }) => {
    const queue = await filled(actor, '1');
    const held = await actor.hold(queue);
    await actor.wire.call({ name: 'queue.delete', queue }, 'queue.delete-ok');
    actor.ack(held);
    await actor.prefetch(1);
    actor.ack(held);
    return [true, await actor.closing()];
  });

  observe('delivery tags count for a channel over all queues and consumers', [1, 2, 3, 1], async ({ actor }) => {
    const [first, second] = [await filled(actor, '1', '2'), await filled(actor, '3', '4')];
    await actor.open(2);
    const tags = [(await actor.hold(first)).tag, (await actor.hold(second)).tag];
    await actor.prefetch(1);
    await actor.consume(first, 'a');
    tags.push(...(await actor.deliveries(1)).map(({ tag }) => tag));
    return [...tags, (await actor.hold(second, 2)).tag];
  });
});

async function filled(actor: Actor, ...messages: readonly string[]): Promise<string> {
  const queue = await actor.queue();
  await actor.fill(queue, ...messages);
  return queue;
}
