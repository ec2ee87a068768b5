import { createLabBroker, type LabBroker } from '../../../src/lab-broker/lab-broker.ts';
import { eventually } from '../../support/polling.ts';
import type { WireClient } from '../../support/wire-client.ts';
import { type ConnectionFigures, connectionsOf, openWithChannel, readyIn } from './lab-rig.ts';
import { createRunningClock } from './running-clock.ts';

const LIMIT = 1_000_000;
const MESSAGES = 20_000;
const body = Buffer.alloc(1_000, 'x');

/** A broker with little memory, its publisher, and another client with a queue `q`. */
async function withPublisher(clientProperties: 'usual' | 'none', use: Use): Promise<void> {
  const broker = await createLabBroker({ memoryLimit: LIMIT });
  const publisher = await openWithChannel(broker, clientProperties === 'none' ? { clientProperties: [] } : {});
  const other = await openWithChannel(broker);
  try {
    await other.call({ name: 'queue.declare', queue: 'q' }, 'queue.declare-ok');
    await use(broker, publisher, other);
  } finally {
    publisher.destroy();
    other.destroy();
    await broker.close();
  }
}

type Use = (broker: LabBroker, publisher: WireClient, other: WireClient) => Promise<void>;

/** What the broker says of the publisher, when that has not changed for a while. */
async function stalled(broker: LabBroker): Promise<ConnectionFigures> {
  let last: number | undefined;
  return eventually(
    async () => {
      const [first] = await connectionsOf(broker);
      const before = last;
      last = first?.recv_oct;
      expect(last).toBe(before);
      return first as ConnectionFigures;
    },
    { every: 50, within: 15_000 },
  );
}

/** Takes so many messages. */
async function drain(client: WireClient, count: number): Promise<void> {
  client.send({ name: 'basic.consume', queue: 'q', noAck: true });
  for (let n = 0; n < count; n++) await client.expect('basic.deliver');
}

test('publishers are held up at the memory limit, told so, and go on when there is memory again', async () => {
  await withPublisher('usual', async (broker, publisher, other) => {
    for (let n = 0; n < MESSAGES; n++) publisher.publish({ routingKey: 'q', body });
    const { method } = await publisher.expect('connection.blocked');
    expect(method.reason).toBe('low on memory');
    expect((await stalled(broker)).recv_oct).toBeLessThan((MESSAGES * body.length) / 2);
    // who publishes nothing is not held up
    expect((await readyIn(other, 'q')) * body.length).toBeLessThan(LIMIT);
    const drained = drain(other, MESSAGES);
    await publisher.expect('connection.unblocked');
    await drained;
  });
}, 60_000);

test('a publisher that is not to be told is held up all the same', async () => {
  await withPublisher('none', async (broker, publisher, other) => {
    for (let n = 0; n < MESSAGES; n++) publisher.publish({ routingKey: 'q', body });
    expect((await stalled(broker)).recv_oct).toBeLessThan((MESSAGES * body.length) / 2);
    await drain(other, MESSAGES);
    await publisher.call({ name: 'basic.qos', prefetchCount: 0 }, 'basic.qos-ok');
    expect(await publisher.quiet(1)).toEqual([]);
  });
}, 60_000);

test('a publisher that goes away while it is held up is not held for ever', async () => {
  await withPublisher('usual', async (broker, publisher, other) => {
    for (let n = 0; n < 5_000; n++) publisher.publish({ routingKey: 'q', body });
    await publisher.expect('connection.blocked');
    publisher.destroy();
    other.send({ name: 'basic.consume', queue: 'q', noAck: true });
    await eventually(async () => expect(await connectionsOf(broker)).toHaveLength(1));
  });
});

test('a publisher that is held up for what it holds itself is missed, even without heartbeats', async () => {
  const { clock, time } = createRunningClock();
  const broker = await createLabBroker({ memoryLimit: LIMIT, clock });
  const publisher = await openWithChannel(broker);
  try {
    await publisher.call({ name: 'queue.declare', queue: 'own', exclusive: true }, 'queue.declare-ok');
    for (let n = 0; n < MESSAGES; n++) publisher.publish({ routingKey: 'own', body });
    await publisher.expect('connection.blocked');
    time.pass(5_000);
    expect((await publisher.next()).heartbeat).toBe(true);
    publisher.destroy();
    await eventually(async () => {
      time.pass(5_000);
      expect(await connectionsOf(broker)).toHaveLength(0);
    });
    const other = await openWithChannel(broker);
    await other.call({ name: 'confirm.select' }, 'confirm.select-ok');
    other.publish({ routingKey: 'nobody' });
    await other.expect('basic.ack');
    await other.close();
  } finally {
    publisher.destroy();
    await broker.close();
  }
});
