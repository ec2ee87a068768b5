import type { Actor } from '../../support/actor.ts';
import { describeObservations } from '../../support/observations.ts';
import { int } from '../../support/tables.ts';

describeObservations('semantics/tx', (observe) => {
  observe('what is published counts from the commit on', [0, 1], async ({ actor }) => {
    const queue = await begun(actor);
    actor.publish(queue, '1');
    await passed(actor);
    const before = await actor.count(queue);
    await commit(actor);
    return [before, await actor.count(queue)];
  });

  observe('a rollback takes it away', [0], async ({ actor }) => {
    const queue = await begun(actor);
    actor.publish(queue, '1');
    await rollback(actor);
    await commit(actor);
    return [await actor.count(queue)];
  });

  observe('a channel that closes takes it away', [0], async ({ actor }) => {
    const queue = await begun(actor);
    actor.publish(queue, '1');
    await actor.reopen();
    return [await actor.count(queue)];
  });

  observe('what is unroutable is returned at the commit, before its answer', ['basic.return', 'tx.commit-ok'], async ({ actor }) => {
    const queue = await begun(actor);
    actor.publish(queue, '1');
    actor.publish({ routingKey: 'nowhere', mandatory: true }, '2');
    await passed(actor);
    actor.wire.send({ name: 'tx.commit' });
    return [(await actor.wire.next()).method.name, (await actor.wire.next()).method.name];
  });

  observe('an unknown exchange closes the channel at once', "NOT_FOUND - no exchange 'nosuch' in vhost '/'", async ({ actor }) => {
    await begun(actor);
    actor.publish({ exchange: 'nosuch' }, '1');
    return actor.closing();
  });

  observe('ack, rollback, ack, commit: it is acknowledged now', 'PRECONDITION_FAILED - unknown delivery tag 1', async ({ actor }) => {
    const queue = await begun(actor, '1');
    const held = await actor.hold(queue);
    actor.ack(held);
    await rollback(actor);
    actor.ack(held);
    await commit(actor);
    actor.ack(held);
    return actor.closing();
  });

  observe('an ack without a commit is lost with the channel', ['R1'], async ({ actor }) => {
    const queue = await begun(actor, '1');
    actor.ack(await actor.hold(queue));
    await actor.reopen();
    await actor.settled(queue, 1);
    return actor.drain(queue);
  });

  observe('acks and rejections take effect at the commit', [0, 'R1', 'R3'], async ({ actor }) => {
    const queue = await begun(actor, '1', '2', '3');
    const [first, second, third] = [await actor.hold(queue), await actor.hold(queue), await actor.hold(queue)];
    actor.ack(second);
    actor.nack(first);
    actor.reject(third);
    await passed(actor);
    const before = await actor.count(queue);
    await commit(actor);
    return [before, ...(await actor.drain(queue))];
  });

  observe('an ack without a commit makes no room for the next delivery', [['a:1'], [], ['a:2']], async ({ actor }) => {
    const queue = await begun(actor, '1', '2');
    await actor.prefetch(1);
    await actor.consume(queue, 'a');
    const first = await actor.served(1);
    actor.ack({ tag: 1, channel: 1 });
    const second = await actor.served(0);
    await commit(actor);
    return [first, second, await actor.served(1)];
  });

  observe('a second ack is refused at once', 'PRECONDITION_FAILED - unknown delivery tag 1', async ({ actor }) => {
    const held = await actor.hold(await begun(actor, '1'));
    actor.ack(held);
    actor.ack(held);
    return actor.closing();
  });

  observe('a message that a full queue rejects fails the commit', 'PRECONDITION_FAILED - partial tx completion', async ({ actor }) => {
    await begun(actor);
    actor.publish(await actor.queue({ 'x-max-length': int('byte', 0), 'x-overflow': 'reject-publish' }), '1');
    return actor.refusal({ name: 'tx.commit' }, 'tx.commit-ok');
  });

  observe('tx.select again, and commits and rollbacks of nothing', 'fine', async ({ actor }) => {
    await begun(actor);
    await actor.wire.call({ name: 'tx.select' }, 'tx.select-ok');
    await commit(actor);
    await rollback(actor);
    return 'fine';
  });
});

/** Makes a transaction begin, with these messages in a queue. */
async function begun(actor: Actor, ...messages: readonly string[]): Promise<string> {
  const queue = await actor.queue();
  await actor.fill(queue, ...messages);
  await actor.wire.call({ name: 'tx.select' }, 'tx.select-ok');
  return queue;
}

async function commit(actor: Actor): Promise<void> {
  await actor.wire.call({ name: 'tx.commit' }, 'tx.commit-ok');
}

async function rollback(actor: Actor): Promise<void> {
  await actor.wire.call({ name: 'tx.rollback' }, 'tx.rollback-ok');
}

/** Waits until the broker has read all that was sent on channel 1. */
async function passed(actor: Actor): Promise<void> {
  await actor.wire.call({ name: 'basic.qos' }, 'basic.qos-ok');
}
