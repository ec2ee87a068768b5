import type { Actor } from '../../support/actor.ts';
import { describeObservations } from '../../support/observations.ts';

const GONE = ['basic.cancel-ok', "NOT_FOUND - no queue 'q' in vhost '/'"];

describeObservations('semantics/auto-delete', (observe) => {
  observe('a queue stays until it has had a consumer, and goes with the last', [true, true, 'gone'], async ({ actor }) => {
    const queue = await actor.queue({}, { autoDelete: true });
    const seen = [await actor.exists(queue)];
    await actor.consume(queue, 'a');
    await actor.consume(queue, 'b');
    await actor.cancel('a');
    seen.push(await actor.exists(queue));
    await actor.cancel('b');
    return [...seen, (await actor.goes(queue)) && 'gone'];
  });

  observe('basic.get is no consumer', ['1', true], async ({ actor }) => {
    const queue = await actor.queue({}, { autoDelete: true });
    await actor.fill(queue, '1');
    return [...(await actor.drain(queue)), await actor.exists(queue)];
  });

  observe('a queue goes with the channel of the last consumer', true, async ({ actor }) => {
    const queue = await actor.queue({}, { autoDelete: true });
    await actor.open(2);
    await actor.consume(queue, 'a', { channel: 2 });
    await actor.shut(2);
    return actor.goes(queue);
  });

  observe('a queue goes with the connection of the last consumer', true, async ({ actor, join }) => {
    const queue = await actor.queue({}, { autoDelete: true });
    const other = await join();
    await other.consume(queue, 'a');
    other.wire.destroy();
    return actor.goes(queue);
  });

  observe('cancel-ok comes before the queue is missed, and later acks are ignored', GONE, async ({ actor }) => {
    const queue = await actor.queue({}, { autoDelete: true });
    await actor.consume(queue, 'a');
    await actor.fill(queue, '1');
    const [delivery] = await actor.deliveries(1);
    actor.wire.send({ name: 'basic.cancel', consumerTag: 'a' });
    const { method } = await actor.wire.next();
    if (delivery !== undefined) actor.ack(delivery);
    return [method.name, await actor.refusal({ name: 'queue.declare', queue, passive: true }, 'queue.declare-ok')];
  });

  observe('an exchange goes with its last binding', [true, false], async ({ actor }) => {
    const exchange = await actor.exchange('direct', {}, { autoDelete: true });
    const queue = await actor.queue();
    await actor.bind(queue, exchange, 'a');
    await actor.bind(queue, exchange, 'b');
    await actor.wire.call({ name: 'queue.unbind', queue, exchange, routingKey: 'a' }, 'queue.unbind-ok');
    const first = await isExchange(actor, exchange);
    await actor.wire.call({ name: 'queue.unbind', queue, exchange, routingKey: 'b' }, 'queue.unbind-ok');
    return [first, await isExchange(actor, exchange)];
  });

  observe('an exchange that was never bound stays', true, async ({ actor }) =>
    isExchange(actor, await actor.exchange('direct', {}, { autoDelete: true })),
  );

  observe('an exchange goes with the last queue that was bound to it', false, async ({ actor }) => {
    const exchange = await actor.exchange('direct', {}, { autoDelete: true });
    const queue = await actor.queue();
    await actor.bind(queue, exchange);
    await actor.wire.call({ name: 'queue.delete', queue }, 'queue.delete-ok');
    return isExchange(actor, exchange);
  });

  observe('an exchange goes with the last exchange that was bound to it', [false, true], async ({ actor }) => {
    const source = await actor.exchange('fanout', {}, { autoDelete: true });
    const destination = await actor.exchange('fanout', {}, { autoDelete: true });
    await actor.wire.call({ name: 'exchange.bind', source, destination }, 'exchange.bind-ok');
    await actor.wire.call({ name: 'exchange.unbind', source, destination }, 'exchange.unbind-ok');
    return [await isExchange(actor, source), await isExchange(actor, destination)];
  });

  observe('exchanges that are bound in a chain go one after the other', [false, false], async ({ actor }) => {
    const [first, second] = [
      await actor.exchange('fanout', {}, { autoDelete: true }),
      await actor.exchange('fanout', {}, { autoDelete: true }),
    ];
    await actor.wire.call({ name: 'exchange.bind', source: first, destination: second }, 'exchange.bind-ok');
    const queue = await actor.queue();
    await actor.bind(queue, second);
    await actor.wire.call({ name: 'queue.delete', queue }, 'queue.delete-ok');
    return [await isExchange(actor, first), await isExchange(actor, second)];
  });
});

async function isExchange(actor: Actor, exchange: string): Promise<boolean> {
  const answer = await actor.refusal({ name: 'exchange.declare', exchange, passive: true }, 'exchange.declare-ok');
  return answer === 'exchange.declare-ok';
}
