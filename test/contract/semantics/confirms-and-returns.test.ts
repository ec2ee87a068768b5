import type { Actor } from '../../support/actor.ts';
import { plainText } from '../../support/names.ts';
import { describeObservations } from '../../support/observations.ts';

const RETURNED = {
  name: 'basic.return',
  replyCode: 312,
  replyText: 'NO_ROUTE',
  exchange: 'amq.direct',
  routingKey: 'nowhere',
  properties: { messageId: 'm', priority: 3 },
  body: 'x',
};

const NO_EXCHANGE = { text: "NOT_FOUND - no exchange 'nosuch' in vhost '/'", queue: [] };

describeObservations('semantics/confirms-and-returns', (observe) => {
  observe('a burst of transient messages is confirmed, each once', Array(6).fill('ack'), async ({ actor }) => {
    const queue = await actor.queue();
    await confirming(actor);
    for (let number = 1; number <= 6; number++) actor.publish(queue, String(number));
    return actor.confirms(1, 6);
  });

  observe('a burst of persistent messages is confirmed, each once', Array(6).fill('ack'), async ({ actor }) => {
    const queue = await actor.queue();
    await confirming(actor);
    for (let number = 1; number <= 6; number++) actor.publish(queue, { body: String(number), deliveryMode: 2 });
    return actor.confirms(1, 6);
  });

  observe('mandatory and unroutable: returned, then confirmed', ['return 312 NO_ROUTE nowhere: x', 'ack 1'], async ({ actor }) => {
    await confirming(actor);
    actor.publish({ routingKey: 'nowhere', mandatory: true }, 'x');
    return [await next(actor), await next(actor)];
  });

  observe('unroutable without mandatory: confirmed', ['ack 1'], async ({ actor }) => {
    await confirming(actor);
    actor.publish({ routingKey: 'nowhere' }, 'x');
    return [await next(actor)];
  });

  observe('mandatory without confirms: returned as it was sent', { ...RETURNED }, async ({ actor }) => {
    actor.publish({ exchange: 'amq.direct', routingKey: 'nowhere', mandatory: true }, { body: 'x', messageId: 'm', priority: 3 });
    const { method, properties, body } = await actor.wire.expect('basic.return');
    return { ...method, properties, body: body?.toString() };
  });

  observe('numbers count from confirm.select on, and in each channel', ['ack', 'ack'], async ({ actor }) => {
    const queue = await actor.queue();
    await actor.open(2);
    actor.publish(queue, 'before');
    await confirming(actor);
    await confirming(actor, 2);
    actor.publish(queue, 'one');
    actor.publish(queue, 'two', 2);
    return [...(await actor.confirms(1, 1)), ...(await actor.confirms(1, 1, 2))];
  });

  observe('confirm.select again changes nothing', ['ack', 'ack'], async ({ actor }) => {
    const queue = await actor.queue();
    await confirming(actor);
    actor.publish(queue, '1');
    const first = await actor.confirms(1, 1);
    await confirming(actor);
    actor.publish(queue, '2');
    return [...first, ...(await actor.confirms(2, 2))];
  });

  observe('confirm.select without an answer', ['ack'], async ({ actor }) => {
    const queue = await actor.queue();
    actor.wire.send({ name: 'confirm.select', noWait: true });
    actor.publish(queue, '1');
    return actor.confirms(1, 1);
  });

  observe('an unknown exchange closes the channel, what follows is not confirmed', NO_EXCHANGE, async ({ actor }) => {
    const queue = await actor.queue();
    await confirming(actor);
    actor.publish({ exchange: 'nosuch' }, '1');
    actor.publish(queue, '2');
    const text = await actor.closing();
    return { text, queue: await actor.drain(queue) };
  });

  observe('a message for several queues is confirmed once', ['ack'], async ({ actor }) => {
    const exchange = await actor.exchange('fanout');
    for (let count = 0; count < 3; count++) await actor.bind(await actor.queue(), exchange);
    await confirming(actor);
    actor.publish({ exchange, mandatory: true }, { body: 'x', deliveryMode: 2 });
    const outcome = await actor.confirms(1, 1);
    return [...outcome, ...(await actor.wire.quiet(60)).map(({ method }) => method.name)];
  });

  observe(
    'a queue deleted under a backlog: the next is returned and confirmed',
    ['return 312 NO_ROUTE q: y', 'ack 1'],
    async ({ actor }) => {
      const queue = await actor.queue();
      await actor.fill(queue, 'x');
      await actor.wire.call({ name: 'queue.delete', queue }, 'queue.delete-ok');
      await confirming(actor);
      actor.publish({ routingKey: queue, mandatory: true }, 'y');
      return [await next(actor), await next(actor)];
    },
  );
});

async function confirming(actor: Actor, channel = 1): Promise<void> {
  await actor.wire.call({ name: 'confirm.select' }, 'confirm.select-ok', channel);
}

/** The next confirm or return, in words. */
async function next(actor: Actor): Promise<string> {
  const { method, body } = await actor.wire.next();
  if (method.name === 'basic.return')
    return `return ${method.replyCode} ${method.replyText} ${plainText(method.routingKey)}: ${body?.toString()}`;
  return method.name === 'basic.ack' ? `ack ${method.deliveryTag}` : method.name;
}
