import { Channel } from '../../../src/lab-broker/channel.ts';
import type { Connection } from '../../../src/lab-broker/connection.ts';
import { Consumer } from '../../../src/lab-broker/entities/consumer.ts';
import type { VhostQueue } from '../../../src/lab-broker/entities/queue-port.ts';
import { Vhost } from '../../../src/lab-broker/entities/vhost.ts';
import { longstr, type Table } from '../../../src/lab-broker/wire/field.ts';
import { message } from './core-rig.ts';
import { createManualClock } from './manual-clock.ts';

/** More than are settled in one go. */
const MANY = 5_000;

/** A channel without a client. `rest` is what its connection is to carry on with. */
function createChannel() {
  const rest: (() => boolean)[] = [];
  const connection = {
    host: { replies: { delete: () => undefined } },
    output: { congested: false, delivery: () => undefined },
    carryOn: (step: () => boolean) => rest.push(step),
  } as unknown as Connection;
  const clock = createManualClock();
  const vhost = new Vhost('/', { clock, watched: false, wants: () => false, hold: () => undefined, tell: () => undefined });
  return { channel: new Channel(1, connection, vhost, 1_000), vhost, clock, rest };
}

function createQueue(vhost: Vhost, name: string, table: Table = [], type: 'classic' | 'quorum' = 'classic'): VhostQueue {
  return vhost.createQueue({ name, type, durable: true, autoDelete: false, owner: undefined, arguments: table });
}

function consume(channel: Channel, queue: VhostQueue): Consumer {
  const fields = { tag: 'c', port: channel, queue, noAck: false, exclusive: false, priority: 0, prefetch: 0, arguments: [] };
  const consumer = new Consumer(fields);
  channel.consumers.set('c', consumer);
  queue.subscribe(consumer);
  return consumer;
}

/** A channel whose consumer holds `count` messages. */
function holding(count: number) {
  const rig = createChannel();
  const queue = createQueue(rig.vhost, 'q');
  const consumer = consume(rig.channel, queue);
  for (let n = 0; n < count; n++) queue.publish(message(String(n)));
  queue.unsubscribe(consumer);
  return { ...rig, queue, consumer };
}

const bodies = (queue: VhostQueue) => Array.from({ length: queue.ready }, () => Number(queue.take(true)?.message.body.toString()));
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);

test.each(['ack', 'nack', 'discard-nack'] as const)('many deliveries are settled (%s) a part at a time', (how) => {
  const { channel, queue, consumer, rest } = holding(MANY);
  channel.settle(MANY - 1, true, how);
  expect(channel.unacked.size).toBeGreaterThan(2_000);
  expect(rest).toHaveLength(1);
  let steps = 1;
  while (rest[0]?.()) steps++;
  expect(steps).toBeGreaterThan(1);
  expect([channel.unacked.size, queue.unacked, consumer.unacked]).toEqual([1, 1, 1]);
  expect(bodies(queue)).toEqual(how === 'nack' ? numbers(0, MANY - 1) : []);
});

test('what is delivered while many are given back is not among them', () => {
  const { channel, queue, rest } = holding(MANY);
  channel.settle(0, true, 'nack');
  const { entry } = queue.take(false) ?? {};
  if (entry === undefined) throw new Error('nothing came back');
  channel.take(queue, entry, false);
  while (rest[0]?.());
  expect([channel.unacked.size, queue.unacked, queue.ready]).toEqual([1, 1, MANY - 1]);
});

test('recover gives all back a part at a time', () => {
  const { channel, queue, rest } = holding(MANY);
  channel.recover();
  expect(queue.ready).toBeLessThan(MANY);
  while (rest[0]?.());
  expect(bodies(queue)).toEqual(numbers(0, MANY));
});

test('a channel that ends in the midst of it has acked what it acked', () => {
  const { channel, queue, clock } = holding(MANY);
  channel.settle(MANY - 100, true, 'ack');
  channel.terminate('gone');
  clock.settle();
  expect(queue.unacked).toBe(0);
  expect(bodies(queue)).toEqual(numbers(MANY - 100, MANY));
});

test('a channel that ends gives back what it held a part in each turn, in its order, and lets its consumer go after that', () => {
  const { channel, vhost, clock } = createChannel();
  const queue = createQueue(vhost, 'q');
  consume(channel, queue);
  for (let n = 0; n < MANY; n++) queue.publish(message(String(n)));
  channel.terminate('gone');
  expect(queue.ready).toBeLessThan(MANY / 2);
  expect(queue.consumerCount).toBe(1);
  clock.settle();
  expect([queue.unacked, queue.consumerCount]).toEqual([0, 0]);
  expect(bodies(queue)).toEqual(numbers(0, MANY));
});

test.each(['classic', 'quorum'] as const)(
  'a consumer whose channel ends while it holds messages counts no longer on a %s queue',
  (type) => {
    const { channel, vhost } = createChannel();
    const queue = createQueue(vhost, 'q', type === 'quorum' ? [['x-queue-type', longstr('quorum')]] : [], type);
    const first = consume(channel, queue);
    queue.publish(message('1'));
    // one that was cancelled before, holding a message as well
    queue.unsubscribe(first);
    channel.consumers.clear();
    consume(channel, queue);
    queue.publish(message('2'));
    expect(queue.unacked).toBe(2);
    channel.terminate('gone');
    expect([queue.ready, queue.unacked, queue.consumerCount, first.unacked]).toEqual([2, 0, 0, 0]);
  },
);
