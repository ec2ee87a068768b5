import { isUtf8 } from 'node:buffer';
import { UsageError } from '../errors.ts';
import { closest } from '../suggest.ts';
import {
  byteLengthOver255,
  bytesFromBase64,
  fieldFromJson,
  fieldToJson,
  isTable,
  isWellFormed,
  roundedInteger,
  show,
} from './field-json.ts';
import type { Message, Properties } from './message.ts';

/** What an envelope line said: a field that it did not name is absent, not `''`. */
export interface ParsedEnvelope {
  readonly exchange?: string;
  readonly routingKey?: string;
  readonly properties: Properties;
  readonly body: Buffer;
}

const PROPERTY_KINDS = {
  contentType: 'shortstr',
  contentEncoding: 'shortstr',
  headers: 'table',
  deliveryMode: 'octet',
  priority: 'octet',
  correlationId: 'shortstr',
  replyTo: 'shortstr',
  expiration: 'shortstr',
  messageId: 'shortstr',
  timestamp: 'timestamp',
  type: 'shortstr',
  userId: 'shortstr',
  appId: 'shortstr',
} as const satisfies Record<keyof Properties, string>;

/** The 13 basic properties, in the order of the wire. */
export const PROPERTY_NAMES = Object.keys(PROPERTY_KINDS) as readonly (keyof Properties)[];

/** `redelivered` says how a message arrived, which publishing it cannot repeat: it is read and dropped. */
const KEYS = ['exchange', 'routingKey', 'redelivered', 'properties', 'body', 'bodyBase64'] as const;

const EXAMPLE = 'an envelope is one JSON object a line: {"exchange":"","routingKey":"orders","properties":{},"body":"text"}';

/**
 * The message as an envelope, without a newline at its end (see `docs/envelope.md`). `redelivered` stands in it when the
 * message has it, as deliveries do. The line holds no U+2028 or U+2029 either, at which some readers end a line.
 */
export function formatEnvelope(message: Message & { readonly redelivered?: boolean }): string {
  const { exchange, routingKey, redelivered, properties: given, body } = message;
  const properties = given.headers === undefined ? given : { ...given, headers: fieldToJson(given.headers) };
  const line = JSON.stringify(
    isUtf8(body)
      ? { exchange, routingKey, redelivered, properties, body: body.toString('utf8') }
      : { exchange, routingKey, redelivered, properties, bodyBase64: body.toString('base64') },
  );
  return /[\u2028\u2029]/.test(line) ? line.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029') : line;
}

/**
 * The message in an envelope line. Neither `body` nor `bodyBase64` is an empty body.
 * @throws UsageError saying what is wrong and what is accepted; the caller adds the line's number.
 */
export function parseEnvelope(line: string): ParsedEnvelope {
  const json = parseJson(line);
  refuseUnknown(json, KEYS, 'an envelope');
  // Assigned one by one: spreading conditionals made this function three times slower.
  const parsed: { exchange?: string; routingKey?: string; properties: Properties; body: Buffer } = {
    properties: Object.hasOwn(json, 'properties') ? parseProperties(json.properties, line) : {},
    body: parseBody(json),
  };
  if (Object.hasOwn(json, 'exchange')) parsed.exchange = shortString(json.exchange, 'exchange');
  if (Object.hasOwn(json, 'routingKey')) parsed.routingKey = shortString(json.routingKey, 'routingKey');
  return parsed;
}

function parseJson(line: string): Readonly<Record<string, unknown>> {
  let json: unknown;
  try {
    json = JSON.parse(line.startsWith('\ufeff') ? line.slice(1) : line); // a file's byte order mark is not part of its first line
  } catch (cause) {
    throw new UsageError(`not JSON: ${(cause as Error).message}`, { hint: EXAMPLE, cause });
  }
  if (!isTable(json)) throw new UsageError(`${show(json)} is not an envelope`, { hint: EXAMPLE });
  return json;
}

function refuseUnknown(json: Readonly<Record<string, unknown>>, known: readonly string[], owner: string): void {
  for (const key of Object.keys(json)) {
    if (known.includes(key)) continue;
    const meant = closest(key, known);
    const question = meant === undefined ? '' : `: did you mean ${meant}?`;
    throw new UsageError(`${show(key)} is no key of ${owner}${question}`, { hint: `keys of ${owner} are ${known.join(', ')}` });
  }
}

function parseProperties(json: unknown, line: string): Properties {
  if (!isTable(json)) throw new UsageError(`properties: ${show(json)} is not an object`, { hint: 'write {"contentType":"text/plain"}' });
  refuseUnknown(json, PROPERTY_NAMES, 'properties');
  const properties: Record<string, unknown> = {};
  for (const name of Object.keys(json)) {
    properties[name] = checkProperty(name as keyof Properties, json[name], `properties.${name}`, line);
  }
  return properties as Properties;
}

/**
 * The value of a basic property, checked for what AMQP can carry; headers in the form of parsed JSON. `path` names it in
 * errors; `source` is the JSON text, if there is one, in which rounded integers are looked for.
 * @throws UsageError on a wrong type or range.
 */
export function checkProperty(name: keyof Properties, value: unknown, path: string, source?: string): Properties[keyof Properties] {
  const kind = PROPERTY_KINDS[name];
  if (kind === 'shortstr') return shortString(value, path);
  if (kind === 'table') return headers(value, path, source);
  if (kind === 'timestamp') return timestamp(value, path, source);
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255) return (value as number) + 0; // -0 → 0
  const meaning = name === 'deliveryMode' ? ': 1 is transient, 2 persistent' : '';
  throw new UsageError(`${path}: ${show(value)} is not a whole number from 0 to 255`, { hint: `give a number from 0 to 255${meaning}` });
}

function shortString(value: unknown, path: string): string {
  if (typeof value !== 'string') {
    const hint = value === null ? `leave ${path} out if it has no value` : 'give a string of up to 255 bytes, in quotes';
    throw new UsageError(`${path}: ${show(value)} is not a string`, { hint });
  }
  if (byteLengthOver255(value)) {
    throw new UsageError(`${path}: ${show(value)} is ${Buffer.byteLength(value)} bytes long`, { hint: 'give up to 255 bytes of UTF-8' });
  }
  return wellFormed(value, path);
}

function headers(value: unknown, path: string, source: string | undefined): Properties['headers'] {
  const table = isTable(value) ? fieldFromJson(value, path, source) : undefined;
  // An object can also be a tagged form, which is a table only as {"!":"table"}.
  const tagged = isTable(value) && Object.hasOwn(value, '!') && value['!'] !== 'table';
  if (table === undefined || tagged) throw new UsageError(`${path}: ${show(value)} is not a table`, { hint: 'write {"name":"value"}' });
  return table as Properties['headers'];
}

function timestamp(value: unknown, path: string, source: string | undefined): number {
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) >= 2 ** 64) {
    throw new UsageError(`${path}: ${show(value)} is not a timestamp`, { hint: 'give whole seconds since 1970, such as 1700000000' });
  }
  const rounded = Number.isSafeInteger(value) || source === undefined ? undefined : roundedInteger(source);
  if (rounded !== undefined) throw new UsageError(`${path}: JSON rounds ${rounded} to ${value}`, { hint: 'give seconds since 1970' });
  return (value as number) + 0;
}

function parseBody(json: Readonly<Record<string, unknown>>): Buffer {
  const { body, bodyBase64 } = json;
  const given = Object.hasOwn(json, 'body');
  if (Object.hasOwn(json, 'bodyBase64')) {
    if (given)
      throw new UsageError('body and bodyBase64 exclude each other', { hint: 'give the text as body, or any bytes as bodyBase64' });
    const bytes = bytesFromBase64(bodyBase64);
    if (bytes !== undefined) return bytes;
    throw new UsageError(`bodyBase64: ${show(bodyBase64)} is not base64`, { hint: 'give the bytes as base64 with its padding: "AAH/"' });
  }
  if (!given) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(wellFormed(body, 'body'));
  throw new UsageError(`body: ${show(body)} is not a string`, {
    hint: 'give JSON bodies as text: "body":"{\\"id\\":1}" (jq: .body |= tojson)',
  });
}

function wellFormed(text: string, path: string): string {
  if (isWellFormed(text)) return text;
  throw new UsageError(`${path}: holds half a surrogate pair, which UTF-8 cannot write`, { hint: 'give such bytes as bodyBase64' });
}
