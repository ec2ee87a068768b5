import type { BrokerEvent } from '../lab-broker/events.ts';
import { escapeLine } from './escape.ts';

const REASONS: Readonly<Record<string, string>> = {
  expired: 'expired',
  maxlen: 'the queue is full',
  rejected: 'a consumer rejected it',
  delivery_limit: 'it was returned too often',
};

/** What happened at a broker, in words and on one line. */
export function eventView(event: BrokerEvent): string {
  return escapeLine('vhost' in event && event.vhost !== '/' ? `${wordsOf(event)} (vhost ${event.vhost})` : wordsOf(event));
}

function wordsOf(event: BrokerEvent): string {
  switch (event.type) {
    case 'connection-opened':
      return `${event.user} connected from ${peerOf(event.name)}`;
    case 'connection-closed':
      return `${event.user} from ${peerOf(event.name)} is gone`;
    case 'queue-declared':
      return `queue ${event.queue} declared`;
    case 'queue-deleted':
      return `queue ${event.queue} deleted`;
    case 'exchange-declared':
      return `exchange ${event.exchange} declared`;
    case 'exchange-deleted':
      return `exchange ${event.exchange} deleted`;
    case 'routed':
      return `a message came: ${exchangeOf(event)} → ${queuesOf(event.queues)}`;
    case 'unroutable':
      return `a message came: ${exchangeOf(event)} → no queue; it was ${event.returned ? 'returned' : 'dropped'}`;
    case 'dead-lettered':
      return `a message left queue ${event.queue}: ${reasonOf(event.reason)} → ${exchangeOf(event)} → ${queuesOf(event.queues)}`;
    case 'dropped':
      return `${countOf(event.count)} dropped from queue ${event.queue}: ${reasonOf(event.reason)}`;
    case 'requeued':
      return `${countOf(event.count)} went back to queue ${event.queue}`;
    case 'blocked':
      return 'memory is full: publishers are blocked';
    case 'unblocked':
      return 'publishers may go on';
    case 'internal-error':
      return `a mistake of the broker closed a connection: ${event.error instanceof Error ? (event.error.stack ?? event.error.message) : String(event.error)}`;
  }
}

/** `127.0.0.1:52310 -> 127.0.0.1:5672` is RabbitMQ's name for a connection. */
function peerOf(name: string): string {
  return name.split(' -> ')[0] ?? name;
}

function exchangeOf({ exchange, routingKey }: { readonly exchange: string; readonly routingKey: string }): string {
  return `${exchange === '' ? 'the default exchange' : `exchange ${exchange}`}, key '${routingKey}'`;
}

function queuesOf(queues: readonly string[]): string {
  return queues.length === 0 ? 'no queue' : `queue${queues.length === 1 ? '' : 's'} ${queues.join(', ')}`;
}

function reasonOf(reason: string): string {
  return REASONS[reason] ?? reason;
}

function countOf(count: number): string {
  return count === 1 ? 'a message' : `${count} messages`;
}
