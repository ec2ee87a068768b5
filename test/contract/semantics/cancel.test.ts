import type { Table } from '../../../src/lab-broker/wire/field.ts';
import { describeObservations } from '../../support/observations.ts';

/** What clients say that do not know of basic.cancel from a broker. */
const NO_CAPABILITIES: Table = [];

describeObservations('semantics/cancel', (observe) => {
  observe('a consumer hears that its queue is deleted', ['basic.cancel a'], async ({ actor, join }) => {
    const queue = await actor.queue();
    await actor.consume(queue, 'a');
    await (await join()).wire.call({ name: 'queue.delete', queue }, 'queue.delete-ok');
    const { method } = await actor.wire.expect('basic.cancel');
    return [`${method.name} ${method.consumerTag}`];
  });

  observe('who deletes the queue hears it after the answer', ['queue.delete-ok', 'basic.cancel'], async ({ actor }) => {
    const queue = await actor.queue();
    await actor.consume(queue, 'a');
    actor.wire.send({ name: 'queue.delete', queue });
    return [(await actor.wire.next()).method.name, (await actor.wire.next()).method.name];
  });

  observe('who did not ask for it hears nothing', [], async ({ actor, join }) => {
    const queue = await actor.queue();
    const other = await join({ clientProperties: NO_CAPABILITIES });
    await other.consume(queue, 'a');
    await actor.wire.call({ name: 'queue.delete', queue }, 'queue.delete-ok');
    await other.prefetch(1);
    return (await other.wire.quiet(60)).map(({ method }) => method.name);
  });

  observe('what the consumer holds may be settled once, for nothing', 'PRECONDITION_FAILED - unknown delivery tag 1', async ({ actor }) => {
    const queue = await actor.queue();
    await actor.consume(queue, 'a');
    await actor.fill(queue, '1');
    const [delivery] = await actor.deliveries(1);
    await actor.wire.call({ name: 'queue.delete', queue }, 'queue.delete-ok');
    await actor.wire.expect('basic.cancel');
    if (delivery !== undefined) actor.nack(delivery);
    await actor.prefetch(1);
    if (delivery !== undefined) actor.ack(delivery);
    return actor.closing();
  });

  observe('its tag is free again', ['a:1'], async ({ actor }) => {
    const queue = await actor.queue();
    await actor.consume(queue, 'a');
    await actor.wire.call({ name: 'queue.delete', queue }, 'queue.delete-ok');
    await actor.wire.expect('basic.cancel');
    const next = await actor.queue();
    await actor.consume(next, 'a');
    await actor.fill(next, '1');
    return actor.served(1);
  });

  observe('a cancel without an answer, and the tag is free again', [[], ['a:2']], async ({ actor }) => {
    const queue = await actor.queue();
    await actor.consume(queue, 'a');
    actor.wire.send({ name: 'basic.cancel', consumerTag: 'a', noWait: true });
    await actor.prefetch(0);
    await actor.fill(queue, '2');
    const first = await actor.served(0);
    await actor.consume(queue, 'a');
    return [first, await actor.served(1)];
  });

  observe('what is published after a cancel waits', [[], 1], async ({ actor }) => {
    const queue = await actor.queue();
    await actor.consume(queue, 'a');
    await actor.cancel('a');
    await actor.fill(queue, '1');
    return [await actor.served(0), await actor.count(queue)];
  });

  observe('an unknown tag is cancelled as well', 'nosuch', async ({ actor }) => {
    return (await actor.wire.call({ name: 'basic.cancel', consumerTag: 'nosuch' }, 'basic.cancel-ok')).method.consumerTag;
  });

  observe('the same tag on two channels', ['a:1', 'a:2'], async ({ actor }) => {
    const [first, second] = [await actor.queue(), await actor.queue()];
    await actor.open(2);
    await actor.consume(first, 'a');
    await actor.consume(second, 'a', { channel: 2 });
    await actor.fill(first, '1');
    await actor.fill(second, '2');
    return (await actor.served(2)).sort();
  });
});
