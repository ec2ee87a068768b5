import type { Management } from '../client/management.ts';
import { findPolicy } from './policies.ts';
import { type ApiPolicy, policyFacts } from './read-topology.ts';

/** What is known of how a queue counts deliveries. */
export interface DeliveryLimit {
  /** Returns after which a message is dropped or dead-lettered; Infinity: never. */
  readonly limit: number;
  /** classic, quorum, stream; undefined when the management API could not be asked. */
  readonly type: string | undefined;
}

interface QueueAnswer {
  readonly type?: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
}

/** The limit that quorum queues have since 4.0 when nobody set one. */
const DEFAULT_LIMIT = 20;

/**
 * A queue's delivery limit, from its argument, its policy or the version's default (quorum queues: 20 since 4.0, none before).
 * Where the management API does not answer the default of 4.0 is assumed, which errs on the safe side.
 */
export async function readDeliveryLimit(management: Management, vhost: string, queue: string, version: string): Promise<DeliveryLimit> {
  const path = `/api/queues/${encodeURIComponent(vhost)}/${encodeURIComponent(queue)}?disable_stats=true&enable_queue_totals=true`;
  const answer = await management.get<QueueAnswer>(path).catch(() => undefined);
  if (answer === undefined) return { limit: DEFAULT_LIMIT, type: undefined };
  const type = answer.type ?? 'classic';
  if (type !== 'quorum') return { limit: Number.POSITIVE_INFINITY, type };
  const set = [answer.arguments?.['x-delivery-limit'], ...(await limitsByPolicy(management, vhost, queue))].filter(
    (limit): limit is number => typeof limit === 'number',
  );
  const byDefault = Number.parseInt(version, 10) >= 4 ? DEFAULT_LIMIT : Number.POSITIVE_INFINITY;
  const limit = set.length > 0 ? Math.min(...set) : byDefault;
  return { limit: limit < 0 ? Number.POSITIVE_INFINITY : limit, type };
}

/**
 * What policies and operator policies say, by themselves: the API tells what they come to for a queue among its statistics only, up to 5 s
 * late. Nothing without the right to read them.
 */
async function limitsByPolicy(management: Management, vhost: string, queue: string): Promise<unknown[]> {
  const kinds = ['policies', 'operator-policies'].map(async (kind) => {
    const answer = await management.get<readonly ApiPolicy[]>(`/api/${kind}/${encodeURIComponent(vhost)}`).catch(() => undefined);
    return findPolicy((answer ?? []).map(policyFacts), queue, 'quorum')?.definition['delivery-limit'];
  });
  return Promise.all(kinds);
}
