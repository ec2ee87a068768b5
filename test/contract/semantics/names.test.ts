import { plainText } from '../../support/names.ts';
import { describeObservations } from '../../support/observations.ts';

describeObservations('semantics/names', (observe) => {
  observe('a queue without a name gets one', 'amq.gen-…', async ({ actor }) =>
    plainText(await actor.queue({}, { name: '', durable: false, exclusive: true })),
  );

  observe('a consumer without a tag gets one', 'amq.ctag-…', async ({ actor }) => {
    const queue = await actor.queue();
    const { method } = await actor.wire.call({ name: 'basic.consume', queue }, 'basic.consume-ok');
    return plainText(method.consumerTag);
  });

  observe('no name means the queue that the channel declared last', ['1', 1, 0], async ({ actor }) => {
    await actor.queue();
    const queue = await actor.queue();
    await actor.fill(queue, '1', '2');
    const got = await actor.hold('');
    const { method } = await actor.wire.call({ name: 'queue.purge', queue: '' }, 'queue.purge-ok');
    return [got.body, method.messageCount, await actor.count(queue)];
  });

  observe('binding no name with no key: the key is the name', ['1'], async ({ actor }) => {
    const queue = await actor.queue();
    await actor.bind('', 'amq.direct', '');
    await actor.fill({ exchange: 'amq.direct', routingKey: queue }, '1');
    return actor.drain(queue);
  });

  observe('binding a name with no key: the key is empty', [[], ['2']], async ({ actor }) => {
    const exchange = await actor.exchange('direct');
    const queue = await actor.queue();
    await actor.bind(queue, exchange, '');
    await actor.fill({ exchange, routingKey: queue }, '1');
    const first = await actor.drain(queue);
    await actor.fill({ exchange, routingKey: '' }, '2');
    return [first, await actor.drain(queue)];
  });

  observe('no name, none declared', 'NOT_FOUND - no previously declared queue', async ({ actor }) =>
    actor.refusal({ name: 'basic.consume', queue: '' }, 'basic.consume-ok'),
  );

  observe('any octets and lengths that fit', [true, true, true], async ({ actor }) => {
    const names = ['with space\t/#*\0', 'ünïcödé ☃', 'n'.repeat(255)];
    const declared: boolean[] = [];
    for (const queue of names) {
      const { method } = await actor.wire.call({ name: 'queue.declare', queue, exclusive: true }, 'queue.declare-ok');
      declared.push(method.queue === queue);
    }
    return declared;
  });

  observe(
    'the exchanges that every vhost has',
    ['amq.direct', 'amq.fanout', 'amq.headers', 'amq.match', 'amq.topic'],
    async ({ actor }) => {
      const found: string[] = [];
      for (const exchange of ['amq.direct', 'amq.fanout', 'amq.headers', 'amq.match', 'amq.topic', 'amq.nosuch']) {
        const answer = await actor.refusal({ name: 'exchange.declare', exchange, passive: true }, 'exchange.declare-ok');
        if (answer === 'exchange.declare-ok') found.push(exchange);
      }
      return found;
    },
  );
});
