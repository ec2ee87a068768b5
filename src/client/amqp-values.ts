import { types } from 'node:util';
import { PROPERTY_NAMES } from './envelope.ts';
import { type Decimal, type FieldTable, type FieldValue, type Properties, Typed } from './message.ts';

/**
 * A field table in the shape that amqplib encodes. Numbers that it would mistype or choke on (fractions beyond 2^50, -0,
 * NaN, anything beyond int64) are sent as doubles; a table that has a key `!` of its own, which amqplib would take for a
 * type, hands it down by inheritance, where amqplib's encoder still finds it.
 */
export function toWireTable(table: FieldTable): object {
  const wire: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(table)) wire[key] = toWireValue(table[key] as FieldValue);
  return Object.hasOwn(wire, '!') ? Object.create(wire) : wire;
}

function toWireValue(value: FieldValue): unknown {
  if (typeof value === 'number') return isPlainInteger(value) ? value : { '!': 'double', value };
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  if (value instanceof Typed) return { '!': value.type, value: value.value };
  if (Array.isArray(value)) return value.map(toWireValue);
  return toWireTable(value as FieldTable);
}

function isPlainInteger(value: number): boolean {
  return Number.isInteger(value) && !Object.is(value, -0) && value >= -(2 ** 63) && value < 2 ** 63;
}

/** A field table as amqplib decoded it. Widths of numbers are gone by then: docs/envelope.md says what that costs. */
export function fromWireTable(wire: Readonly<Record<string, unknown>>): FieldTable {
  const table: Record<string, FieldValue> = {};
  for (const key of Object.keys(wire)) table[key] = fromWireValue(wire[key]);
  return table;
}

function fromWireValue(value: unknown): FieldValue {
  if (typeof value !== 'object' || value === null) return value as string | number | boolean | null;
  // a table with a key __proto__ that holds bytes passes for a Buffer otherwise: amqplib makes them its prototype
  if (types.isUint8Array(value)) return value as Buffer;
  if (Array.isArray(value)) return value.map(fromWireValue);
  return typedValue(value as Record<string, unknown>) ?? fromWireTable(value as Record<string, unknown>);
}

/** amqplib's own tagged forms; a real table of just this shape cannot be told from them. */
function typedValue(value: Readonly<Record<string, unknown>>): Typed | undefined {
  const keys = Object.keys(value);
  if (keys.length !== 2 || !Object.hasOwn(value, '!') || !Object.hasOwn(value, 'value')) return undefined;
  const { '!': type, value: inner } = value;
  if (type === 'timestamp' && typeof inner === 'number' && Number.isInteger(inner) && inner >= 0) return new Typed('timestamp', inner);
  return type === 'decimal' && isDecimal(inner) ? new Typed('decimal', inner) : undefined;
}

function isDecimal(value: unknown): value is Decimal {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2) return false;
  const { places, digits } = value as Partial<Decimal>;
  return typeof places === 'number' && typeof digits === 'number';
}

/** Properties in the shape of amqplib's publish options. */
export function toWireProperties(properties: Properties): Record<string, unknown> {
  const wire: Record<string, unknown> = { ...properties };
  if (properties.headers !== undefined) wire.headers = toWireTable(properties.headers);
  return wire;
}

/** Properties as amqplib decoded them. An empty header table is left out: amqplib sends one with every message. */
export function fromWireProperties(wire: Readonly<Record<string, unknown>>): Properties {
  const properties: Record<string, unknown> = {};
  for (const name of PROPERTY_NAMES) if (name !== 'headers' && wire[name] !== undefined) properties[name] = wire[name];
  const headers = wire.headers as Record<string, unknown> | undefined;
  if (headers !== undefined && Object.keys(headers).length > 0) properties.headers = fromWireTable(headers);
  return properties as Properties;
}
