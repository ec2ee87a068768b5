import type { Actor } from '../../support/actor.ts';
import { describeObservations } from '../../support/observations.ts';
import { int } from '../../support/tables.ts';

describeObservations('semantics/dispatch', (observe) => {
  observe(
    'three consumers without acknowledgement take turns',
    ['a:0', 'b:1', 'c:2', 'a:3', 'b:4', 'c:5', 'a:6', 'b:7', 'c:8'],
    async ({ actor }) => {
      const queue = await actor.queue();
      for (const tag of ['a', 'b', 'c']) await actor.consume(queue, tag, { noAck: true });
      await actor.fill(queue, ...numbers(9));
      return actor.served(9);
    },
  );

  observe(
    'a backlog goes to the first consumer up to its prefetch, then to the next; who acknowledges gets more',
    [['a:0', 'a:1', 'b:2', 'b:3'], ['b:4'], ['a:5', 'a:6', 'b:7', 'b:8']],
    async ({ actor }) => {
      const queue = await backlog(actor, 9);
      await actor.prefetch(2);
      await actor.consume(queue, 'a');
      await actor.consume(queue, 'b');
      const first = await actor.served(4);
      actor.ack({ tag: 3, channel: 1 });
      const second = await actor.served(1);
      actor.ack({ tag: 0, channel: 1 }, { multiple: true });
      return [first, second, await actor.served(4)];
    },
  );

  observe('a backlog goes to the first consumer if it has no prefetch', ['a:0', 'a:1', 'a:2', 'a:3', 'a:4', 'a:5'], async ({ actor }) => {
    const queue = await backlog(actor, 6);
    await actor.consume(queue, 'a');
    await actor.consume(queue, 'b');
    return actor.served(6);
  });

  observe('each consumer has the prefetch that was set before it came', ['a:0', 'b:1', 'b:2', 'b:3'], async ({ actor }, expected) => {
    const queue = await backlog(actor, 6);
    await actor.prefetch(1);
    await actor.consume(queue, 'a');
    await actor.prefetch(3);
    await actor.consume(queue, 'b');
    return actor.served(expected.length);
  });

  observe('a prefetch that is set later changes nothing', ['a:0'], async ({ actor }) => {
    const queue = await backlog(actor, 4);
    await actor.prefetch(1);
    await actor.consume(queue, 'a');
    await actor.prefetch(3);
    return actor.served(1);
  });

  observe('no acknowledgement, no prefetch', ['a:0', 'a:1', 'a:2'], async ({ actor }) => {
    const queue = await backlog(actor, 3);
    await actor.prefetch(1);
    await actor.consume(queue, 'a', { noAck: true });
    return actor.served(3);
  });

  observe('what was got does not count', ['a:2', 'a:3'], async ({ actor }) => {
    const queue = await backlog(actor, 6);
    await actor.prefetch(2);
    await actor.hold(queue);
    await actor.hold(queue);
    await actor.consume(queue, 'a');
    return actor.served(2);
  });

  observe('what a cancelled consumer holds does not count for the next', ['b:2', 'b:3'], async ({ actor }) => {
    const queue = await backlog(actor, 6);
    await actor.prefetch(2);
    await actor.consume(queue, 'a');
    await actor.deliveries(2);
    await actor.cancel('a');
    await actor.consume(queue, 'b');
    return actor.served(2);
  });

  observe('nack and reject make room as ack does', [['a:3'], ['a:4'], ['a:5']], async ({ actor }) => {
    const queue = await backlog(actor, 6);
    await actor.prefetch(3);
    await actor.consume(queue, 'a');
    await actor.deliveries(3);
    actor.ack({ tag: 2, channel: 1 });
    const first = await actor.served(1);
    actor.nack({ tag: 1, channel: 1 }, { requeue: false });
    const second = await actor.served(1);
    actor.reject({ tag: 3, channel: 1 }, { requeue: false });
    return [first, second, await actor.served(1)];
  });

  observe('each channel has its own prefetch', { 1: 1, 2: 3 }, async ({ actor }) => {
    const queue = await backlog(actor, 4);
    await actor.open(2);
    await actor.prefetch(1);
    await actor.consume(queue, 'a');
    await actor.consume(queue, 'z', { channel: 2 });
    const all = await actor.deliveries(4);
    return { 1: all.filter(({ channel }) => channel === 1).length, 2: all.filter(({ channel }) => channel === 2).length };
  });

  observe('consumers with a higher priority are served first', ['hi:0', 'hi:1', 'mid:2', 'mid:3', 'lo:4', 'lo:5'], async ({ actor }) => {
    const queue = await actor.queue();
    await actor.prefetch(2);
    await actor.consume(queue, 'lo', { arguments: { 'x-priority': int('byte', -1) } });
    await actor.consume(queue, 'hi', { arguments: { 'x-priority': int('byte', 5) } });
    await actor.consume(queue, 'mid');
    await actor.fill(queue, ...numbers(7));
    return actor.served(6);
  });

  observe('who is full is passed over, and has its turn again when it has room', ['a:3', 'b:4', 'c:5'], async ({ actor }) => {
    const queue = await actor.queue();
    await actor.prefetch(1);
    for (const tag of ['a', 'b', 'c']) await actor.consume(queue, tag);
    await actor.fill(queue, ...numbers(3));
    for (const delivery of await actor.deliveries(3)) actor.ack(delivery);
    await actor.count(queue);
    await actor.fill(queue, '3', '4', '5');
    return actor.served(3);
  });
});

describeObservations('semantics/global-prefetch', (observe) => {
  observe('qos global counts for each consumer', ['a:0', 'a:1', 'a:2', 'b:3', 'b:4', 'b:5'], async ({ actor }, expected) => {
    const queue = await backlog(actor, 9);
    await actor.prefetch(3, { global: true });
    await actor.consume(queue, 'a');
    await actor.consume(queue, 'b');
    return actor.served(expected.length);
  });

  observe('qos global after the consumers changes nothing', ['a:0', 'a:1', 'a:2'], async ({ actor }, expected) => {
    const queue = await actor.queue();
    await actor.consume(queue, 'a');
    await actor.prefetch(1, { global: true });
    await actor.fill(queue, ...numbers(3));
    return actor.served(expected.length);
  });

  observe('the last qos counts, global or not', ['a:0', 'a:1', 'b:2', 'b:3'], async ({ actor }, expected) => {
    const queue = await backlog(actor, 6);
    await actor.prefetch(1);
    await actor.prefetch(2, { global: true });
    await actor.consume(queue, 'a');
    await actor.consume(queue, 'b');
    return actor.served(expected.length);
  });

  observe('qos global does not touch consumers without acknowledgement', ['a:0', 'a:1', 'a:2'], async ({ actor }) => {
    const queue = await backlog(actor, 3);
    await actor.prefetch(1, { global: true });
    await actor.consume(queue, 'a', { noAck: true });
    return actor.served(3);
  });
});

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index));
}

async function backlog(actor: Actor, count: number): Promise<string> {
  const queue = await actor.queue();
  await actor.fill(queue, ...numbers(count));
  return queue;
}
