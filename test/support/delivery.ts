import type { Field, Table } from '../../src/lab-broker/wire/field.ts';
import type { Properties } from '../../src/lab-broker/wire/properties.ts';
import { plainText } from './names.ts';
import type { ReceivedOf } from './wire-client.ts';

/** A message as a client got it, by whichever way. */
export interface Delivery {
  readonly tag: number;
  readonly body: string;
  readonly redelivered: boolean;
  readonly exchange: string;
  readonly routingKey: string;
  readonly properties: Properties;
  readonly channel: number;
  /** Of a delivery to a consumer. */
  readonly consumerTag: string | undefined;
  /** Of an answer to basic.get: how many are left. */
  readonly left: number | undefined;
}

/** What a test reads of basic.deliver and basic.get-ok. */
export function deliveryOf({ method, properties = {}, body, channel }: ReceivedOf<'basic.deliver' | 'basic.get-ok'>): Delivery {
  const { deliveryTag: tag, redelivered, exchange, routingKey } = method;
  return {
    tag,
    body: (body ?? '').toString(),
    redelivered,
    exchange,
    routingKey,
    properties,
    channel,
    consumerTag: method.name === 'basic.deliver' ? method.consumerTag : undefined,
    left: method.name === 'basic.get-ok' ? method.messageCount : undefined,
  };
}

/** The body, after an `R` if the message is redelivered: `R1`. */
export function brief({ body, redelivered }: Delivery): string {
  return `${redelivered ? 'R' : ''}${body}`;
}

/** Who got what: `a:1`, `b:R2`. */
export function whoGotWhat(delivery: Delivery): string {
  return `${delivery.consumerTag}:${brief(delivery)}`;
}

/** A message in full, for `toEqual`: headers with the types they have on the wire, names in short, a timestamp of the broker's as `now`. */
export function inFull({ exchange, routingKey, redelivered, properties: { headers, ...properties } }: Delivery): object {
  return {
    exchange: plainText(exchange),
    routingKey: plainText(routingKey),
    redelivered,
    ...properties,
    ...(headers && { headers: headersOf(headers) }),
  };
}

/** Headers as an object of `TYPE:VALUE`, arrays and tables as such. */
export function headersOf(headers: Table | undefined): Record<string, unknown> {
  return Object.fromEntries((headers ?? []).map(([name, field]) => [name, shown(field)]));
}

const LETTERS = { byte: 'b', short: 's', signedint: 'I', long: 'l', bool: 't', double: 'd', longstr: 'S' } as const;

function shown(field: Field): unknown {
  switch (field.type) {
    case 'array':
      return field.value.map(shown);
    case 'table':
      return headersOf(field.value);
    case 'timestamp':
      return isNow(field.value) ? 'T:now' : `T:${field.value}`;
    case 'longstr':
      return `S:${plainText(field.value.toString())}`;
    default:
      return `${LETTERS[field.type as keyof typeof LETTERS] ?? field.type}:${String(field.value)}`;
  }
}

/** Within a minute: machines are slow, and clocks of brokers and tests are the same. */
function isNow(seconds: bigint): boolean {
  return Math.abs(Number(seconds) - Date.now() / 1000) < 60;
}
