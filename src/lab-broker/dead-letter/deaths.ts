import type { DeathReason } from '../entities/queue-port.ts';

/** How often a message died in one queue for one reason. */
export interface Death {
  readonly queue: string;
  readonly reason: DeathReason;
  readonly count: number;
  /** When it first did, in seconds since 1970. */
  readonly time: number;
  /** Where it had been published to, the first time. */
  readonly exchange: string;
  readonly routingKeys: readonly string[];
  /** The message's own expiration, which it lost by dying. */
  readonly originalExpiration: string | undefined;
}

/** The deaths of a message. The broker keeps them beside it: what a client writes into x-death counts for nothing. */
export interface Deaths {
  readonly first: Death;
  /** As it was this time: the exchange may be another than the one that its record keeps from the first time. */
  readonly last: Death;
  /** Queue and reason each once, the latest to be touched first. */
  readonly records: readonly Death[];
}

/** Adds a death: the same queue and reason raise the count of their record and bring it to the front. */
export function recordDeath(deaths: Deaths | undefined, death: Omit<Death, 'count'>): Deaths {
  const records = deaths?.records ?? [];
  const known = records.find(({ queue, reason }) => queue === death.queue && reason === death.reason);
  const record = known === undefined ? { ...death, count: 1 } : { ...known, count: known.count + 1 };
  return {
    first: deaths?.first ?? record,
    last: { ...death, count: record.count },
    records: [record, ...records.filter((other) => other !== known)],
  };
}

/**
 * Whether a message that died may not go to this queue: it was there already, and no client has rejected it since. Such a message
 * would go round for ever, so RabbitMQ drops it.
 */
export function isDeathCycle(deaths: Deaths, queue: string): boolean {
  const at = deaths.records.findIndex((record) => record.queue === queue);
  return at >= 0 && deaths.records.slice(0, at + 1).every(({ reason }) => reason !== 'rejected');
}
