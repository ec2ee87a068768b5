import { isUtf8 } from 'node:buffer';
import type { Delivery, FieldTable, FieldValue, Properties } from '../client/message.ts';
import { areLookAlikes, plainTable, plainValue, samePlain, withType } from './plain-value.ts';

/** What one message of a queue is to be like; what is absent does not matter. */
export interface MessageExpectation {
  readonly queue: string;
  readonly absent: boolean;
  readonly body?: Buffer;
  readonly routingKey?: string;
  /** Each must be among the message's headers, of the same type. */
  readonly headers: FieldTable;
  readonly properties: Properties;
  /** All must hold of one entry of x-death. */
  readonly death: Readonly<Partial<Record<DeathKey, string>>>;
}

/** What may be asked of an entry of x-death. */
export type DeathKey = (typeof DEATH_KEYS)[number];

/** In the order in which help and errors name them. */
export const DEATH_KEYS = ['reason', 'queue', 'exchange', 'routing-key', 'count'] as const;

/** In what the message is not the expected one, for the reader; empty when it is. */
export function differencesOfMessage(message: Delivery, expected: MessageExpectation): string[] {
  const differences: string[] = [];
  if (expected.routingKey !== undefined && message.routingKey !== expected.routingKey) {
    differences.push(`routing key is ${JSON.stringify(message.routingKey)}, wanted ${JSON.stringify(expected.routingKey)}`);
  }
  if (expected.body !== undefined && !message.body.equals(expected.body)) {
    differences.push(`body is ${bodyText(message.body)}, wanted ${bodyText(expected.body)}`);
  }
  const headers = plainTable(message.properties.headers ?? {});
  for (const [key, wanted] of Object.entries(plainTable(expected.headers))) {
    if (!Object.hasOwn(headers, key)) differences.push(`no header ${key}`);
    else if (!samePlain(headers[key], wanted)) differences.push(`header ${key} is ${contrast(headers[key], wanted)}`);
  }
  for (const [name, wanted] of Object.entries(expected.properties)) {
    const actual = message.properties[name as keyof Properties];
    if (actual === undefined) differences.push(`no ${name}`);
    else if (!samePlain(actual, wanted)) differences.push(`${name} is ${contrast(actual, wanted)}`);
  }
  return [...differences, ...differencesOfDeath(message, expected.death)];
}

/** As many characters of a body are named. */
const BODY_LENGTH = 60;

/** A body in a line, in quotes; the beginning of a long one, and its size. */
function bodyText(body: Buffer): string {
  if (!isUtf8(body)) return `${body.length} bytes that are not text`;
  const text = body.toString('utf8');
  const short = [...text].slice(0, BODY_LENGTH).join('');
  return short.length < text.length ? `${JSON.stringify(short)}… (${body.length} bytes)` : JSON.stringify(text);
}

function differencesOfDeath(message: Delivery, wanted: MessageExpectation['death']): string[] {
  const pairs = Object.entries(wanted) as [DeathKey, string][];
  if (pairs.length === 0) return [];
  const deaths = deathsOf(message);
  if (deaths.length === 0) return ['no x-death: it was never dead-lettered'];
  if (deaths.some((death) => pairs.every(([key, value]) => holds(death, key, value)))) return [];
  return deaths.map((death) => `x-death: ${pairs.map(([key]) => `${key} ${valuesOf(death, key).join(', ')}`).join(', ')}`);
}

function deathsOf(message: Delivery): readonly FieldTable[] {
  const deaths = message.properties.headers?.['x-death'];
  return Array.isArray(deaths)
    ? (deaths as readonly FieldValue[]).filter((death) => typeof death === 'object' && death !== null).map((death) => death as FieldTable)
    : [];
}

function holds(death: FieldTable, key: DeathKey, value: string): boolean {
  return valuesOf(death, key).includes(value);
}

function valuesOf(death: FieldTable, key: DeathKey): string[] {
  const value = death[key === 'routing-key' ? 'routing-keys' : key];
  const values = Array.isArray(value) ? (value as readonly FieldValue[]) : value === undefined ? [] : [value];
  return values.map((item) => String(plainValue(item)));
}

function contrast(actual: unknown, wanted: unknown): string {
  const plain = plainValue(actual as FieldValue);
  return areLookAlikes(plain, wanted) ? `${withType(plain)}, not ${withType(wanted)}` : withType(plain);
}
