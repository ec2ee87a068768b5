import { randomBytes } from 'node:crypto';
import type { Actor } from '../../support/actor.ts';
import { inFull, whoGotWhat } from '../../support/delivery.ts';
import { plainText } from '../../support/names.ts';
import { describeObservations } from '../../support/observations.ts';
import { eventually } from '../../support/polling.ts';

const REPLIES = 'amq.rabbitmq.reply-to';

const REPLY = {
  exchange: '',
  routingKey: 'amq.rabbitmq.reply-to.…',
  redelivered: false,
  correlationId: 'c',
  messageId: 'm',
  who: 'r:the reply',
  key: true,
};
const MANDATORY = { server: ['basic.ack'], requester: ['r:x'] };
const NOT_FOUND = "NOT_FOUND - no queue 'amq.rabbitmq.reply-to.…' in vhost '/'";

describeObservations('semantics/reply-to', (observe) => {
  observe('the server sees a key of the requester', ['amq.rabbitmq.reply-to.…', 'c'], async ({ actor }) => {
    const queue = await actor.queue();
    await actor.consume(REPLIES, 'r', { noAck: true });
    await actor.fill(queue, 'not a request');
    actor.publish(queue, { replyTo: REPLIES, correlationId: 'c' });
    await actor.hold(queue);
    const { properties } = await actor.hold(queue);
    return [plainText(properties.replyTo ?? ''), properties.correlationId];
  });

  observe('all requests of a consumer have the same key', true, async ({ actor }) => {
    await actor.consume(REPLIES, 'r', { noAck: true });
    const first = await asked(actor);
    return (await asked(actor)) === first;
  });

  observe('a reply comes as a message of the default exchange', REPLY, async ({ actor, join }) => {
    await actor.consume(REPLIES, 'r', { noAck: true });
    const key = await asked(actor);
    const server = await join();
    await server.fill(key, { body: 'the reply', correlationId: 'c', messageId: 'm' });
    const [reply] = await actor.deliveries(1);
    return { ...(reply && inFull(reply)), who: reply && whoGotWhat(reply), key: reply?.routingKey === key };
  });

  observe('a mandatory reply is delivered', MANDATORY, async ({ actor, join }) => {
    await actor.consume(REPLIES, 'r', { noAck: true });
    const key = await asked(actor);
    return { server: await said(await join(), { routingKey: key }), requester: await actor.served(1) };
  });

  observe('a mandatory reply to who has gone', ['basic.ack'], async ({ actor, join }) => {
    await actor.consume(REPLIES, 'r', { noAck: true });
    const key = await asked(actor);
    await actor.reopen();
    return said(await join(), { routingKey: key });
  });

  observe('a mandatory reply to a key that means nothing', ['basic.return', 'basic.ack'], async ({ join }) =>
    said(await join(), { routingKey: `${REPLIES}.${randomBytes(4).toString('hex')}` }),
  );

  observe('mandatory, to the queue of all replies itself', ['basic.return', 'basic.ack'], async ({ join }) =>
    said(await join(), { routingKey: REPLIES }),
  );

  observe('the key is nothing to other exchanges', ['basic.return', 'basic.ack'], async ({ actor, join }) => {
    await actor.consume(REPLIES, 'r', { noAck: true });
    return said(await join(), { exchange: 'amq.direct', routingKey: await asked(actor) });
  });

  observe('who asks may reply to itself', ['r:x'], async ({ actor }) => {
    await actor.consume(REPLIES, 'r', { noAck: true });
    actor.publish(await asked(actor), 'x');
    return actor.served(1);
  });

  observe('after a cancel replies are lost, and the next consumer has another key', [[], false, ['s:2']], async ({ actor, join }) => {
    await actor.consume(REPLIES, 'r', { noAck: true });
    const key = await asked(actor);
    await actor.cancel('r');
    const server = await join();
    await server.fill(key, '1');
    const lost = await actor.served(0);
    await actor.consume(REPLIES, 's', { noAck: true });
    const next = await asked(actor);
    await server.fill(next, '2');
    return [lost, key === next, await actor.served(1)];
  });

  observe('a passive declare tells whether the requester is there', [{ messages: 0, consumers: 1 }, NOT_FOUND], async ({ actor, join }) => {
    await actor.consume(REPLIES, 'r', { noAck: true });
    const key = await asked(actor);
    const server = await join();
    const there = await server.counts(key);
    await actor.reopen();
    const gone = async () => {
      const counts = await server.counts(key);
      if (typeof counts !== 'string') throw new Error('it is still there');
      return counts;
    };
    return [there, await eventually(gone)];
  });

  observe('it cannot be got from', "NOT_FOUND - no queue 'amq.rabbitmq.reply-to' in vhost '/'", async ({ actor }) => {
    await actor.consume(REPLIES, 'r', { noAck: true });
    return actor.refusal({ name: 'basic.get', queue: REPLIES }, 'basic.get-ok');
  });
});

/** Sends a request, and answers the key that its server sees. */
async function asked(actor: Actor): Promise<string> {
  const queue = await actor.queue();
  actor.publish(queue, { replyTo: REPLIES });
  const { properties } = await actor.hold(queue);
  return properties.replyTo ?? '';
}

/** What comes of a mandatory message. */
async function said(actor: Actor, address: { readonly exchange?: string; readonly routingKey: string }): Promise<string[]> {
  await actor.wire.call({ name: 'confirm.select' }, 'confirm.select-ok');
  actor.publish({ ...address, mandatory: true }, 'x');
  const names: string[] = [];
  while (!names.includes('basic.ack')) names.push((await actor.wire.next()).method.name);
  return names;
}
