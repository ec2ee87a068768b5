import type { Broker, ServerInfo } from '../client/broker.ts';
import type { Clock } from '../client/clock.ts';
import type { Management } from '../client/management.ts';
import { LabError } from '../errors.ts';

/** Where a queue's mode was set. */
export type ModeSource = 'argument' | 'policy' | 'none';

/** What the management API knows of where a queue keeps its messages; each figure absent where this broker does not give it. */
export interface QueueStorage {
  readonly queue: string;
  readonly type: string;
  /** `lazy` or `default`; what is asked for, whether or not it has an effect. */
  readonly mode: string;
  readonly source: ModeSource;
  /** The policy that sets it. */
  readonly policy?: string;
  /** Of the storage of a classic queue: 1 or 2. */
  readonly storageVersion?: number;
  /** Ready and unacknowledged. */
  readonly messages: number;
  readonly messageBytes?: number;
  /** Messages whose bodies are in memory. */
  readonly inMemory?: number;
  readonly inMemoryBytes?: number;
  /** Bytes of memory of the queue's process (of the lab broker: of the bodies). */
  readonly memory?: number;
  /** The node that the queue is on. */
  readonly node?: string;
  /** False: the broker's statistics are of an earlier moment than `messages`. */
  readonly fresh: boolean;
}

interface ApiQueue {
  readonly type?: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly effective_policy_definition?: Readonly<Record<string, unknown>> | readonly never[] | null;
  readonly policy?: string | null;
  readonly backing_queue_status?: { readonly version?: number; readonly mode?: string };
  readonly storage_version?: number;
  readonly messages?: number;
  readonly message_bytes?: number;
  readonly messages_ram?: number;
  readonly message_bytes_ram?: number;
  readonly memory?: number;
  readonly node?: string;
  /** Since when the queue rests; absent while it works. */
  readonly idle_since?: string;
}

/** How long statistics are waited for, in milliseconds: a broker makes them every 5 s. */
const PATIENCE = 12_000;
/** Pause between looks at them, in milliseconds. */
const PAUSE = 200;

/** What a reader of the statistics needs. */
export interface StorageReader {
  readonly management: Management;
  readonly vhost: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Reads where a queue keeps its messages, and waits until the statistics have caught up with the number of messages that it holds; after
 * 12 s it answers what there is, with `fresh` false. `settled` says how many messages it must be and whether the queue must have come to
 * rest, for until then its memory holds garbage, too. Fails with 404 (exit 6) when there is no such queue.
 */
export async function readQueueStorage(
  reader: StorageReader,
  queue: string,
  settled: { readonly messages: number; readonly idle: boolean } | undefined = undefined,
): Promise<QueueStorage> {
  const { management, vhost, clock, signal } = reader;
  const path = `/api/queues/${encodeURIComponent(vhost)}/${encodeURIComponent(queue)}`;
  const deadline = clock.now() + PATIENCE;
  for (;;) {
    // asks the queue itself, which keeps it from coming to rest
    const current = settled?.messages ?? (await currentMessages(management, vhost, queue));
    const found = await management.get<ApiQueue>(path);
    if (found === undefined) {
      throw new LabError('refused', `404 NOT_FOUND - no queue '${queue}' in vhost '${vhost}'`, {
        replyCode: 404,
        hint: `rmq-lab lazy declare ${queue}`,
      });
    }
    const known = found.memory !== undefined && found.messages !== undefined && (current === undefined || current === found.messages);
    const fresh = known && (settled?.idle !== true || found.idle_since !== undefined);
    if (fresh || clock.now() >= deadline) return storageOf(queue, found, current ?? 0, fresh);
    if (signal.aborted) throw signal.reason;
    await clock.sleep(PAUSE, signal);
  }
}

/** How many messages a queue holds at this moment. 3.10 tells it of all queues of a virtual host together only. */
async function currentMessages(management: Management, vhost: string, queue: string): Promise<number | undefined> {
  const [place, name, now] = [encodeURIComponent(vhost), encodeURIComponent(queue), 'disable_stats=true&enable_queue_totals=true'];
  const one = await management.get<ApiQueue>(`/api/queues/${place}/${name}?${now}`);
  if (one === undefined || one.messages !== undefined) return one?.messages;
  const all = await management.get<readonly (ApiQueue & { readonly name: string })[]>(`/api/queues/${place}?${now}`);
  return Array.isArray(all) ? all.find((other) => other.name === queue)?.messages : undefined;
}

function storageOf(queue: string, found: ApiQueue, current: number, fresh: boolean): QueueStorage {
  const { backing_queue_status: status, arguments: table = {}, policy } = found;
  const definition = (found.effective_policy_definition ?? {}) as Readonly<Record<string, unknown>>;
  const byArgument = table['x-queue-mode'];
  const byPolicy = definition['queue-mode'];
  const source = byArgument !== undefined ? 'argument' : byPolicy !== undefined ? 'policy' : 'none';
  const optional = {
    policy: source === 'policy' && typeof policy === 'string' ? policy : undefined,
    storageVersion: found.storage_version ?? status?.version,
    messageBytes: found.message_bytes,
    inMemory: found.messages_ram,
    inMemoryBytes: found.message_bytes_ram,
    memory: found.memory,
    node: found.node,
  };
  return {
    queue,
    type: found.type ?? 'classic',
    mode: String(byArgument ?? byPolicy ?? 'default'),
    source,
    messages: fresh ? (found.messages ?? current) : current,
    fresh,
    ...(Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)) as Partial<QueueStorage>),
  };
}

/** What is asked of `storageTruth`. */
export type StorageQuestion = Pick<QueueStorage, 'type' | 'mode' | 'storageVersion'>;

/** What a mode does on a broker. */
export interface StorageTruth {
  /** Whether `lazy` keeps messages elsewhere than `default` does. */
  readonly effective: boolean;
  /** Where the queue's messages are, and why, in words. */
  readonly text: string;
}

/** What the mode of a queue does on this broker (https://www.rabbitmq.com/docs/lazy-queues). */
export function storageTruth({ type, mode, storageVersion }: StorageQuestion, server: ServerInfo): StorageTruth {
  const none = (text: string) => ({ effective: false, text });
  if (server.lab) {
    return none('the lab broker keeps every message in memory; with a data folder, persistent ones of durable queues are in its log too');
  }
  if (type === 'stream') return none('a stream is always on disk');
  if (type === 'quorum') return none('a quorum queue is always on disk');
  if (!hasLazyQueues(server)) return none('since RabbitMQ 3.12 every classic queue writes messages to disk and keeps only a few in memory');
  if (mode === 'lazy') return { effective: true, text: 'messages go to disk as they come, and are read back when they are delivered' };
  if (storageVersion === 2) return { effective: true, text: 'with storage version 2, messages are on disk and a few of them in memory' };
  return { effective: true, text: 'messages stay in memory while there is room; persistent ones are on disk as well' };
}

/** Whether `x-queue-mode` counts on this broker: it did up to 3.11. Of another product nothing is known, and none is assumed to. */
export function hasLazyQueues({ product, version, lab }: Broker['server']): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return !lab && product === 'RabbitMQ' && (major < 3 || (major === 3 && minor < 12));
}
