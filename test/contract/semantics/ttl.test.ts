import type { Actor } from '../../support/actor.ts';
import { brief, inFull } from '../../support/delivery.ts';
import { describeObservations } from '../../support/observations.ts';
import { eventually } from '../../support/polling.ts';
import { int, type Values } from '../../support/tables.ts';

/** In ms: short enough to be waited for, long enough for a busy machine to act in the meantime. */
const SHORT = 300;
const LONG = 60_000;

describeObservations('semantics/ttl', (observe) => {
  observe('x-message-ttl takes messages away', [1, 0], async ({ actor }) => {
    const queue = await actor.queue(ttl(SHORT));
    await actor.fill(queue, '1');
    return [await actor.count(queue), await empty(actor, queue)];
  });

  observe('expiration takes a message away', [2, 0], async ({ actor }) => {
    const queue = await actor.queue();
    await actor.fill(queue, { body: '1', expiration: String(SHORT) }, { body: '2', expiration: String(SHORT) });
    return [await actor.count(queue), await empty(actor, queue)];
  });

  observe('the lower of the two counts', ['queue', 'message'], async ({ actor }) => {
    const graves = await actor.queue();
    const buried = { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': graves };
    const byMessage = await actor.queue({ ...ttl(2 * SHORT), ...buried });
    const byQueue = await actor.queue({ ...ttl(SHORT), ...buried });
    await actor.fill(byMessage, { body: 'queue', expiration: String(LONG) });
    await actor.fill(byQueue, { body: 'message', expiration: String(SHORT / 3) });
    return (await actor.takeIn(graves, 2)).map(brief).sort().reverse();
  });

  observe('a message expires at the head only: behind a longer one it is counted, and never delivered', [2, 'long'], async ({ actor }) => {
    const queue = await actor.queue();
    await actor.fill(queue, { body: 'long', expiration: String(LONG) }, { body: 'short', expiration: String(SHORT) });
    const witness = await actor.queue();
    await actor.fill(witness, { body: 'also short', expiration: String(SHORT) });
    await empty(actor, witness);
    return [await actor.count(queue), ...(await actor.drain(queue))];
  });

  observe('expiration 0 is for a consumer that waits', ['a:1', 0], async ({ actor }) => {
    const [queue, lonely] = [await actor.queue(), await actor.queue()];
    await actor.consume(queue, 'a');
    await actor.fill(queue, { body: '1', expiration: '0' });
    await actor.fill(lonely, { body: '1', expiration: '0' });
    return [...(await actor.served(1)), await empty(actor, lonely)];
  });

  observe('x-message-ttl 0 is for a consumer that waits', ['a:1', 0], async ({ actor }) => {
    const [queue, lonely] = [await actor.queue(ttl(0)), await actor.queue(ttl(0))];
    await actor.consume(queue, 'a');
    await actor.fill(queue, '1');
    await actor.fill(lonely, '1');
    return [...(await actor.served(1)), await empty(actor, lonely)];
  });

  observe('x-message-ttl 0 and nobody waits: mandatory is confirmed, not returned', ['basic.ack'], async ({ actor }) => {
    const queue = await actor.queue(ttl(0));
    await actor.wire.call({ name: 'confirm.select' }, 'confirm.select-ok');
    actor.publish({ routingKey: queue, mandatory: true }, '1');
    return [(await actor.wire.next()).method.name];
  });

  observe('a held message does not expire; given back, it does at once', ['1', 0], async ({ actor }) => {
    const queue = await actor.queue(ttl(3 * SHORT));
    const witness = await actor.queue(ttl(3 * SHORT));
    await actor.fill(queue, '1');
    const held = await actor.hold(queue);
    await actor.fill(witness, '1');
    await empty(actor, witness);
    actor.nack(held);
    return [held.body, await empty(actor, queue)];
  });

  observe('the time goes on while a message is held', ['taken and given back', 'came later'], async ({ actor }) => {
    const graves = await actor.queue();
    const queue = await actor.queue({ ...ttl(4 * SHORT), 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': graves });
    const witness = await actor.queue(ttl(2 * SHORT));
    await actor.fill(queue, 'taken and given back');
    const held = await actor.hold(queue);
    await actor.fill(witness, '1');
    await actor.fill(queue, 'came later');
    await empty(actor, witness);
    actor.nack(held);
    return (await actor.takeIn(graves, 2)).map(({ body }) => body);
  });

  observe(
    'the property is seen as it was said',
    { exchange: '', routingKey: 'q', redelivered: false, expiration: '60000' },
    async ({ actor }) => {
      const queue = await actor.queue();
      await actor.fill(queue, { expiration: '60000' });
      return inFull(await actor.hold(queue));
    },
  );

  observe('what has expired is not delivered to who comes later', ['a:2'], async ({ actor }) => {
    const queue = await actor.queue();
    await actor.fill(queue, { body: '1', expiration: String(SHORT) }, '2');
    await eventually(async () => {
      if ((await actor.count(queue)) !== 1) throw new Error('not yet');
    });
    await actor.consume(queue, 'a');
    return actor.served(1);
  });
});

function ttl(milliseconds: number): Values {
  return { 'x-message-ttl': int('signedint', milliseconds) };
}

/** Waits until nothing is left. */
async function empty(actor: Actor, queue: string): Promise<number | string> {
  return eventually(async () => {
    const count = await actor.count(queue);
    if (count !== 0) throw new Error(`${count} left`);
    return count;
  }).catch((error: Error) => error.message);
}
