import type { ExchangeSettings } from '../entities/exchange.ts';
import type { AppliedPolicies } from '../entities/policies.ts';
import type { QueueType } from '../entities/queue-port.ts';
import type { Overflow, QueueSettings } from '../entities/queue-settings.ts';
import { type Field, findField, type Table, textOf } from '../wire/field.ts';
import { integerOf } from './integer.ts';

/** What RabbitMQ 4 gives a quorum queue that says nothing. */
const DEFAULT_DELIVERY_LIMIT = 20;

/** What checked arguments and policies come to: of two numbers the lower counts, of two texts the argument. */
export function queueSettingsOf(table: Table, type: QueueType, policies: AppliedPolicies): QueueSettings {
  const { definition } = policies;
  const limit = (name: string) => Math.min(integerOf(findField(table, `x-${name}`)) ?? NONE, numberIn(definition[name]) ?? NONE);
  const text = (name: string) => textOf(findField(table, `x-${name}`)) ?? textIn(definition[name]);
  return {
    messageTtl: limit('message-ttl'),
    expires: limit('expires'),
    maxLength: limit('max-length'),
    maxLengthBytes: limit('max-length-bytes'),
    overflow: (text('overflow') ?? 'drop-head') as Overflow,
    deadLetterExchange: text('dead-letter-exchange'),
    deadLetterRoutingKey: text('dead-letter-routing-key'),
    maxPriority: integerOf(findField(table, 'x-max-priority')) ?? 0,
    singleActiveConsumer: isTrue(findField(table, 'x-single-active-consumer')),
    deliveryLimit: type === 'quorum' ? deliveryLimitOf(table, numberIn(definition['delivery-limit'])) : NONE,
    maxAge: Math.min(ageOf(textOf(findField(table, 'x-max-age'))), ageOf(textIn(definition['max-age']))),
    policies,
  };
}

/** The same for an exchange. */
export function exchangeSettingsOf(table: Table, policies: AppliedPolicies): ExchangeSettings {
  return { alternate: textOf(findField(table, 'alternate-exchange')) ?? textIn(policies.definition['alternate-exchange']), policies };
}

const NONE = Number.POSITIVE_INFINITY;

/** A negative limit is none. */
function deliveryLimitOf(table: Table, policy: number | undefined): number {
  const argument = integerOf(findField(table, 'x-delivery-limit'));
  const limits = [argument, policy].filter((limit) => limit !== undefined);
  const limit = limits.length === 0 ? DEFAULT_DELIVERY_LIMIT : Math.min(...limits);
  return limit < 0 ? NONE : limit;
}

const UNITS: Readonly<Record<string, number>> = { Y: 31_536_000, M: 2_592_000, D: 86_400, h: 3_600, m: 60, s: 1 };

/** In milliseconds. */
function ageOf(text: string | undefined): number {
  if (text === undefined) return NONE;
  return Number.parseInt(text, 10) * (UNITS[text.at(-1) ?? ''] ?? 1) * 1_000;
}

function isTrue(field: Field | undefined): boolean {
  return field?.type === 'bool' && field.value;
}

function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
