import { type FieldTable, type FieldValue, Typed } from '../client/message.ts';

/**
 * A field value in the form that the management API shows it in, and in which values are compared here: numbers lose their width
 * (and a double without a fraction looks like an integer), a timestamp becomes its seconds, bytes their text.
 */
export function plainValue(value: FieldValue): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Buffer.isBuffer(value)) return value.toString('latin1');
  if (value instanceof Typed) {
    return typeof value.value === 'object' ? { places: value.value.places, digits: value.value.digits } : Number(value.value);
  }
  if (Array.isArray(value)) return value.map(plainValue);
  return plainTable(value as FieldTable);
}

/** A table of such values. */
export function plainTable(table: FieldTable): Record<string, unknown> {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, plainValue(value)]));
}

/** Whether two plain values are the same; the order of a table's keys does not count. */
export function samePlain(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || (a === 0 && b === 0)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && samePlain(a[key as keyof typeof a], b[key as keyof typeof b]));
}

/** A plain value with its type, for a reader who wonders why two look the same: `the string "1"`, `the number 1`, `true`. */
export function withType(value: unknown): string {
  if (typeof value === 'string') return `the string ${JSON.stringify(value)}`;
  if (typeof value === 'number') return `the number ${value}`;
  if (value === null) return 'null (no value)';
  return JSON.stringify(value);
}

/** Whether the values differ, and in nothing but their type: `1` and `"1"`, `true` and `"true"`. */
export function areLookAlikes(a: unknown, b: unknown): boolean {
  return typeof a !== typeof b && typeof a !== 'object' && typeof b !== 'object' && String(a) === String(b);
}
