import type { Clock } from '../client/clock.ts';
import type { Management } from '../client/management.ts';
import { LabError } from '../errors.ts';

/** A queue at one moment. */
export interface QueueMoment {
  readonly name: string;
  readonly type: string;
  readonly ready: number;
  readonly unacked: number;
  readonly consumers: number;
  /** Messages a second that came in; undefined while that is not known. */
  readonly in: number | undefined;
  /** Messages a second that went out to clients. */
  readonly out: number | undefined;
}

/** All queues of a virtual host at one moment. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly queues: readonly QueueMoment[];
}

interface Totals {
  readonly name: string;
  readonly type?: string;
  readonly messages_ready?: number;
  readonly messages_unacknowledged?: number;
}

interface Statistics {
  readonly name: string;
  readonly consumers?: number;
  readonly message_stats?: {
    readonly publish?: number;
    readonly deliver_get?: number;
    readonly publish_details?: { readonly rate?: number };
    readonly deliver_get_details?: { readonly rate?: number };
  };
}

/** Looks at all queues, as often as it is asked to. */
export interface QueueSampler {
  sample(): Promise<Moment>;
  /** True where a rate needs two looks: the broker counts, and does not measure (the lab broker). */
  needsTwo(): Promise<boolean>;
}

/**
 * Samples the queues of a virtual host. What they hold is of the moment of asking. The rates are RabbitMQ's own, which follow what
 * happens by up to 5 s (https://www.rabbitmq.com/docs/management#sampling); where the broker measures none they are made from its
 * counters. `sample` throws LabError, as the management client does; 404 for a missing virtual host.
 */
export function createQueueSampler(management: Management, vhost: string, clock: Clock): QueueSampler {
  const name = encodeURIComponent(vhost);
  let measures: Promise<boolean> | undefined;
  let last: { at: number; counts: Map<string, readonly [number, number]> } | undefined;
  const isMeasuring = (): Promise<boolean> => {
    measures ??= management
      .get<{ readonly rates_mode?: string }>('/api/overview?disable_stats=true')
      .then((overview) => overview?.rates_mode !== 'none');
    return measures;
  };
  const read = async () => {
    const [totals, statistics] = await Promise.all([
      management.get<readonly Totals[]>(`/api/queues/${name}?disable_stats=true&enable_queue_totals=true`),
      management.get<readonly Statistics[]>(`/api/queues/${name}?columns=name,consumers,message_stats`),
    ]);
    if (totals !== undefined) return { totals, known: new Map((statistics ?? []).map((row) => [row.name, row])) };
    throw new LabError('refused', `there is no virtual host '${vhost}' on ${management.address}`, {
      replyCode: 404,
      hint: 'name another with --vhost',
    });
  };
  return {
    needsTwo: async () => !(await isMeasuring()),
    async sample() {
      const measured = await isMeasuring();
      const { totals, known } = await read();
      const at = clock.now();
      const seconds = last === undefined ? 0 : (at - last.at) / 1_000;
      const counts = new Map<string, readonly [number, number]>();
      const queues = totals.map((row): QueueMoment => {
        const { consumers = 0, message_stats: stats } = known.get(row.name) ?? {};
        const [published, delivered] = [stats?.publish ?? 0, stats?.deliver_get ?? 0];
        counts.set(row.name, [published, delivered]);
        const [before, sent] = last?.counts.get(row.name) ?? [published, delivered];
        const own = (now: number, then: number) => (seconds <= 0 ? undefined : Math.max(now - then, 0) / seconds);
        return {
          name: row.name,
          type: row.type ?? 'classic',
          ready: row.messages_ready ?? 0,
          unacked: row.messages_unacknowledged ?? 0,
          consumers,
          in: measured ? (stats?.publish_details?.rate ?? 0) : own(published, before),
          out: measured ? (stats?.deliver_get_details?.rate ?? 0) : own(delivered, sent),
        };
      });
      last = { at, counts };
      return { at, queues };
    },
  };
}
