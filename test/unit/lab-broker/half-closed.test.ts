import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createLabBroker, type LabBroker } from '../../../src/lab-broker/lab-broker.ts';
import { eventually } from '../../support/polling.ts';
import type { WireClient } from '../../support/wire-client.ts';
import { WireConnection } from '../../support/wire-connection.ts';
import { connectionsOf, openWithChannel, readyIn } from './lab-rig.ts';
import { createRunningClock } from './running-clock.ts';

/** More than the buffers of a socket hold. */
const MESSAGES = 600;
const body = Buffer.alloc(100_000, 'x');

/** A client that can say that it has nothing more to say (`socket.end()`), and go on reading. */
async function openHalf({ url }: LabBroker): Promise<{ readonly client: WireClient; readonly socket: Socket }> {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true });
  const client = new WireConnection(socket);
  await client.shakeHands({ vhost: '/', response: Buffer.from('\0guest\0guest') });
  await client.call({ name: 'channel.open' }, 'channel.open-ok');
  return { client, socket };
}

type Use = (stage: {
  readonly broker: LabBroker;
  readonly client: WireClient;
  readonly socket: Socket;
  readonly other: WireClient;
  readonly pass: (ms: number) => void;
}) => Promise<void>;

/** A broker with a queue `q`, a client that half-closes, and another one. */
async function withHalf(use: Use): Promise<void> {
  const { clock, time } = createRunningClock();
  const broker = await createLabBroker({ clock });
  const { client, socket } = await openHalf(broker);
  const other = await openWithChannel(broker);
  try {
    await other.call({ name: 'queue.declare', queue: 'q' }, 'queue.declare-ok');
    await use({ broker, client, socket, other, pass: (ms) => time.pass(ms) });
  } finally {
    client.destroy();
    other.destroy();
    await broker.close();
  }
}

/** How many consumers a queue has, and how many messages are ready. */
async function countsOf(client: WireClient): Promise<readonly number[]> {
  const { method } = await client.call({ name: 'queue.declare', queue: 'q', passive: true }, 'queue.declare-ok');
  return [method.consumerCount, method.messageCount];
}

/** Has the half-closing client consume what it does not read, until the broker waits for it. */
async function consumeUnread(broker: LabBroker, client: WireClient, other: WireClient, noAck: boolean): Promise<void> {
  for (let n = 0; n < MESSAGES; n++) other.publish({ routingKey: 'q', body });
  expect(await readyIn(other, 'q')).toBe(MESSAGES);
  client.pause();
  client.send({ name: 'basic.consume', queue: 'q', noAck });
  await eventually(async () => expect((await connectionsOf(broker))[0]?.send_pend).toBeGreaterThan(500_000));
}

test('whoever says nothing more has no consumers, messages and queues, even while it reads nothing either', async () => {
  await withHalf(async ({ broker, client, socket, other, pass }) => {
    await client.call({ name: 'queue.declare', queue: 'own', exclusive: true }, 'queue.declare-ok');
    await consumeUnread(broker, client, other, false);
    const written = (await connectionsOf(broker))[0]?.send_oct ?? 0;
    expect((await countsOf(other))[0]).toBe(1);
    socket.end();
    await eventually(async () => expect(await countsOf(other)).toEqual([0, MESSAGES]));
    expect(await connectionsOf(broker)).toHaveLength(1);
    const gone = other.call({ name: 'queue.declare', queue: 'own', passive: true }, 'queue.declare-ok');
    await expect(gone).rejects.toThrow("no queue 'own'");
    // what is on its way to it is not waited for without end
    pass(10_000);
    client.resume();
    await once(socket, 'end');
    expect(socket.bytesRead).toBeLessThan(written);
  });
});

test('what is on its way to it reaches it', async () => {
  await withHalf(async ({ broker, client, socket, other }) => {
    await consumeUnread(broker, client, other, true);
    socket.end();
    await eventually(async () => expect((await countsOf(other))[0]).toBe(0));
    const ended = once(socket, 'end');
    client.resume();
    await ended;
    const deliveries = (await client.quiet(1)).filter(({ method }) => method.name === 'basic.deliver');
    expect(deliveries.length).toBe(MESSAGES - (await readyIn(other, 'q')));
  });
});

test('what it said before is heard', async () => {
  await withHalf(async ({ client, socket, other }) => {
    for (let n = 0; n < MESSAGES; n++) client.publish({ routingKey: 'q', body });
    const ended = once(socket, 'end');
    socket.end();
    await ended;
    expect(await readyIn(other, 'q')).toBe(MESSAGES);
  });
});
