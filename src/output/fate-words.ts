import type { Fate, FateReason } from '../topology/fates.ts';
import { escapeLine } from './escape.ts';
import { bytesText, counted, durationText } from './quantity.ts';
import { exchangeName, keyText } from './topology-words.ts';

const REASONS: Readonly<Record<FateReason, string>> = {
  expired: 'expired',
  rejected: 'rejected',
  maxlen: 'queue full',
  delivery_limit: 'returned too often',
};

/** What would have happened: `expired (after 5s)`, `queue full (above 10 messages, drop-head)`. */
export function deathWords({ reason, when }: Fate): string {
  if (when === undefined) return reason === 'expired' ? 'expired (only by its own expiration)' : REASONS[reason];
  const { ttl, maxLength, maxLengthBytes, overflow, deliveryLimit } = when;
  const causes = [
    ...(ttl === undefined ? [] : [`after ${durationText(ttl)}`]),
    ...(maxLength === undefined ? [] : [`above ${counted(maxLength, 'message')}`]),
    ...(maxLengthBytes === undefined ? [] : [`above ${bytesText(maxLengthBytes)}`]),
    ...(overflow === undefined ? [] : [overflow]),
    ...(deliveryLimit === undefined ? [] : [`more than ${deliveryLimit} times`]),
  ];
  return `${REASONS[reason]} (${causes.join(', ')})`;
}

/** Where it would be then: `dlx → orders.dead`, `gone: no dead-letter exchange`. */
export function fateWords({ outcome, exchange = '', keys = [], queues, returns }: Fate, arrow: string): string {
  const way = `${exchangeName(exchange)} ${arrow}`;
  const key = keys.length === 1 ? `key ${keyText(keys[0] ?? '')}` : `keys ${keys.map(keyText).join(', ')}`;
  switch (outcome) {
    case 'dead-lettered':
      return `${way} ${queues.map(escapeLine).join(', ')}${returns === true ? ' (back to where it was)' : ''}`;
    case 'dropped':
      return 'gone: no dead-letter exchange';
    case 'refused':
      return 'refused: the publisher gets a nack, if it asked for confirms';
    case 'exchange-missing':
      return `gone: the dead-letter exchange ${exchangeName(exchange)} does not exist`;
    case 'unroutable':
      return `gone: ${exchangeName(exchange)} routes ${key} to no queue`;
    case 'cycle':
      return `gone: ${exchangeName(exchange)} leads back here, and without a rejection RabbitMQ ends that circle`;
    case 'not-known':
      return `${way} a plugin's exchange decides`;
  }
}
