import { describeObservations } from '../../support/observations.ts';
import { int, list, long, tableOf, type Values } from '../../support/tables.ts';

describeObservations('semantics/bindings', (observe) => {
  observe('a queue gets one copy, however many bindings match', [1, 1, 1, 1, 0], async ({ actor }) => {
    const exchange = await actor.exchange('direct');
    const queue = await actor.queue();
    const unbind = async (values: Values): Promise<void> => {
      await actor.wire.call({ name: 'queue.unbind', queue, exchange, routingKey: 'k', arguments: tableOf(values) }, 'queue.unbind-ok');
    };
    const copies: number[] = [];
    const count = async (): Promise<void> => {
      await actor.fill({ exchange, routingKey: 'k' }, 'x');
      copies.push((await actor.drain(queue)).length);
    };
    await actor.bind(queue, exchange, 'k');
    await actor.bind(queue, exchange, 'k');
    await count();
    await actor.bind(queue, exchange, 'k', { a: int('byte', 1) });
    await count();
    await unbind({});
    await count();
    await unbind({ a: long(1n) }); // another type: another binding
    await count();
    await unbind({ a: int('byte', 1) });
    await count();
    return copies;
  });

  observe('several keys for one queue, several queues for one key', [['1', '2'], ['2']], async ({ actor }) => {
    const exchange = await actor.exchange('direct');
    const [first, second] = [await actor.queue(), await actor.queue()];
    await actor.bind(first, exchange, 'a');
    await actor.bind(first, exchange, 'b');
    await actor.bind(second, exchange, 'b');
    await actor.fill({ exchange, routingKey: 'a' }, '1');
    await actor.fill({ exchange, routingKey: 'b' }, '2');
    await actor.fill({ exchange, routingKey: 'B' }, '3');
    return [await actor.drain(first), await actor.drain(second)];
  });

  observe('a fanout ignores the key', ['1', '2'], async ({ actor }) => {
    const exchange = await actor.exchange('fanout');
    const queue = await actor.queue();
    await actor.bind(queue, exchange, 'a');
    await actor.fill({ exchange, routingKey: 'b' }, '1');
    await actor.fill({ exchange }, '2');
    return actor.drain(queue);
  });

  observe('two exchanges bound to each other: one copy, and the field says the first', { body: '1', first: true }, async ({ actor }) => {
    const [first, second] = [await actor.exchange('fanout'), await actor.exchange('fanout')];
    await actor.wire.call({ name: 'exchange.bind', source: first, destination: second }, 'exchange.bind-ok');
    await actor.wire.call({ name: 'exchange.bind', source: second, destination: first }, 'exchange.bind-ok');
    const queue = await actor.queue();
    await actor.bind(queue, first);
    await actor.bind(queue, second);
    await actor.fill({ exchange: first, routingKey: 'k' }, '1');
    const all = await actor.takeAll(queue);
    return { body: all.map(({ body }) => body).join(), first: all.every(({ exchange }) => exchange === first) };
  });

  observe('an exchange bound to an exchange sees the same key', ['1'], async ({ actor }) => {
    const [source, destination] = [await actor.exchange('direct'), await actor.exchange('topic')];
    await actor.wire.call({ name: 'exchange.bind', source, destination, routingKey: 'a.b' }, 'exchange.bind-ok');
    const [right, wrong] = [await actor.queue(), await actor.queue()];
    await actor.bind(right, destination, 'a.*');
    await actor.bind(wrong, destination, 'b.*');
    await actor.fill({ exchange: source, routingKey: 'a.b' }, '1');
    await actor.fill({ exchange: source, routingKey: 'a.c' }, '2');
    return [...(await actor.drain(right)), ...(await actor.drain(wrong))];
  });

  observe('an exchange bound to itself: unroutable', ['basic.return', 'basic.ack'], async ({ actor }) => {
    const exchange = await actor.exchange('fanout');
    await actor.wire.call({ name: 'exchange.bind', source: exchange, destination: exchange }, 'exchange.bind-ok');
    await actor.wire.call({ name: 'confirm.select' }, 'confirm.select-ok');
    actor.publish({ exchange, mandatory: true }, '1');
    return [(await actor.wire.next()).method.name, (await actor.wire.next()).method.name];
  });

  observe('CC and BCC are more keys; one copy for each queue', [['1'], ['1'], ['1']], async ({ actor }) => {
    const [first, second, third] = [await actor.queue(), await actor.queue(), await actor.queue()];
    await actor.fill(first, { body: '1', headers: { CC: list(first, second), BCC: list(third, second) } });
    return [await actor.drain(first), await actor.drain(second), await actor.drain(third)];
  });

  observe('CC stays in the headers, BCC does not', [['CC'], ['CC']], async ({ actor }) => {
    const [first, second] = [await actor.queue(), await actor.queue()];
    await actor.fill(first, { headers: { CC: list('nowhere'), BCC: list(second) } });
    const all = [await actor.hold(first), await actor.hold(second)];
    return all.map(({ properties }) => properties.headers?.map(([name]) => name));
  });

  observe('the key of a message that came by CC is the first one', true, async ({ actor }) => {
    const [first, second] = [await actor.queue(), await actor.queue()];
    await actor.fill(first, { headers: { CC: list(second) } });
    return (await actor.hold(second)).routingKey === first;
  });

  observe('a deleted queue leaves no binding behind', ['basic.return', 'basic.ack'], async ({ actor }) => {
    const exchange = await actor.exchange('direct');
    const queue = await actor.queue();
    await actor.bind(queue, exchange, 'k');
    await actor.wire.call({ name: 'queue.delete', queue }, 'queue.delete-ok');
    await actor.queue({}, { name: queue });
    await actor.wire.call({ name: 'confirm.select' }, 'confirm.select-ok');
    actor.publish({ exchange, routingKey: 'k', mandatory: true }, '1');
    return [(await actor.wire.next()).method.name, (await actor.wire.next()).method.name];
  });
});
