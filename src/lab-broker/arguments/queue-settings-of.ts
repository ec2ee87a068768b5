import type { QueueType } from '../entities/queue-port.ts';
import type { Overflow, QueueSettings } from '../entities/queue-settings.ts';
import { findField, type Table, textOf } from '../wire/field.ts';
import { integerOf } from './integer.ts';

/** What RabbitMQ 4 gives a quorum queue that says nothing. */
const DEFAULT_DELIVERY_LIMIT = 20;

/** What checked arguments come to. */
export function queueSettingsOf(table: Table, type: QueueType): QueueSettings {
  const limit = (name: string) => integerOf(findField(table, name)) ?? Number.POSITIVE_INFINITY;
  return {
    messageTtl: limit('x-message-ttl'),
    expires: limit('x-expires'),
    maxLength: limit('x-max-length'),
    maxLengthBytes: limit('x-max-length-bytes'),
    overflow: (textOf(findField(table, 'x-overflow')) ?? 'drop-head') as Overflow,
    deadLetterExchange: textOf(findField(table, 'x-dead-letter-exchange')),
    deadLetterRoutingKey: textOf(findField(table, 'x-dead-letter-routing-key')),
    maxPriority: integerOf(findField(table, 'x-max-priority')) ?? 0,
    singleActiveConsumer: isTrue(table, 'x-single-active-consumer'),
    deliveryLimit: type === 'quorum' ? deliveryLimitOf(table) : Number.POSITIVE_INFINITY,
  };
}

/** A negative limit is none. */
function deliveryLimitOf(table: Table): number {
  const limit = integerOf(findField(table, 'x-delivery-limit')) ?? DEFAULT_DELIVERY_LIMIT;
  return limit < 0 ? Number.POSITIVE_INFINITY : limit;
}

function isTrue(table: Table, name: string): boolean {
  const field = findField(table, name);
  return field?.type === 'bool' && field.value;
}
