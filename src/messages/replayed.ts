import type { Delivery, Message } from '../client/message.ts';
import { deathsOf, firstDeathOf, withoutDeaths } from '../client/x-death.ts';
import { LabError } from '../errors.ts';
import type { Destination } from './destination.ts';
import { republished } from './transfer.ts';

/** In which a replayed message counts how often it was: what dies again and again must not be replayed for ever. */
export const REPLAYS_HEADER = 'x-rmq-lab-replays';

/** What a dead letter becomes when it is replayed. */
export interface ReplayRules {
  /** Where all go, with a key of their own where none is given; absent: each where it came from. */
  readonly to?: Destination;
  /** Each into the queue in which it died first, past the exchange: other queues that are bound there get no second copy. */
  readonly intoQueue: boolean;
  /** A message that was replayed so often already stays. */
  readonly maxReplays: number;
  /** Keep the record of deaths, on which RabbitMQ before 4.0 counts on. */
  readonly keepDeaths: boolean;
  /** Give back the TTL of its own, which the broker took away when it died. */
  readonly restoreExpiration: boolean;
  readonly keepUserId: boolean;
}

/** A destination with the keys that stand in the CC header. */
interface Target {
  readonly exchange: string;
  readonly routingKey: string;
  readonly cc: readonly string[];
}

/** The exchange that has to be looked for before a delivery's target is known; undefined: none. */
export function originExchange(delivery: Delivery, { to, intoQueue }: ReplayRules): string | undefined {
  if (to !== undefined || intoQueue) return undefined;
  const exchange = firstDeathOf(delivery.properties)?.exchange;
  return exchange === '' ? undefined : exchange;
}

/**
 * The message to publish for a dead letter: to the exchange and with the keys of its first publication; into the queue in which it died
 * first where that was the default exchange, or the exchange is gone. Throws a LabError for what cannot be replayed.
 */
export function replayed(delivery: Delivery, rules: ReplayRules, exists: (exchange: string) => boolean): Message {
  const replays = replaysOf(delivery);
  if (replays >= rules.maxReplays) throw new LabError('not-taken', `replayed ${timesText(replays)} already (--max-replays)`);
  const { exchange, routingKey, cc } = targetOf(delivery, rules, exists);
  const message = republished(delivery, { exchange, routingKey }, { cc: false, userId: rules.keepUserId });
  const kept = rules.keepDeaths ? message.properties : withoutDeaths(message.properties);
  const expiration = rules.restoreExpiration ? expirationOf(delivery) : undefined;
  return {
    ...message,
    properties: {
      ...kept,
      ...(expiration === undefined ? {} : { expiration }),
      headers: { ...kept.headers, ...(cc.length === 0 ? {} : { CC: cc }), [REPLAYS_HEADER]: replays + 1 },
    },
  };
}

function targetOf(delivery: Delivery, { to, intoQueue }: ReplayRules, exists: (exchange: string) => boolean): Target {
  const first = firstDeathOf(delivery.properties);
  const [key = delivery.routingKey, ...cc] = first?.routingKeys ?? [];
  if (to?.routingKey !== undefined) return { exchange: to.exchange, routingKey: to.routingKey, cc: [] };
  if (to !== undefined) return { exchange: to.exchange, routingKey: key, cc };
  if (first === undefined) throw new LabError('not-taken', 'no x-death says where it came from: name a destination with --to');
  if (intoQueue || first.exchange === '' || !exists(first.exchange)) return { exchange: '', routingKey: first.queue, cc: [] };
  return { exchange: first.exchange, routingKey: key, cc };
}

function replaysOf({ properties }: Delivery): number {
  const replays = properties.headers?.[REPLAYS_HEADER];
  return typeof replays === 'number' && replays > 0 ? replays : 0;
}

function expirationOf({ properties }: Delivery): string | undefined {
  return deathsOf(properties).find((death) => death.originalExpiration !== undefined)?.originalExpiration;
}

function timesText(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}
