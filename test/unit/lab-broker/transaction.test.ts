import { Channel } from '../../../src/lab-broker/channel.ts';
import type { Connection } from '../../../src/lab-broker/connection.ts';
import { Consumer } from '../../../src/lab-broker/entities/consumer.ts';
import type { VhostQueue } from '../../../src/lab-broker/entities/queue-port.ts';
import { Vhost } from '../../../src/lab-broker/entities/vhost.ts';
import { BrokerFault } from '../../../src/lab-broker/faults.ts';
import { createLabBroker } from '../../../src/lab-broker/lab-broker.ts';
import { longstr } from '../../../src/lab-broker/wire/field.ts';
import { encodeFrame, METHOD } from '../../../src/lab-broker/wire/frames.ts';
import { encodeMethod, type MethodInput } from '../../../src/lab-broker/wire/methods.ts';
import { message } from './core-rig.ts';
import { openWithChannel } from './lab-rig.ts';
import { createManualClock } from './manual-clock.ts';

/** More than a commit does in one go. */
const MANY = 2_000;

/** A channel in tx mode. `sent` are the methods that its client gets, `rest` what its connection is to carry on with. */
function createChannel() {
  const [sent, rest]: [string[], (() => boolean)[]] = [[], []];
  const state = { held: 0 };
  const connection = {
    host: { replies: { delete: () => undefined }, realm: {} },
    output: { congested: false, delivery: () => undefined, method: (_: number, { name }: MethodInput) => sent.push(name) },
    hold: { begin: () => undefined },
    carryOn: (step: () => boolean) => rest.push(step),
  } as unknown as Connection;
  const hold = (bytes: number) => {
    state.held += bytes;
  };
  const vhost = new Vhost('/', { clock: createManualClock(), watched: false, wants: () => false, hold, tell: () => undefined });
  const channel = new Channel(1, connection, vhost, 1_000);
  const call = (method: MethodInput) => channel.handle({ type: METHOD, channel: 1, payload: payloadOf(method) });
  call({ name: 'tx.select' });
  return { channel, vhost, rest, sent, state, call };
}

const payloadOf = (method: MethodInput) => encodeFrame(METHOD, 1, encodeMethod(method)).subarray(7, -1);

function createQueue(vhost: Vhost): VhostQueue {
  return vhost.createQueue({ name: 'q', type: 'classic', durable: true, autoDelete: false, owner: undefined, arguments: [] });
}

/** Publishes so many messages to a queue in the channel's transaction; `taken` says which of them it takes. */
function publish(channel: Channel, queue: VhostQueue, count: number, taken: (n: number) => boolean = () => true): void {
  for (let n = 0; n < count; n++) {
    const one = message(String(n));
    channel.transaction?.publish(one, () => taken(n) && queue.publish(one));
  }
}

/** Has the channel hold so many messages of a queue. */
function hold(channel: Channel, queue: VhostQueue, count: number): void {
  const fields = { tag: 'c', port: channel, queue, noAck: false, exclusive: false, priority: 0, prefetch: 0, arguments: [] };
  queue.subscribe(new Consumer(fields));
  for (let n = 0; n < count; n++) queue.publish(message(String(n)));
}

const bodies = (queue: VhostQueue) => Array.from({ length: queue.ready }, () => Number(queue.take(true)?.message.body.toString()));
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

test('a large commit is carried out a part at a time, and confirmed at its end', () => {
  const { channel, vhost, rest, sent, call } = createChannel();
  const queue = createQueue(vhost);
  publish(channel, queue, MANY);
  call({ name: 'tx.commit' });
  expect(queue.ready).toBeGreaterThan(0);
  expect(queue.ready).toBeLessThan(MANY / 2);
  expect(sent).toEqual(['tx.select-ok']);
  while (rest[0]?.());
  expect(sent).toEqual(['tx.select-ok', 'tx.commit-ok']);
  expect(bodies(queue)).toEqual(numbers(MANY));
});

test('a small one at once', () => {
  const { channel, vhost, rest, sent, call } = createChannel();
  publish(channel, createQueue(vhost), 3);
  call({ name: 'tx.commit' });
  call({ name: 'tx.commit' });
  expect([rest, sent]).toEqual([[], ['tx.select-ok', 'tx.commit-ok', 'tx.commit-ok']]);
});

test('settlements of a large commit come after its messages, a part at a time', () => {
  const { channel, vhost, rest, sent, call } = createChannel();
  const queue = createQueue(vhost);
  hold(channel, queue, MANY);
  channel.settle(MANY - 10, true, 'ack');
  channel.settle(MANY - 9, false, 'ack');
  let unackedAtPublish = 0;
  channel.transaction?.publish(message('x'), () => {
    unackedAtPublish = queue.unacked;
    return true;
  });
  call({ name: 'tx.commit' });
  let steps = 0;
  while (rest[0]?.()) steps++;
  expect(steps).toBeGreaterThan(2);
  expect([unackedAtPublish, queue.unacked, channel.unacked.size, sent.at(-1)]).toEqual([MANY, 9, 9, 'tx.commit-ok']);
});

test('a message that a full queue refuses fails the commit, after all of it', () => {
  const { channel, vhost, rest, sent, call } = createChannel();
  const queue = createQueue(vhost);
  publish(channel, queue, MANY, (n) => n !== 1);
  call({ name: 'tx.commit' });
  const end = () => {
    while (rest[0]?.());
  };
  expect(end).toThrow(BrokerFault);
  expect([queue.ready, sent]).toEqual([MANY - 1, ['tx.select-ok']]);
  call({ name: 'tx.commit' });
  expect(sent.at(-1)).toBe('tx.commit-ok');
});

test('what is not committed yet takes memory, until it is committed or taken back', () => {
  const { channel, vhost, call, state } = createChannel();
  const queue = createQueue(vhost);
  publish(channel, queue, 10);
  const { held } = state;
  expect(held).toBeGreaterThan(1_000);
  call({ name: 'tx.commit' });
  expect(state.held).toBe(held);
  queue.purge();
  expect(state.held).toBe(0);
  publish(channel, queue, 10);
  call({ name: 'tx.rollback' });
  expect([state.held, queue.ready]).toEqual([0, 0]);
});

test('a channel that ends carries out the commit that has begun, and forgets what was not committed', () => {
  const { channel, vhost, rest, sent, state, call } = createChannel();
  const queue = createQueue(vhost);
  publish(channel, queue, MANY);
  call({ name: 'tx.commit' });
  publish(channel, queue, 5);
  channel.terminate('gone');
  while (rest[0]?.());
  expect(queue.ready).toBe(MANY);
  queue.purge();
  expect([state.held, sent]).toEqual([0, ['tx.select-ok']]);
});

test('a large commit that fails closes its channel, and no more', async () => {
  const broker = await createLabBroker();
  const client = await openWithChannel(broker);
  try {
    const table = [['x-max-length', { type: 'signedint', value: 3 }] as const, ['x-overflow', longstr('reject-publish')] as const];
    await client.call({ name: 'queue.declare', queue: 'q', arguments: table }, 'queue.declare-ok');
    await client.call({ name: 'tx.select' }, 'tx.select-ok');
    for (let n = 0; n < MANY; n++) client.publish({ routingKey: 'q', body: String(n) });
    await expect(client.call({ name: 'tx.commit' }, 'tx.commit-ok')).rejects.toThrow('partial tx completion');
    await client.call({ name: 'channel.open' }, 'channel.open-ok', 2);
    const { method } = await client.call({ name: 'queue.declare', queue: 'q', passive: true }, 'queue.declare-ok', 2);
    expect(method.messageCount).toBe(3);
  } finally {
    client.destroy();
    await broker.close();
  }
});
