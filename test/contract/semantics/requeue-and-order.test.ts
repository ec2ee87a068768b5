import type { Actor } from '../../support/actor.ts';
import { brief, type Delivery } from '../../support/delivery.ts';
import { describeObservations } from '../../support/observations.ts';

describeObservations('semantics/requeue-and-order', (observe) => {
  observe('first in, first out', ['1', '2', '3'], async ({ actor }) => {
    const queue = await filled(actor, 3);
    return actor.drain(queue);
  });

  observe('what is given back stands where it was', ['R2', 'R1', 'R2', 'R3', '4', '5'], async ({ actor }) => {
    const queue = await filled(actor, 5);
    const [, second] = await held(actor, queue, 3);
    actor.reject(second);
    const again = await actor.hold(queue);
    actor.nack(again, { multiple: true });
    return [brief(again), ...(await actor.drain(queue))];
  });

  observe('what is given back in another order stands where it was', ['R1', 'R3', '5', 'R1', 'R2', 'R3', 'R4', 'R5'], async ({ actor }) => {
    const queue = await filled(actor, 5);
    const [first, , third] = await held(actor, queue, 4);
    actor.nack(third);
    actor.nack(first);
    const again = await held(actor, queue, 3);
    await actor.wire.call({ name: 'basic.recover', requeue: true }, 'basic.recover-ok');
    return [...again.map(brief), ...(await actor.drain(queue))];
  });

  observe('a closed channel gives back what it holds', ['R1', 'R2', '3'], async ({ actor }) => {
    const queue = await filled(actor, 3);
    await held(actor, queue, 2);
    await actor.reopen();
    await actor.settled(queue, 3);
    return actor.drain(queue);
  });

  observe('a cut connection gives back what it holds', ['R1', 'R2', '3'], async ({ actor, join }) => {
    const queue = await filled(actor, 3);
    const other = await join();
    await held(other, queue, 2);
    other.wire.destroy();
    await actor.settled(queue, 3);
    return actor.drain(queue);
  });

  observe('a cancelled consumer holds what it got', [0, 'R1'], async ({ actor }) => {
    const queue = await filled(actor, 1);
    await actor.consume(queue, 'a');
    const [delivery] = await actor.deliveries(1);
    await actor.cancel('a');
    const count = await actor.count(queue);
    if (delivery !== undefined) actor.reject(delivery);
    return [count, ...(await actor.drain(queue))];
  });

  observe('ack 3, ack 4 multiple, nack 0 multiple: what is left comes again with the next tag', ['R5#6'], async ({ actor }) => {
    const queue = await filled(actor, 5);
    await actor.consume(queue, 'a');
    await actor.deliveries(5);
    actor.ack({ tag: 3, channel: 1 });
    actor.ack({ tag: 4, channel: 1 }, { multiple: true });
    actor.nack({ tag: 0, channel: 1 }, { multiple: true });
    return (await actor.deliveries(1)).map((delivery) => `${brief(delivery)}#${delivery.tag}`);
  });

  observe('basic.recover is answered before the messages come again', ['recover-ok', 'R1#3', 'R2#4'], async ({ actor }) => {
    const queue = await filled(actor, 2);
    await actor.consume(queue, 'a');
    await actor.deliveries(2);
    actor.wire.send({ name: 'basic.recover', requeue: true });
    const { method } = await actor.wire.next();
    return [method.name.slice('basic.'.length), ...(await actor.deliveries(2)).map((delivery) => `${brief(delivery)}#${delivery.tag}`)];
  });

  observe('basic.recover-async has no answer', ['a:R1', 'a:R2'], async ({ actor }) => {
    const queue = await filled(actor, 2);
    await actor.consume(queue, 'a');
    await actor.deliveries(2);
    actor.wire.send({ name: 'basic.recover-async', requeue: true });
    return actor.served(2);
  });

  observe('basic.recover without a consumer puts the messages back', ['R1', 'R2'], async ({ actor }) => {
    const queue = await filled(actor, 2);
    await actor.consume(queue, 'a');
    await actor.deliveries(2);
    await actor.cancel('a');
    await actor.wire.call({ name: 'basic.recover', requeue: true }, 'basic.recover-ok');
    return actor.drain(queue);
  });

  observe('what a consumer gives back comes to it again, if it alone has room', ['a:R0'], async ({ actor }) => {
    const queue = await actor.queue();
    await actor.prefetch(2);
    await actor.consume(queue, 'a');
    await actor.consume(queue, 'b');
    await actor.fill(queue, '0', '1', '2', '3', '4', '5');
    const [zero] = await actor.deliveries(4);
    if (zero !== undefined) actor.nack(zero);
    return actor.served(1);
  });

  observe('what is given back by one consumer may come to the next', ['a:0', 'b:1', 'a:R0', 'b:R0'], async ({ actor }) => {
    const queue = await actor.queue();
    await actor.consume(queue, 'a');
    await actor.consume(queue, 'b');
    await actor.fill(queue, '0', '1');
    const first = await actor.served(2);
    actor.reject({ tag: 1, channel: 1 });
    const second = await actor.served(1);
    actor.reject({ tag: 3, channel: 1 });
    return [...first, ...second, ...(await actor.served(1))];
  });

  observe('a channel that closes serves the consumers of others', ['z:R0', 'z:R1'], async ({ actor }) => {
    const queue = await actor.queue();
    await actor.open(2);
    await actor.consume(queue, 'a');
    await actor.fill(queue, '0', '1');
    await actor.deliveries(2);
    await actor.consume(queue, 'z', { channel: 2 });
    await actor.shut();
    return actor.served(2);
  });
});

async function filled(actor: Actor, count: number): Promise<string> {
  const queue = await actor.queue();
  await actor.fill(queue, ...Array.from({ length: count }, (_, index) => String(index + 1)));
  return queue;
}

async function held<N extends number>(actor: Actor, queue: string, count: N): Promise<[Delivery, Delivery, Delivery]> {
  const all: Delivery[] = [];
  while (all.length < count) all.push(await actor.hold(queue));
  return all as [Delivery, Delivery, Delivery];
}
