import { withHeaders } from '../entities/headers.ts';
import type { Message, QueueEntry } from '../entities/message.ts';
import type { DeathReason } from '../entities/queue-port.ts';
import { type Field, longstr, type Table } from '../wire/field.ts';
import { type Death, type Deaths, recordDeath } from './deaths.ts';

/** From where a message dies, and where it is to go. */
export interface DeathCircumstances {
  readonly queue: string;
  readonly reason: DeathReason;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly exchange: string;
  /** Undefined keeps the message's keys. */
  readonly routingKey: string | undefined;
}

/** A message as its dead-letter exchange gets it: with its deaths in its headers, and without its expiration. */
export function deadMessage(
  { message, deliveryCount, acquiredCount }: QueueEntry,
  { queue, reason, now, exchange, routingKey }: DeathCircumstances,
): Message & { deaths: Deaths } {
  const { expiration, ...properties } = message.properties();
  const deaths = recordDeath(message.deaths, {
    queue,
    reason,
    time: Math.floor(now / 1_000),
    exchange: message.exchange,
    routingKeys: [message.routingKey, ...(message.copies ?? [])],
    originalExpiration: expiration,
  });
  return withHeaders(message, deathHeaders(deaths), {
    properties,
    fields: {
      exchange,
      routingKey: routingKey ?? message.routingKey,
      copies: routingKey === undefined ? message.copies : undefined,
      expiration: -1,
      deaths,
      past: { deliveryCount, acquiredCount },
    },
  }) as Message & { deaths: Deaths };
}

/** The headers by which a dead letter is routed: the broker's own x-death plays no part in that, one that a client wrote does. */
export function routingHeaders(dead: Message, alive: Message): Table {
  const own = alive.deaths === undefined ? (alive.properties().headers ?? []).filter(([name]) => name === 'x-death') : [];
  return [...(dead.properties().headers ?? []).filter(([name]) => name !== 'x-death'), ...own];
}

function deathHeaders({ first, last, records }: Deaths): Table {
  return [
    ['x-death', { type: 'array', value: records.map((death) => ({ type: 'table', value: deathTable(death) })) }],
    ...summary('first', first),
    ...summary('last', last),
  ];
}

function summary(which: 'first' | 'last', { exchange, queue, reason }: Death): Table {
  return [
    [`x-${which}-death-exchange`, longstr(exchange)],
    [`x-${which}-death-queue`, longstr(queue)],
    [`x-${which}-death-reason`, longstr(reason)],
  ];
}

function deathTable({ queue, reason, count, time, exchange, routingKeys, originalExpiration }: Death): Table {
  const entries: [string, Field][] = [
    ['count', { type: 'long', value: BigInt(count) }],
    ['reason', longstr(reason)],
    ['queue', longstr(queue)],
    ['time', { type: 'timestamp', value: BigInt(time) }],
    ['exchange', longstr(exchange)],
    ['routing-keys', { type: 'array', value: routingKeys.map(longstr) }],
  ];
  return originalExpiration === undefined ? entries : [['original-expiration', longstr(originalExpiration)], ...entries];
}
