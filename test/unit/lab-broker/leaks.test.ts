import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createLabBroker, type LabBroker } from '../../../src/lab-broker/lab-broker.ts';
import { eventually } from '../../support/polling.ts';
import { openWire } from '../../support/wire-client.ts';
import { connectionsOf, openWithChannel } from './lab-rig.ts';
import { createRunningClock } from './running-clock.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes that are in use, after all that can go has gone. */
async function heap(): Promise<number> {
  for (let n = 0; n < 3; n++) {
    await new Promise(setImmediate);
    collectGarbage();
  }
  return process.memoryUsage().heapUsed;
}

/** Runs `use` with a broker whose timers are counted. */
async function withBroker(use: (broker: LabBroker, timers: () => number) => Promise<void>): Promise<void> {
  const { clock, time } = createRunningClock();
  const broker = await createLabBroker({ clock });
  try {
    await use(broker, () => time.waiting);
  } finally {
    await broker.close();
  }
}

/** Bytes that `times` runs of `work` leave behind; a few runs before that fill caches. */
async function leftBy(times: number, work: (times: number) => Promise<void>): Promise<number> {
  await work(Math.ceil(times / 4));
  const before = await heap();
  await work(times);
  return (await heap()) - before;
}

test('connections that come and go leave no memory and no timers', async () => {
  await withBroker(async (broker, timers) => {
    const left = await leftBy(3_000, async (times) => {
      for (let n = 0; n < times; n += 20) {
        const clients = await Promise.all(Array.from({ length: 20 }, () => openWire(broker.url, { heartbeat: 60 })));
        for (const client of clients.slice(10)) client.destroy();
        await Promise.all(clients.slice(0, 10).map((client) => client.close()));
      }
      await eventually(async () => expect(await connectionsOf(broker)).toEqual([]));
    });
    expect(left / 3_000).toBeLessThan(300);
    expect(timers()).toBe(0);
  });
}, 60_000);

test('queues that come and go leave no memory and no timers', async () => {
  await withBroker(async (broker, timers) => {
    const client = await openWithChannel(broker);
    const args = ['x-message-ttl', 'x-expires'].map((name) => [name, { type: 'signedint', value: 60_000 }] as const);
    const left = await leftBy(20_000, async (times) => {
      for (let n = 0; n < times; n++) {
        client.send({ name: 'queue.declare', queue: `q${n}`, arguments: args, noWait: true });
        client.send({ name: 'queue.bind', queue: `q${n}`, exchange: 'amq.topic', routingKey: `a.${n}.#`, noWait: true });
        client.publish({ exchange: 'amq.topic', routingKey: `a.${n}` });
        client.send({ name: 'queue.delete', queue: `q${n}`, noWait: true });
        if (n % 1_000 === 0) await client.call({ name: 'basic.qos', prefetchCount: 0 }, 'basic.qos-ok');
      }
      await client.call({ name: 'basic.qos', prefetchCount: 0 }, 'basic.qos-ok');
    });
    expect(left / 20_000).toBeLessThan(50);
    expect(timers()).toBe(0);
    await client.close();
  });
}, 60_000);

test('consumers that come and go leave nothing, whether they were busy or not', async () => {
  await withBroker(async (broker) => {
    const client = await openWithChannel(broker);
    await client.call({ name: 'queue.declare', queue: 'q' }, 'queue.declare-ok');
    await client.call({ name: 'basic.qos', prefetchCount: 1 }, 'basic.qos-ok');
    const left = await leftBy(20_000, async (times) => {
      for (let n = 0; n < times; n++) {
        client.send({ name: 'basic.consume', queue: 'q', consumerTag: `c${n}`, noWait: true });
        client.publish({ routingKey: 'q' });
        client.send({ name: 'basic.cancel', consumerTag: `c${n}`, noWait: true });
        if (n % 1_000 !== 0) continue;
        client.send({ name: 'basic.ack', deliveryTag: 0, multiple: true });
        await client.call({ name: 'basic.qos', prefetchCount: 1 }, 'basic.qos-ok');
        await client.quiet(0);
      }
      client.send({ name: 'basic.ack', deliveryTag: 0, multiple: true });
      await client.call({ name: 'basic.qos', prefetchCount: 1 }, 'basic.qos-ok');
      await client.quiet(0);
    });
    expect(left / 20_000).toBeLessThan(50);
    const { method } = await client.call({ name: 'queue.declare', queue: 'q', passive: true }, 'queue.declare-ok');
    expect([method.messageCount, method.consumerCount]).toEqual([0, 0]);
    await client.close();
  });
}, 60_000);

test('a broker that is closed leaves no timers', async () => {
  const { clock, time } = createRunningClock();
  const broker = await createLabBroker({ clock });
  const client = await openWithChannel(broker, { heartbeat: 60 });
  await openWire(broker.url, { upTo: 'start' });
  const args = ['x-message-ttl', 'x-expires'].map((name) => [name, { type: 'signedint', value: 60_000 }] as const);
  await client.call({ name: 'queue.declare', queue: 'q', arguments: args }, 'queue.declare-ok');
  client.publish({ routingKey: 'q' });
  await client.call({ name: 'basic.qos', prefetchCount: 0 }, 'basic.qos-ok');
  expect(time.waiting).toBeGreaterThan(3);
  const closed = broker.close();
  client.destroy();
  await closed;
  await eventually(() => expect(time.waiting).toBe(0));
});
