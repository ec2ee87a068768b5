import type { QueueType } from '../entities/queue-port.ts';
import { BrokerFault } from '../faults.ts';
import { type Field, findField, type Table, textOf } from '../wire/field.ts';
import { integerOf } from './integer.ts';

/** Why a value is refused, as RabbitMQ's text ends; undefined when it is fine. */
type Check = (field: Field, table: Table) => string | undefined;

interface ArgumentRule {
  /** The queue types that take it; others refuse it unseen. */
  readonly types: readonly QueueType[];
  readonly check?: Check;
  /** The text has a form of its own where the type is wrong. */
  readonly nameOnly?: true;
}

/** The longest time in milliseconds that an expiry may have. */
export const LONGEST_EXPIRY = 4_294_967_295_000;

const ALL: readonly QueueType[] = ['classic', 'quorum', 'stream'];
const BOTH: readonly QueueType[] = ['classic', 'quorum'];

const integer: Check = (field) => (integerOf(field) === undefined ? `"expected integer, got ${field.type}"` : undefined);

const notNegative: Check = (field, table) => {
  const value = integerOf(field) ?? 0;
  return integer(field, table) ?? (value < 0 ? `{value_negative,${value}}` : undefined);
};

const time: Check = (field, table) => {
  const value = integerOf(field) ?? 0;
  return notNegative(field, table) ?? (value > LONGEST_EXPIRY ? `{value_too_large,${value}}` : undefined);
};

const text: Check = (field) => (field.type === 'longstr' ? undefined : `{unacceptable_type,${field.type}}`);

const oneOf =
  (values: readonly string[], otherwise: (value: string) => string): Check =>
  (field, table) => {
    const wrong = text(field, table);
    if (wrong !== undefined) return wrong;
    const value = textOf(field) ?? '';
    return values.includes(value) ? undefined : otherwise(value);
  };

const age: Check = (field, table) => text(field, table) ?? (/^\d+[YMDhms]$/.test(textOf(field) ?? '') ? undefined : 'invalid_max_age');

/**
 * Every argument of a queue that RabbitMQ 4.3 knows, in the order in which it looks at them: the queue types that it applies to, and
 * what its value may be. These are also the arguments that a redeclaration must repeat; any other is accepted and ignored.
 */
export const QUEUE_ARGUMENTS: Readonly<Record<string, ArgumentRule>> = {
  'x-expires': { types: BOTH, check: (field, table) => time(field, table) ?? (integerOf(field) === 0 ? '{value_zero,0}' : undefined) },
  'x-message-ttl': { types: BOTH, check: time },
  'x-dead-letter-exchange': { types: BOTH, check: text, nameOnly: true },
  'x-dead-letter-routing-key': {
    types: BOTH,
    check: (field, table) =>
      text(field, table) ?? (findField(table, 'x-dead-letter-exchange') === undefined ? 'routing_key_but_no_dlx_defined' : undefined),
  },
  'x-dead-letter-strategy': { types: ['quorum'], check: oneOf(['at-most-once', 'at-least-once'], () => 'invalid_dlx_strategy') },
  'x-max-length': { types: BOTH, check: notNegative },
  'x-max-length-bytes': { types: ALL, check: notNegative },
  'x-max-in-memory-length': { types: ['quorum'], check: notNegative },
  'x-max-in-memory-bytes': { types: ['quorum'], check: notNegative },
  'x-max-priority': {
    types: ['classic'],
    check: (field, table) => {
      const value = integerOf(field) ?? 0;
      return notNegative(field, table) ?? (value > 255 ? `{max_value_exceeded,${value}}` : undefined);
    },
  },
  'x-overflow': { types: BOTH, check: oneOf(['drop-head', 'reject-publish', 'reject-publish-dlx'], () => 'invalid_overflow') },
  'x-queue-mode': { types: ['classic'] },
  'x-queue-version': {
    types: ['classic'],
    check: (field, table) =>
      integer(field, table) ?? (integerOf(field) === 2 ? undefined : `"unsupported queue version '${integerOf(field)}'"`),
  },
  'x-single-active-consumer': {
    types: BOTH,
    check: (field) => (field.type === 'bool' ? undefined : `{unacceptable_type,${field.type}}`),
  },
  'x-queue-type': { types: ALL },
  'x-delivery-limit': { types: ['quorum'], check: integer },
  'x-quorum-initial-group-size': { types: ['quorum'], check: notNegative },
  'x-quorum-target-group-size': { types: ['quorum'], check: notNegative },
  'x-delayed-retry-type': { types: ['quorum'], check: text },
  'x-delayed-retry-min': { types: ['quorum'], check: notNegative },
  'x-delayed-retry-max': { types: ['quorum'], check: notNegative },
  'x-queue-leader-locator': { types: ALL, check: text },
  'x-max-age': { types: ['stream'], check: age },
  'x-stream-max-segment-size-bytes': { types: ['stream'], check: notNegative },
  'x-stream-filter-size-bytes': { types: ['stream'], check: notNegative },
  'x-initial-cluster-size': { types: ['stream'], check: notNegative },
};

/** Where the queue stands that is declared. */
interface Place {
  readonly queue: string;
  readonly vhost: string;
}

const TYPES: Readonly<Record<string, QueueType>> = { classic: 'classic', quorum: 'quorum', stream: 'stream' };

/** The type that the arguments ask for. @throws BrokerFault for one that there is not. */
export function queueTypeOf(table: Table, { queue, vhost }: Place): QueueType {
  const field = findField(table, 'x-queue-type');
  if (field === undefined) return 'classic';
  const wrong = text(field, table);
  const type = TYPES[textOf(field) ?? ''];
  if (wrong === undefined && type !== undefined) return type;
  const reason = wrong ?? `"unsupported queue type '${textOf(field)}'"`;
  throw new BrokerFault('invalid-argument', { argument: 'x-queue-type', queue, vhost, reason });
}

/** @throws BrokerFault for the first argument that a queue of this type may not have. */
export function checkQueueArguments(table: Table, type: QueueType, { queue, vhost }: Place): void {
  for (const [argument, rule] of Object.entries(QUEUE_ARGUMENTS)) {
    const field = findField(table, argument);
    if (field === undefined) continue;
    if (!rule.types.includes(type)) {
      throw new BrokerFault('invalid-argument-of-type', { argument, queue, vhost, type: `rabbit_${type}_queue` });
    }
    const reason = rule.check?.(field, table);
    if (reason === undefined) continue;
    if (rule.nameOnly) throw new BrokerFault('invalid-argument-type', { argument, type: field.type, kind: 'queue', name: queue, vhost });
    throw new BrokerFault('invalid-argument', { argument, queue, vhost, reason });
  }
  if (findField(table, 'x-queue-master-locator') !== undefined) {
    throw new BrokerFault('deprecated-feature', { feature: 'queue_master_locator' });
  }
}
