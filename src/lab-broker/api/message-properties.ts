import type { Properties } from '../wire/properties.ts';
import { badRequest, Refused } from './answer.ts';
import { plainTable } from './plain-value.ts';
import { tableOf } from './table-of.ts';
import type { Document } from './values.ts';

const TEXTS = {
  content_type: 'contentType',
  content_encoding: 'contentEncoding',
  correlation_id: 'correlationId',
  reply_to: 'replyTo',
  expiration: 'expiration',
  message_id: 'messageId',
  type: 'type',
  user_id: 'userId',
  app_id: 'appId',
  cluster_id: 'clusterId',
} as const;

const NUMBERS = { delivery_mode: 'deliveryMode', priority: 'priority' } as const;

/** Octets that a property's text may have. */
const LONGEST_TEXT = 255;

/** The properties of a message from JSON; names that there are not count for nothing. @throws Refused */
export function propertiesOf(document: Document): Properties {
  const properties: Properties = {};
  for (const [name, property] of Object.entries(TEXTS)) {
    const value = document[name];
    if (value === undefined) continue;
    if (typeof value !== 'string') throw new Refused(badRequest(['not_string', name]));
    if (Buffer.byteLength(value) > LONGEST_TEXT) throw new Refused(badRequest(`${name} is longer than ${LONGEST_TEXT} bytes`));
    properties[property] = value;
  }
  for (const [name, property] of Object.entries(NUMBERS)) {
    if (document[name] !== undefined) properties[property] = integer(document, name) & 0xff;
  }
  if (document.timestamp !== undefined) properties.timestamp = BigInt.asUintN(64, BigInt(integer(document, 'timestamp')));
  if (document.headers !== undefined) properties.headers = tableOf(document.headers);
  return properties;
}

/** As JSON: an empty list where there are none, as RabbitMQ has it. */
export function propertiesView(properties: Properties): unknown {
  const document: Record<string, unknown> = {};
  for (const [name, property] of [...Object.entries(TEXTS), ...Object.entries(NUMBERS)]) {
    if (properties[property] !== undefined) document[name] = properties[property];
  }
  if (properties.timestamp !== undefined) document.timestamp = Number(properties.timestamp);
  if (properties.headers !== undefined) document.headers = plainTable(properties.headers);
  return Object.keys(document).length === 0 ? [] : document;
}

function integer(document: Document, name: string): number {
  const value = document[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new Refused(badRequest(['not_int', name]));
  return value;
}
