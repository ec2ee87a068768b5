import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import amqplib from 'amqplib';
import { createLabBroker, type LabBroker } from '../../../src/lab-broker/lab-broker.ts';

/** Runs `use` with a broker that is closed afterwards, if it is not already. */
async function withLabBroker(use: (broker: LabBroker) => Promise<void>): Promise<void> {
  const broker = await createLabBroker();
  try {
    await use(broker);
  } finally {
    await broker.close();
  }
}

const portOf = (url: string) => Number(new URL(url).port);

test('two take ports of their own, and a port that is taken is an error', async () => {
  await withLabBroker(async (one) => {
    await withLabBroker(async (other) => expect(new Set([one, other].flatMap(({ url, api }) => [url, api])).size).toBe(4));
    await expect(createLabBroker({ port: portOf(one.url) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

test('a management port that is taken frees the AMQP port again', async () => {
  const first = await createLabBroker();
  const other = await createLabBroker();
  const port = portOf(other.url);
  await other.close();
  try {
    const apiPort = portOf(first.api);
    await expect(createLabBroker({ port, apiPort })).rejects.toThrow('EADDRINUSE');
    // would be refused, were it still listened on
    await (await createLabBroker({ port })).close();
  } finally {
    await first.close();
  }
});

test('close tells those who are connected, frees its ports, and may be called again', async () => {
  await withLabBroker(async (broker) => {
    const client = await amqplib.connect(broker.url);
    const closed = once(client, 'close');
    await broker.close();
    expect(await closed).toEqual([expect.objectContaining({ message: expect.stringContaining('320') })]);
    await broker.close();
    await withPortsOf(broker);
  });
});

test('close waits for nobody: not for who says nothing, nor for who reads nothing', async () => {
  await withLabBroker(async (broker) => {
    const silent = [connect(portOf(broker.url), '127.0.0.1'), connect(portOf(broker.api), '127.0.0.1')];
    await Promise.all(
      silent.map((socket) =>
        once(
          socket.on('error', () => undefined),
          'connect',
        ),
      ),
    );
    const sender = await amqplib.connect(broker.url);
    const channel = await sender.createConfirmChannel();
    await channel.assertQueue('q');
    for (let n = 0; n < 64; n += 1) channel.sendToQueue('q', Buffer.alloc(1_048_576));
    await channel.waitForConfirms();
    await sender.close();
    const deaf = await amqplib.connect(`${broker.url}?heartbeat=0`); // its timers would outlive its socket
    deaf.on('error', () => undefined);
    const { stream } = (deaf as unknown as { connection: { stream: Socket } }).connection;
    await (await deaf.createChannel()).consume('q', () => undefined, { noAck: true });
    stream.removeAllListeners('readable').pause();
    const started = performance.now();
    await broker.close();
    expect(performance.now() - started).toBeLessThan(3_000);
    for (const socket of [...silent, stream]) socket.destroy();
  });
});

/** Takes the ports that a broker had, which fails while it has them. */
async function withPortsOf({ url, api }: LabBroker): Promise<void> {
  const next = await createLabBroker({ port: portOf(url), apiPort: portOf(api) });
  expect([next.url, next.api]).toEqual([url, api]);
  await next.close();
}
