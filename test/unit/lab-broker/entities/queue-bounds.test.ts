import { queueSettingsOf } from '../../../../src/lab-broker/arguments/settings.ts';
import { type Backlog, createClassicBacklog } from '../../../../src/lab-broker/entities/backlog.ts';
import { QueueEntry } from '../../../../src/lab-broker/entities/message.ts';
import { NO_POLICIES } from '../../../../src/lab-broker/entities/policies.ts';
import { Queue } from '../../../../src/lab-broker/entities/queue.ts';
import { Stock } from '../../../../src/lab-broker/entities/stock.ts';
import { StreamQueue } from '../../../../src/lab-broker/entities/stream-queue.ts';
import type { Table } from '../../../../src/lab-broker/wire/field.ts';
import { createHost, message } from '../core-rig.ts';

function createQueue(table: Table = [], Kind: typeof Queue | typeof StreamQueue = Queue) {
  const host = createHost();
  const type = Kind === Queue ? 'classic' : 'stream';
  const identity = { name: 'q', type, durable: true, autoDelete: false, owner: undefined, arguments: table } as const;
  return { queue: new Kind(identity, queueSettingsOf(table, type, NO_POLICIES), host), host };
}

/** The same backlog; `look` is called when a message is taken from it, or looked at. */
function counting(backlog: Backlog, look: () => void): Backlog {
  const seen =
    <T>(take: () => T) =>
    () => {
      look();
      return take();
    };
  return Object.assign(backlog, { shift: seen(backlog.shift.bind(backlog)), peek: seen(backlog.peek.bind(backlog)) });
}

test.each([Queue, StreamQueue])('what comes to a queue that is gone counts nowhere', (Kind) => {
  const { queue, host } = createQueue([], Kind);
  queue.publish(message('before'));
  queue.close();
  expect(queue.publish(message('after'))).toBe(true);
  expect([queue.ready, host.held]).toEqual([0, 0]);
});

test('dropping all that is ready takes no look at the messages', () => {
  let held = 0;
  let looks = 0;
  const backlog = counting(createClassicBacklog(), () => looks++);
  const stock = new Stock(backlog, (bytes) => {
    held += bytes;
  });
  for (let sequence = 0; sequence < 5; sequence++) {
    const entry = new QueueEntry(message('x'.repeat(sequence)), sequence, Number.POSITIVE_INFINITY);
    stock.enter(entry);
    stock.push(entry);
  }
  const out = stock.shift() as QueueEntry;
  stock.handOut(out);
  looks = 0;
  stock.clear();
  expect(looks).toBe(0);
  // the one that is out still counts
  expect([stock.ready, stock.readyBytes, held]).toEqual([0, 0, out.weight]);
});

test('what comes to the head with basic.get before it expires behind it', () => {
  const { queue, host } = createQueue();
  queue.publish(message('long'));
  queue.publish(message('short', { expiration: '50' }));
  queue.publish(message('shorter', { expiration: '10' }));
  host.clock.pass(20);
  queue.take(true);
  expect(host.dead).toEqual([]);
  host.clock.pass(30);
  expect(host.dead).toEqual(['short expired', 'shorter expired']);
});

test('what comes to the head because the queue is full expires in its time', () => {
  const { queue, host } = createQueue([['x-max-length', { type: 'signedint', value: 1 }]]);
  queue.publish(message('long'));
  queue.publish(message('short', { expiration: '50' }));
  expect(host.dead).toEqual(['long maxlen']);
  host.clock.pass(50);
  expect(host.dead).toEqual(['long maxlen', 'short expired']);
});
