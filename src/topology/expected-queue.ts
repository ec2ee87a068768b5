import type { Broker } from '../client/broker.ts';
import type { Management } from '../client/management.ts';
import { withChannel } from '../client/session.ts';
import { LabError } from '../errors.ts';
import type { ApiQueue } from './inventory.ts';
import type { Look } from './poll.ts';

/** What is to be true of a queue; nothing but its name: that it exists. */
export interface QueueExpectation {
  readonly queue: string;
  readonly absent: boolean;
  readonly ready?: number;
  readonly readyAtLeast?: number;
  readonly consumers?: number;
  /** Delivered and not yet acknowledged: only the management API tells. */
  readonly unacked?: number;
}

/** What a look at a queue found. */
export interface FoundQueue {
  readonly queue: string;
  readonly exists: boolean;
  /** Ready messages; absent when the queue is not there or keeps its counts to its owner. */
  readonly messages?: number;
  readonly consumers?: number;
  /** Delivered and not yet acknowledged; absent when nobody asked for it, or the management API does not know the queue. */
  readonly unacked?: number;
  /** True when another connection has the queue to itself, so that its counts cannot be seen. */
  readonly exclusive?: boolean;
}

/** Whether what was found is what was expected. */
export function meetsQueue(found: FoundQueue, expected: QueueExpectation): boolean {
  if (expected.absent) return !found.exists;
  if (!found.exists) return false;
  const { ready, readyAtLeast, consumers, unacked } = expected;
  return (
    (ready === undefined || found.messages === ready) &&
    (readyAtLeast === undefined || (found.messages ?? -1) >= readyAtLeast) &&
    (consumers === undefined || found.consumers === consumers) &&
    (unacked === undefined || found.unacked === unacked)
  );
}

/** Whether it is expected that something is *not* there, which must stay so for a while to be believed. */
export function isNegative({ absent, ready, consumers, unacked }: QueueExpectation): boolean {
  return absent || ready === 0 || consumers === 0 || unacked === 0;
}

/**
 * Asks by a passive declare, on a channel of its own, which a 404 closes. It needs no rights, and its counts are current;
 * but it renews `x-expires` of a classic queue.
 */
export async function lookAtQueue(broker: Broker, queue: string): Promise<FoundQueue> {
  return withChannel(broker, async (channel) => {
    try {
      const { messages, consumers } = await channel.checkQueue(queue);
      return { queue, exists: true, messages, consumers };
    } catch (cause) {
      if (cause instanceof LabError && cause.replyCode === 404) return { queue, exists: false };
      if (cause instanceof LabError && cause.replyCode === 405) return { queue, exists: true, exclusive: true };
      throw cause;
    }
  });
}

/** Whether the management API knows the queue: a look that renews no expiry. Undefined when there is no API that would say. */
export async function askApiForQueue(api: Management, vhost: string, queue: string): Promise<boolean | undefined> {
  try {
    return (await api.get(queuePath(vhost, queue))) !== undefined;
  } catch (cause) {
    if (cause instanceof LabError) return undefined;
    throw cause;
  }
}

/** How many messages of the queue are delivered and not yet acknowledged, at this moment; undefined when the API knows no such queue. */
export async function countUnacked(api: Management, vhost: string, queue: string): Promise<number | undefined> {
  const found = await api.get<ApiQueue>(queuePath(vhost, queue));
  if (found === undefined || found.messages_unacknowledged !== undefined) return found?.messages_unacknowledged;
  // 3.10 counts for the list only
  const all = await api.get<readonly ApiQueue[]>(`/api/queues/${encodeURIComponent(vhost)}?${CURRENT_COUNTS}`);
  return all?.find(({ name }) => name === queue)?.messages_unacknowledged;
}

/** Asks for the counts of this moment, in place of the statistics. */
const CURRENT_COUNTS = 'disable_stats=true&enable_queue_totals=true';

function queuePath(vhost: string, queue: string): string {
  return `/api/queues/${encodeURIComponent(vhost)}/${encodeURIComponent(queue)}?${CURRENT_COUNTS}`;
}

/** The ways to look at a queue that is expected to go. */
export interface AbsenceWitnesses {
  /** Over HTTP; undefined when the management API does not answer. */
  readonly askApi: () => Promise<boolean | undefined>;
  /** Over AMQP; renews `x-expires`. */
  readonly lookByAmqp: () => Promise<FoundQueue>;
}

/**
 * A look for a queue that is to be absent. Asking over AMQP again and again would keep an expiring queue alive for ever, so the
 * management API is asked while it says that the queue is there. That it is gone AMQP must confirm: the API found at a default
 * address may be another broker's. Where no API answers, AMQP alone is asked.
 */
export function createAbsenceLook(queue: string, { askApi, lookByAmqp }: AbsenceWitnesses): () => Promise<Look<FoundQueue>> {
  let apiIsOfUse = true;
  return async () => {
    const there = apiIsOfUse ? await askApi() : undefined;
    if (there === true) return { met: false, found: { queue, exists: true } };
    const found = await lookByAmqp();
    if (there === undefined || found.exists) apiIsOfUse = false;
    return { met: !found.exists, found };
  };
}
