import { formatFieldValue } from '../client/field-text.ts';
import type { Delivery, FieldValue, Properties } from '../client/message.ts';
import { deathsOf } from '../client/x-death.ts';
import { UsageError } from '../errors.ts';
import { closest } from '../suggest.ts';

/** Whether a delivery is meant. */
export type Filter = (delivery: Delivery) => boolean;

/** Names that a filter knows beside `header.NAME`, with how each is read off a message; of several values one must be as wanted. */
export type FilterFields = Readonly<Record<string, (delivery: Delivery) => string | readonly string[] | undefined>>;

/** Why a broker takes a message out of a queue. */
const REASONS = ['expired', 'rejected', 'maxlen', 'delivery_limit'];

const FIELDS: FilterFields = {
  exchange: (delivery) => delivery.exchange,
  'routing-key': (delivery) => delivery.routingKey,
  redelivered: (delivery) => String(delivery.redelivered),
  reason: (delivery) => deathsOf(delivery.properties)[0]?.reason,
  queue: (delivery) => deathsOf(delivery.properties)[0]?.queue,
  'content-type': ({ properties }) => properties.contentType,
  'correlation-id': ({ properties }) => properties.correlationId,
  'message-id': ({ properties }) => properties.messageId,
  'reply-to': ({ properties }) => properties.replyTo,
  type: ({ properties }) => properties.type,
  'app-id': ({ properties }) => properties.appId,
};

/**
 * A filter of `name=value` pairs, all of which must hold: exchange, routing-key, redelivered, `reason` and `queue` of the last death
 * (x-death), some properties, and `header.NAME`. Values are compared as they are shown. `more` are names that mean something else here.
 * Throws UsageError on an unknown name or reason.
 */
export function parseFilter(pairs: readonly string[], more: FilterFields = {}): Filter {
  const fields: FilterFields = { ...FIELDS, ...more };
  const tests = pairs.map((pair): Filter => {
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.slice(0, equals);
    const value = pair.slice(equals + 1);
    const header = /^header\.(.+)$/.exec(name)?.[1];
    const own = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const field = header === undefined ? own : ({ properties }: Delivery) => textOf(headerOf(properties, header));
    if (equals < 0 || field === undefined) {
      throw new UsageError(`--filter: '${pair}' is not a filter`, {
        hint: `write NAME=VALUE, with ${Object.keys(fields).join(', ')} or header.NAME`,
      });
    }
    if (name === 'reason' && !REASONS.includes(value)) {
      const meant = closest(value, REASONS);
      throw new UsageError(`--filter: '${value}' is no reason`, {
        hint: meant === undefined ? `there are ${REASONS.join(', ')}` : `--filter reason=${meant}`,
      });
    }
    return (delivery) => [field(delivery)].flat().includes(value);
  });
  return (delivery) => tests.every((test) => test(delivery));
}

function headerOf({ headers = {} }: Properties, name: string): FieldValue | undefined {
  return Object.hasOwn(headers, name) ? headers[name] : undefined;
}

function textOf(value: FieldValue | undefined): string | undefined {
  return value === undefined ? undefined : formatFieldValue(value);
}
