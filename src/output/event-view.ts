import type { BrokerEvent } from '../lab-broker/events.ts';
import { departureView } from './departure-view.ts';
import { escapeLine } from './escape.ts';

type EventOf<T extends BrokerEvent['type']> = Extract<BrokerEvent, { readonly type: T }>;

/** How deliveries came back. */
const RETURNS: Readonly<Record<EventOf<'requeued'>['reason'], string>> = {
  nack: 'basic.nack with requeue',
  reject: 'basic.reject with requeue',
  recover: 'basic.recover',
  close: 'its channel ended without an ack',
};

const DISMISSALS: Readonly<Record<EventOf<'queue-deleted'>['reason'], string>> = {
  deleted: '',
  expires: ': nobody used it for as long as it may be unused',
  'auto-delete': ': its last consumer is gone (auto-delete)',
  exclusive: ': its connection is gone (exclusive)',
  'vhost-deleted': ': its virtual host is gone',
};

const ENDINGS: Readonly<Record<EventOf<'consumer-ended'>['reason'], string>> = {
  cancelled: 'it was cancelled',
  'channel-closed': 'its channel is closed',
  'queue-deleted': 'the queue is gone',
};

/** Messages that are named one by one. */
const NAMED = 10;

/** What happened at a broker, in words and on one line. */
export function eventView(event: BrokerEvent): string {
  return escapeLine('vhost' in event && event.vhost !== '/' ? `${wordsOf(event)}${placeOf(event)}` : wordsOf(event));
}

function placeOf({ type, vhost }: { readonly type: string; readonly vhost: string }): string {
  return type.startsWith('vhost-') || vhost === '' ? '' : ` (vhost ${vhost})`;
}

function wordsOf(event: BrokerEvent): string {
  switch (event.type) {
    case 'connection-opened':
      return `${event.user} connected from ${peerOf(event.name)}`;
    case 'connection-closed':
      return `${event.user} from ${peerOf(event.name)} is gone${event.replyText === undefined ? '' : `: ${faultOf(event)}`}`;
    case 'connection-refused':
      return `${event.user === '' ? 'somebody' : event.user} from ${peerOf(event.name)} was not let in: ${faultOf(event)}`;
    case 'channel-closed':
      return `channel ${event.channel} of ${event.user} from ${peerOf(event.name)} was closed: ${faultOf(event)}`;
    case 'consumer-started':
      return `consumer ${event.tag} from ${peerOf(event.connection)} consumes queue ${event.queue}`;
    case 'consumer-ended':
      return `consumer ${event.tag} from ${peerOf(event.connection)} consumes queue ${event.queue} no more: ${ENDINGS[event.reason]}`;
    case 'vhost-created':
      return `vhost ${event.vhost} made`;
    case 'vhost-deleted':
      return `vhost ${event.vhost} deleted`;
    case 'queue-declared':
      return `queue ${event.queue} declared`;
    case 'queue-deleted':
      return `queue ${event.queue} deleted${event.count === 0 ? '' : ` with ${countOf(event.count)}`}${DISMISSALS[event.reason]}`;
    case 'exchange-declared':
      return `exchange ${event.exchange} declared`;
    case 'exchange-deleted':
      return `exchange ${event.exchange} deleted`;
    case 'bound':
      return `${event.destinationType} ${event.destination} bound to exchange ${event.source}, key '${event.routingKey}'`;
    case 'unbound':
      return `${event.destinationType} ${event.destination} unbound from exchange ${event.source}, key '${event.routingKey}'`;
    case 'purged':
      return `queue ${event.queue} purged of ${countOf(event.count)}`;
    case 'routed':
      return `${messageOf(event.message)} came: ${exchangeOf(event)} → ${queuesOf(event.queues)}`;
    case 'unroutable':
      return `${messageOf(event.message)} came: ${exchangeOf(event)} → no queue; ${
        event.returned ? 'it was mandatory and went back' : 'it was dropped, for it was not mandatory'
      }`;
    case 'dead-lettered':
    case 'expired':
    case 'dropped':
    case 'refused':
      return departureView(event);
    case 'requeued':
      return `${messagesOf(event)} went back to queue ${event.queue}: ${RETURNS[event.reason]}`;
    case 'disk-stuck':
      return `the disk takes nothing (${event.reason}): publishers are blocked, and nothing is confirmed`;
    case 'disk-ready':
      return 'the disk takes what is kept again: publishers may go on';
    case 'blocked':
      return `memory is full (${mebibytes(event.bytes)} of ${mebibytes(event.memoryLimit)}): publishers are blocked`;
    case 'unblocked':
      return `there is memory again (${mebibytes(event.bytes)} of ${mebibytes(event.memoryLimit)} taken): publishers may go on`;
    case 'internal-error':
      return `a mistake of the broker closed a connection: ${event.error instanceof Error ? (event.error.stack ?? event.error.message) : String(event.error)}`;
  }
}

/** `127.0.0.1:52310 -> 127.0.0.1:5672` is RabbitMQ's name for a connection. */
function peerOf(name: string): string {
  return name.split(' -> ')[0] ?? name;
}

function faultOf({ replyCode, replyText }: { readonly replyCode?: number; readonly replyText?: string }): string {
  return `${replyCode} ${replyText}`;
}

function exchangeOf({ exchange, routingKey }: { readonly exchange: string; readonly routingKey: string }): string {
  return `${exchange === '' ? 'the default exchange' : `exchange ${exchange}`}, key '${routingKey}'`;
}

function queuesOf(queues: readonly string[]): string {
  return `queue${queues.length === 1 ? '' : 's'} ${queues.join(', ')}`;
}

/** A message by its number, if it has one. */
function messageOf(number: number): string {
  return number === 0 ? 'a message' : `message ${number}`;
}

function messagesOf({ count, messages }: EventOf<'requeued'>): string {
  if (count === 1) return messageOf(messages[0] ?? 0);
  const named = messages.slice(0, NAMED).join(', ');
  return `messages ${named}${count > NAMED ? ` and ${count - NAMED} more` : ''}`;
}

function countOf(count: number): string {
  return count === 1 ? '1 message' : `${count} messages`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MiB`;
}
