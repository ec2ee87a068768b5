import fc from 'fast-check';
import { queueSettingsOf } from '../../../../src/lab-broker/arguments/settings.ts';
import { NO_POLICIES } from '../../../../src/lab-broker/entities/policies.ts';
import { Queue } from '../../../../src/lab-broker/entities/queue.ts';
import type { QueueType } from '../../../../src/lab-broker/entities/queue-port.ts';
import { QuorumQueue } from '../../../../src/lab-broker/entities/quorum-queue.ts';
import { type Field, longstr, type Table } from '../../../../src/lab-broker/wire/field.ts';
import { consumer, createHost, createPort, message } from '../core-rig.ts';

const int = (value: number): Field => ({ type: 'signedint', value });

function createQueue(table: Table = [], type: QueueType = 'classic', host = createHost()) {
  const identity = { name: 'q', type, durable: true, autoDelete: false, owner: undefined, arguments: table };
  const Kind = type === 'quorum' ? QuorumQueue : Queue;
  return { queue: new Kind(identity, queueSettingsOf(table, type, NO_POLICIES), host), host };
}

/** What a history of random commands may do. */
const command = fc.oneof(
  fc.record({ do: fc.constant('publish' as const), ttl: fc.option(fc.nat(60)), size: fc.nat(5) }),
  fc.record({ do: fc.constant('get' as const), noAck: fc.boolean() }),
  fc.record({ do: fc.constant('subscribe' as const), prefetch: fc.nat(3), noAck: fc.boolean() }),
  fc.record({ do: fc.constant('cancel' as const), which: fc.nat(5) }),
  fc.record({ do: fc.constant('ack' as const), which: fc.nat(10) }),
  fc.record({ do: fc.constant('nack' as const), which: fc.nat(10), count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constant('reject' as const), which: fc.nat(10) }),
  fc.record({ do: fc.constant('congest' as const), writable: fc.boolean() }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.nat(50) }),
  fc.record({ do: fc.constant('purge' as const) }),
);
const table = fc
  .record({
    ttl: fc.option(fc.nat(80)),
    length: fc.option(fc.nat(4)),
    bytes: fc.option(fc.nat(12)),
    overflow: fc.constantFrom('drop-head', 'reject-publish', 'reject-publish-dlx'),
    priority: fc.option(fc.integer({ min: 1, max: 5 })),
  })
  .map(
    ({ ttl, length, bytes, overflow, priority }): Table => [
      ...(ttl === null ? [] : [['x-message-ttl', int(ttl)] as const]),
      ...(length === null ? [] : [['x-max-length', int(length)] as const]),
      ...(bytes === null ? [] : [['x-max-length-bytes', int(bytes)] as const]),
      ...(priority === null ? [] : [['x-max-priority', int(priority)] as const]),
      ['x-overflow', longstr(overflow)],
    ],
  );

test.each(['classic', 'quorum'] as const)('whatever happens, a %s queue loses no message and counts right', (type) => {
  fc.assert(
    fc.property(table, fc.array(command, { maxLength: 60, size: 'max' }), (settings, history) => {
      const { queue, host } = createQueue(settings, type);
      const port = createPort();
      const consumers: ReturnType<typeof consumer>[] = [];
      let [published, refused, done, purged, returned] = [0, 0, 0, 0, 0];
      const held = port.held as { consumer: ReturnType<typeof consumer> | undefined; entry: (typeof port.held)[number]['entry'] }[];
      for (const step of history) {
        if (step.do === 'publish') {
          const expiration = step.ttl === null ? {} : { expiration: String(step.ttl) };
          if (queue.publish(message('b'.repeat(step.size), expiration))) published++;
          else refused++;
        } else if (step.do === 'get') {
          const taken = queue.take(step.noAck);
          if (taken !== undefined && step.noAck) done++;
          else if (taken !== undefined) held.push({ consumer: undefined, entry: taken.entry });
        } else if (step.do === 'subscribe') {
          const one = consumer(`c${consumers.length}`, queue, port, step);
          consumers.push(one);
          queue.subscribe(one);
        } else if (step.do === 'cancel') {
          const one = consumers[step.which];
          if (one !== undefined) queue.unsubscribe(one);
        } else if (step.do === 'congest') {
          port.writable = step.writable;
          for (const one of consumers) if (one.parked) queue.wake(one);
        } else if (step.do === 'pass') {
          host.clock.pass(step.ms);
        } else if (step.do === 'purge') {
          purged += queue.purge();
        } else {
          const taken = held.splice(step.which % Math.max(held.length, 1), step.do === 'nack' ? step.count : 1);
          const entries = taken.map(({ entry }) => entry);
          if (step.do === 'ack') for (const entry of entries) queue.settle(entry);
          else if (step.do === 'nack') queue.giveBack(entries, 'nack');
          else queue.discard(entries, 'reject');
          if (step.do === 'ack') done += entries.length;
          if (step.do === 'nack') returned += entries.length;
          for (const one of taken) one.consumer?.settled();
        }
        host.clock.settle();
        const sent = port.log.length;
        const withoutAck = sent - port.held.filter(({ consumer: one }) => one !== undefined).length;
        expect(withoutAck).toBeGreaterThanOrEqual(0);
        expect(queue.unacked).toBe(held.length);
        expect(queue.unackedBytes).toBe(held.reduce((sum, { entry }) => sum + entry.message.bodySize, 0));
        for (const one of consumers) {
          expect(one.unacked).toBe(held.filter(({ consumer: owner }) => owner === one).length);
          if (one.prefetch > 0) expect(one.unacked).toBeLessThanOrEqual(one.prefetch);
        }
      }
      const noAckDeliveries = port.log.filter((line) => consumers.find(({ tag }) => line.startsWith(`${tag}:`))?.noAck).length;
      const deadHere = host.dead.length - (queue.settings.overflow === 'reject-publish-dlx' && type === 'classic' ? refused : 0);
      expect(queue.ready + queue.unacked + done + noAckDeliveries + purged + deadHere).toBe(published);
      // a queue that refuses what is too much drops nothing that comes back
      const { maxLength, overflow } = queue.settings;
      const drops = overflow === 'drop-head' || (type === 'quorum' && overflow === 'reject-publish-dlx');
      const tooMany = drops ? 0 : returned;
      expect(queue.ready).toBeLessThanOrEqual(maxLength + tooMany + (type === 'quorum' ? 1 : 0));
      queue.purge();
      for (const { entry } of held) queue.settle(entry);
      expect([host.held, queue.readyBytes, queue.unackedBytes]).toEqual([0, 0, 0]);
      queue.close();
      expect(host.clock.waiting).toBe(0);
    }),
    { numRuns: 120 },
  );
});

test('a long backlog goes out in turns, and others get theirs between', () => {
  const { queue, host } = createQueue();
  const port = createPort();
  for (let n = 0; n < 1_000; n++) queue.publish(message(String(n)));
  queue.subscribe(consumer('c', queue, port, { noAck: true }));
  expect(port.log.length).toBeLessThan(500);
  host.clock.settle();
  expect(port.log).toHaveLength(1_000);
  expect(port.log.at(-1)).toBe('c:999');
});

test('an unused queue goes after x-expires: a consumer, a declare and a get put that off, publishing does not', () => {
  const { queue, host } = createQueue([['x-expires', int(100)]]);
  host.clock.pass(90);
  queue.touch('declare');
  queue.publish(message('1'));
  host.clock.pass(90);
  queue.take(true);
  host.clock.pass(90);
  const reader = consumer('c', queue, createPort());
  queue.subscribe(reader);
  host.clock.pass(1_000);
  queue.unsubscribe(reader);
  host.clock.pass(90);
  expect(host.removed).toEqual([]);
  queue.publish(message('2'));
  host.clock.pass(10);
  expect(host.removed).toEqual(['q']);
});

test('a short-lived message behind a long-lived one stays counted, and is never delivered', () => {
  const { queue, host } = createQueue();
  queue.publish(message('long', { expiration: '60000' }));
  queue.publish(message('short', { expiration: '50' }));
  host.clock.pass(1_000);
  expect(queue.ready).toBe(2);
  expect(queue.take(true)?.message.body.toString()).toBe('long');
  expect(queue.take(true)).toBeUndefined();
  expect(host.dead).toEqual(['short expired']);
});

test('what may not wait at all goes at once, unless somebody takes it', () => {
  const { queue, host } = createQueue();
  queue.publish(message('1', { expiration: '0' }));
  expect([queue.ready, host.dead]).toEqual([0, ['1 expired']]);
  const port = createPort();
  queue.subscribe(consumer('c', queue, port));
  queue.publish(message('2', { expiration: '0' }));
  expect(port.log).toEqual(['c:2']);
});

test('a queue is closed but once, and tells its consumers', () => {
  const { queue, host } = createQueue();
  const port = createPort();
  queue.publish(message('1'));
  queue.subscribe(consumer('c', queue, port));
  queue.close();
  expect(port.cancelledTags).toEqual(['c']);
  queue.giveBack(
    port.held.map(({ entry }) => entry),
    'close',
  );
  expect([queue.ready, queue.unacked, host.held]).toEqual([0, 0, 0]);
});
