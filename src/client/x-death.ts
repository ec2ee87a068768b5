import { formatFieldValue } from './field-text.ts';
import { type FieldTable, type FieldValue, type Properties, Typed } from './message.ts';

/** Why, where and how often a message died: one entry of its `x-death` header, which has one for each queue and reason. */
export interface Death {
  readonly queue: string;
  /** `rejected`, `expired`, `maxlen` or `delivery_limit`. */
  readonly reason: string;
  /** How often it died there for this reason. */
  readonly count: number;
  /** When it did so first, in seconds since 1970. Later deaths only raise `count`. */
  readonly time: number | undefined;
  /** Where it had been published to, `''` for the default exchange. */
  readonly exchange: string;
  /** The key that it was published with, and those of its CC header. */
  readonly routingKeys: readonly string[];
  /** The TTL of its own that it had, in milliseconds as AMQP writes it. The broker takes it away at the first death. */
  readonly originalExpiration: string | undefined;
}

/** The deaths of a message, the newest first; none when it has no `x-death`. What is no entry is left out: publishers may write anything. */
export function deathsOf({ headers }: Properties): readonly Death[] {
  const deaths = headers?.['x-death'];
  if (!Array.isArray(deaths)) return [];
  return (deaths as readonly FieldValue[]).map(deathOf).filter((death) => death !== undefined);
}

/**
 * The first death of a message. The order of `x-death` does not tell it: an entry whose count goes up moves to the front. The broker
 * names its queue and reason beside it, in `x-first-death-queue` and `x-first-death-reason`.
 */
export function firstDeathOf(properties: Properties): Death | undefined {
  const { 'x-first-death-queue': queue, 'x-first-death-reason': reason } = properties.headers ?? {};
  const deaths = deathsOf(properties);
  return deaths.find((death) => death.queue === queue && death.reason === reason) ?? deaths.at(-1);
}

/** Properties without any header by which the broker keeps a record of deaths. */
export function withoutDeaths(properties: Properties): Properties {
  const { headers = {}, ...rest } = properties;
  const kept = Object.entries(headers).filter(([name]) => name !== 'x-death' && !/^x-(?:first|last)-death-/.test(name));
  return kept.length === 0 ? rest : { ...rest, headers: Object.fromEntries(kept) };
}

function deathOf(value: FieldValue): Death | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || Buffer.isBuffer(value) || value instanceof Typed) return;
  const { queue, reason, count, time, exchange, 'routing-keys': keys, 'original-expiration': expiration } = value as FieldTable;
  if (typeof queue !== 'string' || typeof reason !== 'string') return;
  return {
    queue,
    reason,
    count: numberOf(count) ?? 1,
    time: numberOf(time),
    exchange: typeof exchange === 'string' ? exchange : '',
    routingKeys: Array.isArray(keys) ? (keys as readonly FieldValue[]).map(formatFieldValue) : [],
    originalExpiration: typeof expiration === 'string' ? expiration : undefined,
  };
}

function numberOf(value: FieldValue | undefined): number | undefined {
  if (typeof value === 'number') return value;
  return value instanceof Typed && typeof value.value !== 'object' ? Number(value.value) : undefined;
}
