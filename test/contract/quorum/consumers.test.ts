import type { Actor } from '../../support/actor.ts';
import { describeObservations } from '../../support/observations.ts';
import { eventually } from '../../support/polling.ts';
import { int } from '../../support/tables.ts';

const QUORUM = { 'x-queue-type': 'quorum' };
const SINGLE = { ...QUORUM, 'x-single-active-consumer': true };

const GET =
  "RESOURCE_LOCKED - cannot obtain access to locked queue 'q' in vhost '/'. " +
  'basic.get operations are not supported by <<"quorum">> queues with single active consumer';

const IF_EMPTY =
  "connection: NOT_IMPLEMENTED - cannot delete queue 'q' in vhost '/'. " +
  'queue.delete operations with if-empty flag set are not supported by quorum queues';

const IF_UNUSED = IF_EMPTY.replace('if-empty', 'if-unused');

describeObservations('quorum/consumers', (observe) => {
  observe('consumers take turns', ['a:0', 'b:1', 'c:2', 'a:3', 'b:4', 'c:5'], async ({ actor }) => {
    const queue = await actor.queue(QUORUM);
    for (const tag of ['a', 'b', 'c']) await actor.consume(queue, tag, { noAck: true });
    for (const number of numbers(6)) await actor.fill(queue, number);
    return actor.served(6);
  });

  observe('a backlog goes to the first up to its prefetch, then to the next', ['a:0', 'a:1', 'b:2', 'b:3'], async ({ actor }) => {
    const queue = await actor.queue(QUORUM);
    await actor.fill(queue, ...numbers(6));
    await actor.prefetch(2);
    await actor.consume(queue, 'a');
    await actor.consume(queue, 'b');
    return actor.served(4);
  });

  observe('a higher priority is served first', ['hi:0', 'hi:1', 'mid:2', 'mid:3', 'lo:4', 'lo:5'], async ({ actor }) => {
    const queue = await actor.queue(QUORUM);
    await actor.prefetch(2);
    await actor.consume(queue, 'lo', { arguments: { 'x-priority': int('byte', -1) } });
    await actor.consume(queue, 'hi', { arguments: { 'x-priority': int('byte', 5) } });
    await actor.consume(queue, 'mid');
    for (const number of numbers(6)) await actor.fill(queue, number);
    return actor.served(6);
  });

  observe('qos global is a prefetch of each', ['a:0'], async ({ actor }) => {
    const queue = await actor.queue(QUORUM);
    await actor.fill(queue, '0', '1');
    await actor.prefetch(1, { global: true });
    const answer = await actor.refusal({ name: 'basic.consume', queue, consumerTag: 'a' }, 'basic.consume-ok');
    return answer === 'basic.consume-ok' ? actor.served(1) : answer;
  });

  observe('exclusive keeps nobody out', ['x:0', 'y:1'], async ({ actor }) => {
    const queue = await actor.queue(QUORUM);
    await actor.consume(queue, 'x', { exclusive: true });
    await actor.consume(queue, 'y', { exclusive: true });
    await actor.fill(queue, '0');
    await actor.fill(queue, '1');
    return (await actor.served(2)).sort();
  });

  observe('who is cancelled counts while it holds something', [1, 0], async ({ actor }) => {
    const queue = await actor.queue(QUORUM);
    await actor.fill(queue, '0');
    await actor.consume(queue, 'a');
    const [delivery] = await actor.deliveries(1);
    await actor.cancel('a');
    const before = await consumers(actor, queue, 1);
    if (delivery !== undefined) actor.ack(delivery);
    return [before, await consumers(actor, queue, 0)];
  });

  observe('a consumer hears that its queue is deleted', 'a', async ({ actor, join }) => {
    const queue = await actor.queue(QUORUM);
    await actor.consume(queue, 'a');
    await (await join()).wire.call({ name: 'queue.delete', queue }, 'queue.delete-ok');
    return (await actor.wire.expect('basic.cancel')).method.consumerTag;
  });
});

describeObservations('quorum/single-active-consumer', (observe) => {
  observe('the first is served until it goes, what it holds stays with it', ['a:0', 'a:1', 'b:2'], async ({ actor }) => {
    const queue = await actor.queue(SINGLE);
    await actor.consume(queue, 'a');
    await actor.consume(queue, 'b');
    await actor.fill(queue, '0', '1');
    const first = await actor.served(2);
    await actor.cancel('a');
    await actor.fill(queue, '2');
    return [...first, ...(await actor.served(1))];
  });

  observe('a higher priority takes over', ['b:0'], async ({ actor }) => {
    const queue = await actor.queue(SINGLE);
    await actor.consume(queue, 'a');
    await actor.consume(queue, 'b', { arguments: { 'x-priority': int('byte', 9) } });
    await actor.fill(queue, '0');
    return actor.served(1);
  });

  observe('exclusive is not refused', 'basic.consume-ok', async ({ actor }) => {
    const queue = await actor.queue(SINGLE);
    return actor.refusal({ name: 'basic.consume', queue, consumerTag: 'x', exclusive: true }, 'basic.consume-ok');
  });

  observe('basic.get is refused', GET, async ({ actor }) => {
    const queue = await actor.queue(SINGLE);
    return actor.refusal({ name: 'basic.get', queue }, 'basic.get-empty');
  });
});

describeObservations('quorum/counts', (observe) => {
  observe('held messages do not count', [4, 2], async ({ actor }) => {
    const queue = await actor.queue(QUORUM);
    await actor.fill(queue, ...numbers(4));
    const before = await actor.count(queue);
    await actor.hold(queue);
    await actor.hold(queue);
    await actor.settled(queue, 2);
    return [before, await actor.count(queue)];
  });

  observe('who holds what was got counts as a consumer, for each of it', [2, 0], async ({ actor }) => {
    const queue = await actor.queue(QUORUM);
    await actor.fill(queue, ...numbers(4));
    await actor.hold(queue);
    const second = await actor.hold(queue);
    const holding = await consumers(actor, queue, 2);
    actor.ack(second, { multiple: true });
    return [holding, await consumers(actor, queue, 0)];
  });

  observe('basic.get tells how many are left', [2, 1, 0], async ({ actor }) => {
    const queue = await actor.queue(QUORUM);
    await actor.fill(queue, ...numbers(3));
    return [(await actor.hold(queue)).left, (await actor.hold(queue)).left, (await actor.hold(queue)).left];
  });

  observe('purge and delete count what waits', [2, 1], async ({ actor }) => {
    const queue = await actor.queue(QUORUM);
    await actor.fill(queue, ...numbers(3));
    await actor.hold(queue);
    const purged = await actor.wire.call({ name: 'queue.purge', queue }, 'queue.purge-ok');
    await actor.fill(queue, 'one');
    const deleted = await actor.wire.call({ name: 'queue.delete', queue }, 'queue.delete-ok');
    return [purged.method.messageCount, deleted.method.messageCount];
  });

  observe('delete if-empty is not implemented', IF_EMPTY, async ({ actor }) => {
    const queue = await actor.queue(QUORUM);
    return actor.refusal({ name: 'queue.delete', queue, ifEmpty: true }, 'queue.delete-ok');
  });

  observe('delete if-unused is not implemented', IF_UNUSED, async ({ actor }) => {
    const queue = await actor.queue(QUORUM);
    return actor.refusal({ name: 'queue.delete', queue, ifUnused: true }, 'queue.delete-ok');
  });
});

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index));
}

/** How many consumers a queue has, once it has as many as are expected. */
async function consumers(actor: Actor, queue: string, expected: number): Promise<number | string> {
  const count = async () => {
    const counts = await actor.counts(queue);
    const found = typeof counts === 'string' ? counts : counts.consumers;
    if (found !== expected) throw new Error(String(found));
    return found;
  };
  return eventually(count).catch((error: Error) => error.message);
}
