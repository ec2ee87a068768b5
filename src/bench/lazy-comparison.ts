import type { Broker } from '../client/broker.ts';
import type { FieldTable } from '../client/message.ts';
import { withChannel } from '../client/session.ts';
import { LabError } from '../errors.ts';
import { type QueueStorage, readQueueStorage, type StorageReader } from '../topology/queue-storage.ts';
import { drain, fill, type Load } from './fill-and-drain.ts';

export type Mode = 'default' | 'lazy';

/** What filling and emptying one queue once gave; each figure of memory absent where the broker has none. */
export interface LazyRound {
  /** Messages a second. */
  readonly publish: number;
  /** Messages a second. */
  readonly consume: number;
  /** Bytes of the queue's process while it is full. */
  readonly queueMemory?: number;
  /** Bytes of the broker's node at that time. */
  readonly brokerMemory?: number;
  /** Messages that were in memory at that time. */
  readonly inMemory?: number;
}

/** The rounds of each queue, in the order in which they were run. */
export type LazyRounds = Readonly<Record<Mode, readonly LazyRound[]>>;

/** What to compare on. */
export interface LazyPlan {
  readonly count: number;
  /** Bytes of a body. */
  readonly size: number;
  readonly rounds: number;
  /** What the names of all its queues begin with. */
  readonly prefix: string;
  /** Leave a queue of each mode at the end, full. */
  readonly keep: boolean;
}

/** What a comparison needs. */
export interface LazyContext extends StorageReader {
  readonly broker: Broker;
  /** Told of each round before it begins. */
  readonly onRound: (round: number, mode: Mode) => void;
}

/** A queue that outlives this program, when it is killed, goes after this time, in milliseconds. */
const EXPIRES = 600_000;

/** The queues that `keep` leaves. */
export function keptQueues({ prefix }: Pick<LazyPlan, 'prefix'>): Readonly<Record<Mode, string>> {
  return { default: `${prefix}.default`, lazy: `${prefix}.lazy` };
}

/**
 * Fills and empties default and lazy queues in turn, the one first in odd rounds, the other in even ones, so that what else the
 * machine does falls on both alike. Each round has a queue of its own: of an older one, the broker's statistics could be of the round
 * before. The queues are deleted whatever happens, unless they are kept.
 */
export async function compareModes(plan: LazyPlan, context: LazyContext): Promise<LazyRounds> {
  const rounds: Record<Mode, LazyRound[]> = { default: [], lazy: [] };
  // what is slow for the first time only must not count against the one that is first
  for (const mode of ['default', 'lazy'] as const) {
    await withQueue(`${plan.prefix}.${mode}.warm-up`, mode, context, async (queue) => {
      await fill(context.broker, { ...plan, queue }, context.clock, context.signal);
      await drain(context.broker, { ...plan, queue }, context.clock, context.signal);
    });
  }
  for (let n = 1; n <= plan.rounds; n++) {
    for (const mode of n % 2 === 1 ? (['default', 'lazy'] as const) : (['lazy', 'default'] as const)) {
      context.onRound(n, mode);
      await withQueue(`${plan.prefix}.${mode}.${n}`, mode, context, async (queue) => {
        rounds[mode].push(await round({ ...plan, queue }, context));
      });
    }
  }
  if (plan.keep) await fillKept(plan, context);
  return rounds;
}

async function fillKept(plan: LazyPlan, context: LazyContext): Promise<void> {
  const queues = Object.entries(keptQueues(plan)) as [Mode, string][];
  try {
    for (const [mode, queue] of queues) {
      await declare(queue, mode, context, {});
      await fill(context.broker, { ...plan, queue }, context.clock, context.signal);
    }
  } catch (cause) {
    // one that is half full is of no use to anybody
    for (const [, queue] of queues) await remove(queue, context);
    throw cause;
  }
}

async function withQueue(queue: string, mode: Mode, context: LazyContext, use: (queue: string) => Promise<void>): Promise<void> {
  try {
    await declare(queue, mode, context, { 'x-expires': EXPIRES });
    await use(queue);
  } finally {
    await remove(queue, context);
  }
}

/** Without a broker there is nothing to be done: then a queue goes by x-expires. */
async function remove(queue: string, { broker }: LazyContext): Promise<void> {
  await withChannel(broker, (channel) => channel.deleteQueue(queue)).catch(() => undefined);
}

async function declare(queue: string, mode: Mode, { broker }: LazyContext, more: FieldTable): Promise<void> {
  const table: FieldTable = { 'x-queue-type': 'classic', ...(mode === 'lazy' ? { 'x-queue-mode': 'lazy' } : {}), ...more };
  await withChannel(broker, (channel) =>
    channel.declareQueue({ queue, durable: true, exclusive: false, autoDelete: false, arguments: table }),
  );
}

async function round(load: Load, context: LazyContext): Promise<LazyRound> {
  const { broker, clock, signal } = context;
  const publish = await fill(broker, load, clock, signal);
  const before = await nodeMemory(context, undefined);
  const storage = await readQueueStorage(context, load.queue, { messages: load.count, idle: !broker.server.lab });
  const brokerMemory = await freshNodeMemory(context, storage, before);
  const consume = await drain(broker, load, clock, signal);
  return {
    publish,
    consume,
    ...(storage.fresh && storage.memory !== undefined ? { queueMemory: storage.memory } : {}),
    ...(brokerMemory === undefined ? {} : { brokerMemory }),
    ...(storage.fresh && storage.inMemory !== undefined ? { inMemory: storage.inMemory } : {}),
  };
}

/** How long a new sample of a node's memory is waited for, in milliseconds: it takes one every 5 s. */
const PATIENCE = 12_000;

/** The node's memory in a sample that was taken after `before` was read. RabbitMQ's are late; the lab broker's are of this moment. */
async function freshNodeMemory(context: LazyContext, { node }: QueueStorage, before: number | undefined): Promise<number | undefined> {
  const { broker, clock, signal } = context;
  const deadline = clock.now() + PATIENCE;
  for (;;) {
    const memory = await nodeMemory(context, node);
    if (memory === undefined || broker.server.lab || memory !== before || clock.now() >= deadline) return memory;
    if (signal.aborted) throw signal.reason;
    await clock.sleep(200, signal);
  }
}

/** Bytes in use by a node (the first, when none is named); undefined for who may not see nodes. */
async function nodeMemory({ management }: LazyContext, node: string | undefined): Promise<number | undefined> {
  try {
    const nodes = await management.get<readonly { name: string; mem_used?: number }[]>('/api/nodes?columns=name,mem_used');
    return nodes?.find(({ name }) => node === undefined || name === node)?.mem_used;
  } catch (cause) {
    if (cause instanceof LabError && cause.kind === 'access-refused') return undefined;
    throw cause;
  }
}
