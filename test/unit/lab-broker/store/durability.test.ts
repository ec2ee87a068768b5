import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import amqplib, { type GetMessage } from 'amqplib';
import { createLabBroker, type LabBroker } from '../../../../src/lab-broker/lab-broker.ts';

let dataDir: string;
let broker: LabBroker;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'rmq-lab-data-'));
  broker = await createLabBroker({ dataDir });
});

afterEach(async () => {
  await broker.close();
  rmSync(dataDir, { recursive: true });
});

async function restart(): Promise<void> {
  await broker.close();
  broker = await createLabBroker({ dataDir });
}

/** A channel in confirm mode, as long as `use` takes. */
async function withChannel<T>(use: (channel: amqplib.ConfirmChannel) => Promise<T>): Promise<T> {
  const connection = await amqplib.connect(broker.url);
  try {
    const channel = await connection.createConfirmChannel();
    const result = await use(channel);
    // or else what was acked last may come after the end of the connection
    await channel.close();
    return result;
  } finally {
    await connection.close();
  }
}

async function getAll(queue: string): Promise<GetMessage[]> {
  return withChannel(async (channel) => {
    const found: GetMessage[] = [];
    for (let next = await channel.get(queue, { noAck: true }); next !== false; next = await channel.get(queue, { noAck: true }))
      found.push(next);
    return found;
  });
}

const shown = ({ content, fields }: GetMessage) => [content.toString(), fields.redelivered];

test('persistent messages in durable queues are there after a restart, in order, with their headers; transient ones are not', async () => {
  await withChannel(async (channel) => {
    await channel.assertQueue('kept', { arguments: { 'x-max-priority': 5 } });
    await channel.assertQueue('gone', { durable: false });
    for (const text of ['one', 'two', 'three']) {
      channel.sendToQueue('kept', Buffer.from(text), {
        persistent: true,
        headers: { n: 7, at: { '!': 'timestamp', value: 5 } },
        CC: ['x'],
      });
    }
    channel.sendToQueue('kept', Buffer.from('transient'), { persistent: false });
    channel.sendToQueue('gone', Buffer.from('gone'), { persistent: true });
    await channel.waitForConfirms();
  });
  await restart();
  expect(broker.recovery).toEqual({ messages: 3, queues: 1, clean: true, damage: [], unknown: 0, homeless: 0 });
  const found = await getAll('kept');
  expect(found.map(shown)).toEqual([
    ['one', false],
    ['two', false],
    ['three', false],
  ]);
  expect(found[0]?.properties.headers).toEqual({ n: 7, at: { '!': 'timestamp', value: 5 }, CC: ['x'] });
  expect(Object.keys(broker.snapshot().vhosts['/']?.queues ?? {})).toEqual(['kept']);
});

test('what was acked stays away, what was unacked comes back as redelivered, and what was purged is gone', async () => {
  await withChannel(async (channel) => {
    for (const queue of ['q', 'purged']) await channel.assertQueue(queue);
    for (const text of ['acked', 'unacked', 'ready']) channel.sendToQueue('q', Buffer.from(text), { persistent: true });
    channel.sendToQueue('purged', Buffer.from('x'), { persistent: true });
    await channel.waitForConfirms();
    await channel.purgeQueue('purged');
    channel.ack((await channel.get('q')) as GetMessage);
    await channel.get('q');
  });
  await restart();
  expect((await getAll('q')).map(shown)).toEqual([
    ['unacked', true],
    ['ready', false],
  ]);
  expect(await getAll('purged')).toEqual([]);
});

test('exchanges, bindings with typed arguments, and dead letters with their deaths are there after a restart', async () => {
  await withChannel(async (channel) => {
    await channel.assertExchange('h', 'headers');
    await channel.assertExchange('dlx', 'fanout');
    await channel.assertQueue('dead');
    await channel.bindQueue('dead', 'dlx', '');
    await channel.assertQueue('work', { deadLetterExchange: 'dlx' });
    await channel.bindQueue('work', 'h', '', { 'x-match': 'all', n: 1 });
    channel.publish('h', '', Buffer.from('m'), { persistent: true, headers: { n: 1 } });
    await channel.waitForConfirms();
    channel.nack((await channel.get('work')) as GetMessage, false, false);
  });
  await restart();
  const [dead] = await getAll('dead');
  expect(dead?.properties.headers?.['x-death']).toEqual([expect.objectContaining({ queue: 'work', reason: 'rejected', count: 1 })]);
  await withChannel(async (channel) => {
    channel.publish('h', '', Buffer.from('again'), { headers: { n: 1 } });
    await channel.waitForConfirms();
  });
  expect((await getAll('work')).map(shown)).toEqual([['again', false]]);
});

test('what was deleted stays away', async () => {
  await withChannel(async (channel) => {
    await channel.assertExchange('x', 'topic');
    await channel.assertQueue('q');
    await channel.bindQueue('q', 'x', '#');
    channel.sendToQueue('q', Buffer.from('m'), { persistent: true });
    await channel.waitForConfirms();
    await channel.deleteQueue('q');
    await channel.deleteExchange('x');
  });
  await restart();
  await withChannel(async (channel) => void (await channel.assertQueue('q')));
  expect(await getAll('q')).toEqual([]);
  expect(Object.keys(broker.snapshot().vhosts['/']?.exchanges ?? {})).not.toContain('x');
});

test('a stream keeps its messages and their offsets', async () => {
  const options = { arguments: { 'x-queue-type': 'stream' } };
  await withChannel(async (channel) => {
    await channel.assertQueue('s', options);
    for (const text of ['a', 'b']) channel.sendToQueue('s', Buffer.from(text));
    await channel.waitForConfirms();
  });
  await restart();
  const offsets = await withChannel(async (channel) => {
    channel.sendToQueue('s', Buffer.from('c'));
    await channel.waitForConfirms();
    await channel.prefetch(10);
    const found: unknown[] = [];
    await new Promise<void>((resolve) => {
      void channel.consume(
        's',
        (message) => {
          found.push([message?.content.toString(), message?.properties.headers?.['x-stream-offset']]);
          if (found.length === 3) resolve();
        },
        { arguments: { 'x-stream-offset': 'first' } },
      );
    });
    return found;
  });
  expect(offsets).toEqual([
    ['a', 0],
    ['b', 1],
    ['c', 2],
  ]);
});

test('two brokers do not share a folder', async () => {
  await expect(createLabBroker({ dataDir })).rejects.toThrow(`another broker keeps its messages in ${dataDir}`);
});
