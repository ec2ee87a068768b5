import { describeObservations } from '../../support/observations.ts';
import { eventually } from '../../support/polling.ts';
import { int } from '../../support/tables.ts';

const QUORUM = { 'x-queue-type': 'quorum' };
const limit = (count: number) => ({ ...QUORUM, 'x-max-length': int('byte', count) });

const FULL = { first: ['ack', 'ack', 'ack'], nacked: 'nack', kept: ['1', '2', '3'] };

describeObservations('quorum/limits', (observe) => {
  observe('drop-head drops the oldest', ['3', '4', '5'], async ({ actor }) => {
    const queue = await actor.queue(limit(3));
    await actor.fill(queue, '1', '2', '3', '4', '5');
    return actor.drain(queue);
  });

  observe('x-max-length 0 keeps nothing, and confirms', [['ack'], 0], async ({ actor }) => {
    const queue = await actor.queue(limit(0));
    return [await actor.fill(queue, '1'), await actor.count(queue)];
  });

  observe('x-max-length-bytes drops the oldest', ['abcdef'], async ({ actor }) => {
    const queue = await actor.queue({ ...QUORUM, 'x-max-length-bytes': int('byte', 10) });
    await actor.fill(queue, '123456', 'abcdef');
    return actor.drain(queue);
  });

  observe('held messages do not count; given back, they are the first to be dropped', [2, '3', '4'], async ({ actor }) => {
    const queue = await actor.queue(limit(2));
    await actor.fill(queue, '1', '2');
    await actor.hold(queue);
    const second = await actor.hold(queue);
    await actor.fill(queue, '3', '4');
    const count = await actor.count(queue);
    actor.nack(second, { multiple: true });
    await actor.wire.call({ name: 'basic.recover', requeue: true }, 'basic.recover-ok');
    await actor.settled(queue, 2);
    return [count, ...(await actor.drain(queue))];
  });

  observe('reject-publish nacks when it is full (maybe one late), and no more when there is room', [FULL, ['ack']], async ({ actor }) => {
    const queue = await actor.queue({ ...limit(3), 'x-overflow': 'reject-publish' });
    const first = await actor.fill(queue, '1', '2', '3');
    const nacked = await eventually(async () => {
      const [outcome] = await actor.fill(queue, 'more');
      if (outcome !== 'nack') throw new Error('it is not full yet');
      return outcome;
    });
    const all = await actor.drain(queue);
    const room = await eventually(async () => {
      const outcome = await actor.fill(queue, 'again');
      if (outcome[0] !== 'ack') throw new Error('it is still full');
      return outcome;
    });
    return [{ first, nacked, kept: all.slice(0, 3) }, room];
  });
});

describeObservations('quorum/expiry', (observe) => {
  observe('x-message-ttl takes messages away', [1, 0], async ({ actor }) => {
    const queue = await actor.queue({ ...QUORUM, 'x-message-ttl': int('short', 300) });
    await actor.fill(queue, '1');
    const before = await actor.count(queue);
    await actor.settled(queue, 0);
    return [before, await actor.count(queue)];
  });

  observe('a message expires at the head only', [2, 'long'], async ({ actor }) => {
    const [queue, witness] = [await actor.queue(QUORUM), await actor.queue(QUORUM)];
    await actor.fill(queue, { body: 'long', expiration: '60000' }, { body: 'short', expiration: '100' });
    await actor.fill(witness, { expiration: '100' });
    await actor.settled(witness, 0);
    return [await actor.count(queue), ...(await actor.drain(queue))];
  });

  observe('expiration 0 is for a consumer that waits', ['a:1', 0], async ({ actor }) => {
    const [queue, lonely] = [await actor.queue(QUORUM), await actor.queue(QUORUM)];
    await actor.consume(queue, 'a');
    await actor.fill(queue, { body: '1', expiration: '0' });
    await actor.fill(lonely, { expiration: '0' });
    const served = await actor.served(1);
    await actor.settled(lonely, 0);
    return [...served, await actor.count(lonely)];
  });

  observe('a held message does not expire; given back, it does at once', ['1', 0], async ({ actor }) => {
    const values = { ...QUORUM, 'x-message-ttl': int('short', 900) };
    const [queue, witness] = [await actor.queue(values), await actor.queue(values)];
    await actor.fill(queue, '1');
    const held = await actor.hold(queue);
    await actor.fill(witness, '1');
    await actor.settled(witness, 0);
    actor.nack(held);
    await actor.wire.call({ name: 'basic.recover', requeue: true }, 'basic.recover-ok');
    await actor.settled(queue, 0);
    return [held.body, await actor.count(queue)];
  });

  observe(
    'basic.get keeps an unused queue, declarations do not',
    { got: 'there', declared: 'gone', looked: 'gone' },
    async ({ actor, join }) => {
      const values = { ...QUORUM, 'x-expires': int('short', 1_500) };
      const [got, declared, looked] = [await actor.queue(values), await actor.queue(values), await actor.queue(values)];
      const other = await join();
      const gone = async () => {
        await actor.get(got);
        for (const queue of [declared, looked]) {
          if (!(await other.exists(queue))) continue;
          await (queue === declared ? other.queue(values, { name: queue }) : other.counts(queue)).catch(() => undefined); // it may go just now
          throw new Error('it is still there');
        }
        return 'gone';
      };
      // The servers look every 5 s only.
      const end = await eventually(gone, { within: 20_000, every: 100 });
      return { got: (await actor.exists(got)) ? 'there' : 'gone', declared: end, looked: end };
    },
  );
});
