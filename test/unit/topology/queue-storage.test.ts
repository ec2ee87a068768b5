import type { Management } from '../../../src/client/management.ts';
import { lazyStorageView } from '../../../src/output/lazy-view.ts';
import { hasLazyQueues, readQueueStorage, storageTruth } from '../../../src/topology/queue-storage.ts';

const rabbit = (version: string) => ({ product: 'RabbitMQ', version, lab: false });

test.each<[string, boolean]>([
  ['3.8.9', true],
  ['3.10.8', true],
  ['3.11.28', true],
  ['3.12.0', false],
  ['3.13.7', false],
  ['4.0.5', false],
  ['4.3.6', false],
])('lazy counts on %s: %s', (version, counts) => {
  expect(hasLazyQueues(rabbit(version))).toBe(counts);
});

test('it does not on the lab broker, nor on what is no RabbitMQ', () => {
  expect(hasLazyQueues({ ...rabbit('3.10.8'), lab: true })).toBe(false);
  expect(hasLazyQueues({ product: 'LavinMQ', version: '2.0.0', lab: false })).toBe(false);
});

test.each<[string, string, string, number | undefined, RegExp]>([
  ['3.10.8', 'classic', 'lazy', 1, /^messages go to disk as they come/],
  ['3.10.8', 'classic', 'default', 1, /^messages stay in memory/],
  ['3.10.8', 'classic', 'default', 2, /^with storage version 2/],
  ['3.10.8', 'quorum', 'default', undefined, /quorum queue is always on disk/],
  ['4.0.5', 'stream', 'default', undefined, /stream is always on disk/],
  ['4.0.5', 'classic', 'lazy', 2, /^since RabbitMQ 3\.12/],
])('on %s a %s queue, %s, storage %s', (version, type, mode, storageVersion, text) => {
  const truth = storageTruth({ type, mode, ...(storageVersion === undefined ? {} : { storageVersion }) }, rabbit(version));
  expect(truth.text).toMatch(text);
  expect(truth.effective).toBe(version === '3.10.8' && type === 'classic');
});

/** Answers one document after the other for the queue's statistics, the last for ever. */
function reader(current: number | undefined, ...statistics: object[]) {
  const asked: string[] = [];
  const management: Management = {
    address: '',
    async get<T>(path: string) {
      asked.push(path);
      if (path.includes('disable_stats')) return { messages: current } as T;
      return (statistics.length > 1 ? statistics.shift() : statistics[0]) as T | undefined;
    },
    put: async () => undefined,
    delete: async () => undefined,
  };
  let now = 0;
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  return { asked, management, vhost: '/', clock, signal: new AbortController().signal };
}

test('waits until the statistics have caught up', async () => {
  const at = reader(2, { messages: 0, memory: 9 }, { messages: 2 }, { messages: 2, memory: 7, messages_ram: 1, type: 'classic' });
  expect(await readQueueStorage(at, 'a/b')).toEqual({
    queue: 'a/b',
    type: 'classic',
    mode: 'default',
    source: 'none',
    messages: 2,
    fresh: true,
    memory: 7,
    inMemory: 1,
  });
  expect(at.asked[1]).toBe('/api/queues/%2F/a%2Fb');
});

test('after 12 s it answers what there is, and says that it is old', async () => {
  const at = reader(2, { messages: 0, memory: 9 });
  expect(await readQueueStorage(at, 'q')).toMatchObject({ messages: 2, fresh: false });
  expect(at.clock.now()).toBeGreaterThanOrEqual(12_000);
  const text = lazyStorageView(await readQueueStorage(at, 'q'), { effective: false, text: 'so' }, rabbit('4.0.5'));
  expect(text).toMatch(/in memory: +not known/);
  expect(text).not.toContain('9 B');
});

test('settled: the count asked for, at rest, and the queue itself is left alone', async () => {
  const at = reader(undefined, { messages: 5, memory: 9 }, { messages: 5, memory: 3, idle_since: 'now' });
  expect(await readQueueStorage(at, 'q', { messages: 5, idle: true })).toMatchObject({ memory: 3, fresh: true });
  expect(at.asked.filter((path) => path.includes('disable_stats'))).toEqual([]);
});

test('no such queue is 404; an interruption ends the waiting', async () => {
  await expect(readQueueStorage(reader(undefined), 'q')).rejects.toMatchObject({ kind: 'refused', replyCode: 404 });
  const stop = new AbortController();
  stop.abort(new Error('stopped'));
  await expect(readQueueStorage({ ...reader(2, { messages: 0 }), signal: stop.signal }, 'q')).rejects.toThrow('stopped');
});

test.each<[object, object]>([
  [{ arguments: { 'x-queue-mode': 'lazy' } }, { mode: 'lazy', source: 'argument' }],
  [
    { policy: 'p', effective_policy_definition: { 'queue-mode': 'lazy' } },
    { mode: 'lazy', source: 'policy', policy: 'p' },
  ],
  [
    { policy: 'p', arguments: { 'x-queue-mode': 'default' }, effective_policy_definition: { 'queue-mode': 'lazy' } },
    { mode: 'default', source: 'argument' },
  ],
  [
    { policy: 'p', effective_policy_definition: { 'max-length': 1 } },
    { mode: 'default', source: 'none' },
  ],
  [{ effective_policy_definition: [] }, { mode: 'default', source: 'none' }],
  [{ backing_queue_status: { version: 1 } }, { storageVersion: 1 }],
])('%j', async (document, storage) => {
  const found = await readQueueStorage(reader(0, { messages: 0, memory: 1, ...document }), 'q');
  expect(found).toMatchObject(storage);
  if (!Object.hasOwn(storage, 'policy')) expect(found).not.toHaveProperty('policy');
});
