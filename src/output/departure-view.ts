import type { BrokerEvent, Departure, Lost } from '../lab-broker/events.ts';
import { durationView } from './duration-view.ts';

type Departed = Extract<BrokerEvent, { readonly type: 'dead-lettered' | 'expired' | 'dropped' | 'refused' }>;

const LOSSES: Readonly<Record<Lost, string>> = {
  'no-exchange': 'there is no such exchange',
  'no-queue': 'no queue is bound for that key',
  cycle: 'it has been there before, and would go round for ever',
  'key-too-long': 'the key is longer than 255 octets',
};

/** Milliseconds that an expired message may be older than it should be before that is worth a word. */
const LATE = 500;

/** How a message left a queue and where it went: `message 7 left queue orders: expired after 5s → exchange dlx → queue orders.dead (…)`. */
export function departureView(event: Departed): string {
  const message = event.message === 0 ? 'a message' : `message ${event.message}`;
  if (event.type === 'refused') return `${message} was refused by queue ${event.queue}: ${causeOf(event)}; its publisher gets a nack`;
  const refused = event.type === 'dead-lettered' && event.refused;
  const what = refused ? `${message} was refused by queue ${event.queue}` : `${message} left queue ${event.queue}`;
  return `${what}: ${causeOf(event)}${wayOf(event)}`;
}

function causeOf({ reason, ttl, maxLength, maxLengthBytes, deliveryLimit }: Departure): string {
  if (reason === 'expired') return ttl === undefined ? 'expired' : `expired after ${durationView(ttl)}`;
  if (reason === 'maxlen') return `over its ${maxLength === undefined ? `max-length-bytes ${maxLengthBytes}` : `max-length ${maxLength}`}`;
  if (reason === 'rejected') return 'rejected by a consumer';
  return `its delivery limit ${deliveryLimit} was reached`;
}

function wayOf(event: Exclude<Departed, { readonly type: 'refused' }>): string {
  if (event.type !== 'dead-lettered') return ` → nowhere: the queue has no dead-letter exchange${details([], event)}`;
  const { exchange, routingKey, queues, lost } = event;
  const name = exchange === '' ? 'the default exchange' : `exchange ${exchange}`;
  const end = lost === undefined ? ` → queue${queues.length === 1 ? '' : 's'} ${queues.join(', ')}` : ` → nowhere: ${LOSSES[lost]}`;
  return ` → ${name}${end}${details([`key '${routingKey}'`], event)}`;
}

function details(more: readonly string[], { ttlOf, ttl = 0, age }: Departure): string {
  const facts = [...more];
  if (ttlOf !== undefined) facts.unshift(ttlOf === 'queue' ? "by the queue's TTL" : 'by its own TTL');
  if (age !== undefined && ttlOf === undefined) facts.push(`${durationView(age)} in the queue`);
  if (age !== undefined && ttlOf !== undefined && age > ttl + LATE)
    facts.push(`but ${durationView(age)} in the queue: it expires at its head only`);
  return facts.length === 0 ? '' : ` (${facts.join(', ')})`;
}
