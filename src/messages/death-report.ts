import type { Delivery } from '../client/message.ts';
import { deathsOf, firstDeathOf } from '../client/x-death.ts';

/** The deaths of one kind: in one queue, for one reason, of messages that came through one exchange. */
export interface DeathRow {
  readonly queue: string;
  readonly reason: string;
  readonly exchange: string;
  /** The keys with which they had been published, each once. */
  readonly routingKeys: readonly string[];
  /** Messages that died so. */
  readonly messages: number;
  /** Deaths: a message may die more than once. */
  readonly count: number;
  /** When the first message first died so, and the last one: in seconds since 1970. */
  readonly first: number | undefined;
  readonly last: number | undefined;
}

/** What dead letters say of themselves. */
export interface DeathReport {
  /** Messages that were looked at. */
  readonly messages: number;
  /** Messages by the reason of their last death, the most frequent first. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Messages by the queue in which they died first. */
  readonly origins: Readonly<Record<string, number>>;
  readonly deaths: readonly DeathRow[];
  /** Messages without `x-death`: nobody dead-lettered them. */
  readonly withoutDeath: number;
}

/** Gathers what dead letters say, one after the other; the messages are not kept. */
export class DeathTally {
  #messages = 0;
  #withoutDeath = 0;
  readonly #reasons = new Map<string, number>();
  readonly #origins = new Map<string, number>();
  readonly #rows = new Map<string, Omit<DeathRow, 'routingKeys'> & { readonly keys: Set<string> }>();

  /** Takes one in. */
  add({ properties }: Delivery): void {
    this.#messages++;
    const deaths = deathsOf(properties);
    const [last] = deaths;
    const first = firstDeathOf(properties);
    if (last === undefined || first === undefined) {
      this.#withoutDeath++;
      return;
    }
    raise(this.#reasons, last.reason);
    raise(this.#origins, first.queue);
    for (const { queue, reason, exchange, count, time, routingKeys } of deaths) {
      const id = JSON.stringify([queue, reason, exchange]);
      const row = this.#rows.get(id) ?? {
        queue,
        reason,
        exchange,
        messages: 0,
        count: 0,
        first: time,
        last: time,
        keys: new Set<string>(),
      };
      for (const key of routingKeys) row.keys.add(key);
      this.#rows.set(id, {
        ...row,
        messages: row.messages + 1,
        count: row.count + count,
        first: extreme(Math.min, row.first, time),
        last: extreme(Math.max, row.last, time),
      });
    }
  }

  /** What has come together. */
  report(): DeathReport {
    const rows = [...this.#rows.values()].sort((one, other) => other.messages - one.messages || other.count - one.count);
    return {
      messages: this.#messages,
      reasons: byFrequency(this.#reasons),
      origins: byFrequency(this.#origins),
      deaths: rows.map(({ keys, ...row }) => ({ ...row, routingKeys: [...keys] })),
      withoutDeath: this.#withoutDeath,
    };
  }
}

function raise(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function byFrequency(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([, one], [, other]) => other - one));
}

function extreme(pick: (...times: number[]) => number, one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : pick(one, other);
}
