import type { Actor } from '../../support/actor.ts';
import { describeObservations } from '../../support/observations.ts';
import { eventually } from '../../support/polling.ts';

const LOCKED =
  "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'q' in vhost '/'. " +
  'It could be originally declared on another connection or the exclusive property value does not match that of the original declaration.';

const IN_USE = "ACCESS_REFUSED - queue 'q' in vhost '/' in exclusive use";

describeObservations('semantics/exclusive', (observe) => {
  observe('a queue belongs to its connection: any channel may use it', ['z:1'], async ({ actor }) => {
    const queue = await actor.queue({}, { exclusive: true });
    await actor.open(2);
    await actor.consume(queue, 'z', { channel: 2 });
    await actor.fill(queue, '1');
    return actor.served(1);
  });

  observe('others may publish to it, and nothing more', [LOCKED, ['1']], async ({ actor, join }) => {
    const queue = await actor.queue({}, { exclusive: true });
    const other = await join();
    await other.fill(queue, '1');
    return [await other.refusal({ name: 'basic.get', queue }, 'basic.get-ok'), await actor.drain(queue)];
  });

  observe('it survives the channel that declared it', true, async ({ actor }) => {
    await actor.open(2);
    const { method } = await actor.wire.call({ name: 'queue.declare', exclusive: true }, 'queue.declare-ok', 2);
    await actor.shut(2);
    return actor.exists(method.queue);
  });

  observe('it goes with its connection, however that ends', [false, false], async ({ actor, join }) => {
    const [polite, rude] = [await join(), await join()];
    const queues = [await polite.queue({}, { exclusive: true }), await rude.queue({}, { exclusive: true })];
    await polite.wire.close();
    rude.wire.destroy();
    await rude.wire.closed;
    const left: boolean[] = [];
    for (const queue of queues) left.push(await eventually(() => gone(actor, queue)));
    return left;
  });

  observe('an exclusive consumer keeps others out, but not basic.get', [IN_USE, '1'], async ({ actor, join }) => {
    const queue = await actor.queue();
    await actor.prefetch(1);
    await actor.consume(queue, 'x', { exclusive: true });
    await actor.fill(queue, '0', '1');
    const other = await join();
    const text = await other.refusal({ name: 'basic.consume', queue, consumerTag: 'y' }, 'basic.consume-ok');
    return [text, (await other.hold(queue)).body];
  });

  observe('nobody may be exclusive beside another consumer', IN_USE, async ({ actor }) => {
    const queue = await actor.queue();
    await actor.open(2);
    await actor.consume(queue, 'a', { channel: 2 });
    return actor.refusal({ name: 'basic.consume', queue, consumerTag: 'x', exclusive: true }, 'basic.consume-ok');
  });

  observe('after an exclusive consumer the queue is free', ['y:1'], async ({ actor }) => {
    const queue = await actor.queue();
    await actor.consume(queue, 'x', { exclusive: true });
    await actor.cancel('x');
    await actor.consume(queue, 'y', { exclusive: true });
    await actor.fill(queue, '1');
    return actor.served(1);
  });
});

/** While a connection ends, its queues are locked for others: that is not the end. */
async function gone(actor: Actor, queue: string): Promise<false> {
  const text = await actor.count(queue);
  if (typeof text === 'string' && text.startsWith('NOT_FOUND')) return false;
  throw new Error(`still there: ${text}`);
}
