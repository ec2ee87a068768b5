import type { Management } from '../client/management.ts';

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
  readonly effective_policy_definition?: Readonly<Record<string, unknown>>;
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
  const set = [answer.arguments?.['x-delivery-limit'], answer.effective_policy_definition?.['delivery-limit']].filter(
    (limit): limit is number => typeof limit === 'number',
  );
  const byDefault = Number.parseInt(version, 10) >= 4 ? DEFAULT_LIMIT : Number.POSITIVE_INFINITY;
  const limit = set.length > 0 ? Math.min(...set) : byDefault;
  return { limit: limit < 0 ? Number.POSITIVE_INFINITY : limit, type };
}
