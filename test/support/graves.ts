import type { Actor, Flags } from './actor.ts';
import { type Delivery, headersOf } from './delivery.ts';
import type { Values } from './tables.ts';

/** Where dead letters end: an exchange `dlx` (fanout unless said) and a queue `dead` that gets all of it. */
export interface Graves {
  readonly exchange: string;
  readonly queue: string;
  /** Declares a queue `q` whose dead letters come here. */
  beside(values?: Values, flags?: Flags): Promise<string>;
  /** Takes as many dead letters as are expected, waiting for them, and what else is there. */
  letters(count: number): Promise<Delivery[]>;
}

/** Digs graves. */
export async function dig(
  actor: Actor,
  { type = 'fanout', arguments: given = {} }: { type?: string; arguments?: Values } = {},
): Promise<Graves> {
  const exchange = await actor.exchange(type, given, { name: 'dlx' });
  const queue = await actor.queue({}, { name: 'dead' });
  await actor.bind(queue, exchange, type === 'topic' ? '#' : '');
  return {
    exchange,
    queue,
    beside: (values, flags) => actor.queue({ 'x-dead-letter-exchange': exchange, ...values }, flags),
    letters: (count) => actor.takeIn(queue, count),
  };
}

/** What stands in x-death of a message. */
export function deathsOf(delivery: Delivery | undefined): unknown {
  return headersOf(delivery?.properties.headers)['x-death'];
}

interface Death {
  readonly count?: number;
  readonly exchange?: string;
  readonly keys?: readonly string[];
  readonly expiration?: string;
}

/** An entry of x-death, as `deathsOf` shows it: once, out of the default exchange, unless said. */
export function death(queue: string, reason: string, { count = 1, exchange = '', keys = [queue], expiration }: Death = {}): object {
  return {
    count: `l:${count}`,
    reason: `S:${reason}`,
    queue: `S:${queue}`,
    time: 'T:now',
    exchange: `S:${exchange}`,
    'routing-keys': keys.map((key) => `S:${key}`),
    ...(expiration !== undefined && { 'original-expiration': `S:${expiration}` }),
  };
}

/** The headers of the first and the last death, as `headersOf` shows them. */
export function ends(first: readonly [exchange: string, queue: string, reason: string], last = first): object {
  const [firstExchange, firstQueue, firstReason] = first.map((text) => `S:${text}`);
  const [lastExchange, lastQueue, lastReason] = last.map((text) => `S:${text}`);
  return {
    'x-first-death-exchange': firstExchange,
    'x-first-death-queue': firstQueue,
    'x-first-death-reason': firstReason,
    'x-last-death-exchange': lastExchange,
    'x-last-death-queue': lastQueue,
    'x-last-death-reason': lastReason,
  };
}
