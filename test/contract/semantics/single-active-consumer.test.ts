import { describeObservations } from '../../support/observations.ts';
import { int } from '../../support/tables.ts';

const SINGLE = { 'x-single-active-consumer': true };

describeObservations('semantics/single-active-consumer', (observe) => {
  observe('the first consumer is served until it goes, then the next', ['a:0', 'a:1', 'a:2', 'b:3', 'b:4', 'b:5'], async ({ actor }) => {
    const queue = await actor.queue(SINGLE);
    await actor.consume(queue, 'a');
    await actor.consume(queue, 'b');
    await actor.fill(queue, '0', '1', '2');
    const first = await actor.served(3);
    await actor.cancel('a');
    await actor.fill(queue, '3', '4', '5');
    return [...first, ...(await actor.served(3))];
  });

  observe('who is full is not helped by the next', ['a:0'], async ({ actor }) => {
    const queue = await actor.queue(SINGLE);
    await actor.prefetch(1);
    await actor.consume(queue, 'a');
    await actor.consume(queue, 'b');
    await actor.fill(queue, '0', '1');
    return actor.served(1);
  });

  observe('a higher priority waits for the active one to go, and then comes first', ['a:0', 'c:1'], async ({ actor }) => {
    const queue = await actor.queue(SINGLE);
    await actor.consume(queue, 'a');
    await actor.consume(queue, 'b');
    await actor.consume(queue, 'c', { arguments: { 'x-priority': int('byte', 9) } });
    await actor.fill(queue, '0');
    const first = await actor.served(1);
    await actor.cancel('a');
    await actor.fill(queue, '1');
    return [...first, ...(await actor.served(1))];
  });

  observe('what a cancelled one gives back goes to the next', ['b:R0'], async ({ actor }) => {
    const queue = await actor.queue(SINGLE);
    await actor.consume(queue, 'a');
    await actor.consume(queue, 'b');
    await actor.fill(queue, '0');
    const [zero] = await actor.deliveries(1);
    await actor.cancel('a');
    if (zero !== undefined) actor.nack(zero);
    return actor.served(1);
  });

  observe('the channel of the active one closes: the next gets all of it in order', ['e:R0', 'e:R1', 'e:R2'], async ({ actor }) => {
    const queue = await actor.queue(SINGLE);
    await actor.open(2);
    await actor.consume(queue, 'a');
    await actor.consume(queue, 'e', { channel: 2 });
    await actor.fill(queue, '0', '1', '2');
    await actor.deliveries(3);
    await actor.shut();
    return actor.served(3);
  });

  observe('all consumers count, and basic.get goes beside them', [{ messages: 0, consumers: 2 }, '1'], async ({ actor }) => {
    const queue = await actor.queue(SINGLE);
    await actor.prefetch(1);
    await actor.consume(queue, 'a');
    await actor.consume(queue, 'b');
    await actor.fill(queue, '0', '1');
    const got = await actor.hold(queue);
    return [await actor.counts(queue), got.body];
  });

  observe('an auto-delete queue goes with the last of them', [{ messages: 0, consumers: 1 }, true], async ({ actor }) => {
    const queue = await actor.queue(SINGLE, { autoDelete: true });
    await actor.consume(queue, 'a');
    await actor.consume(queue, 'b');
    await actor.cancel('a');
    const counts = await actor.counts(queue);
    await actor.cancel('b');
    return [counts, await actor.goes(queue)];
  });

  observe('nobody may consume it exclusively', "ACCESS_REFUSED - queue 'q' in vhost '/' in exclusive use", async ({ actor }) => {
    const queue = await actor.queue(SINGLE);
    return actor.refusal({ name: 'basic.consume', queue, consumerTag: 'x', exclusive: true }, 'basic.consume-ok');
  });
});
