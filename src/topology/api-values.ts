import type { FieldTable, FieldValue } from '../client/message.ts';
import { Typed } from '../client/message.ts';

/** What the management API writes in place of an empty value, as its JSON library writes the atom `undefined`. */
const EMPTY = 'undefined';
const NOT_TEXT = 'Not UTF-8, base64 is: ';

/**
 * The arguments of a binding as they were before the management API turned them into JSON: it writes an empty value as the text
 * "undefined" (a text that is just that cannot be told from it) and bytes that are no UTF-8 with a remark before them. What is lost for
 * good: a timestamp is a number there, a decimal a double, and integers inside arrays and tables have no width.
 */
export function fromApiTable(table: FieldTable): FieldTable {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, fromApiValue(value)]));
}

function fromApiValue(value: FieldValue): FieldValue {
  if (value === EMPTY) return null;
  if (typeof value === 'string') return value.startsWith(NOT_TEXT) ? Buffer.from(value.slice(NOT_TEXT.length), 'base64') : value;
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value) || value instanceof Typed) return value;
  return Array.isArray(value) ? value.map(fromApiValue) : fromApiTable(value as FieldTable);
}
