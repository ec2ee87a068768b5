import { fieldToJson } from './field-json.ts';
import { type Decimal, type FieldValue, Typed } from './message.ts';

const LAST_SECOND_OF_9999 = 253_402_300_799;

/**
 * A field value for people, short and on the whole unambiguous: `text`, `1`, `1 (int64)`, `2023-11-14T22:13:20Z`,
 * `12.34 (decimal)`, `AAH/ (base64)`, `{"a":[1,2]}`. Strings stand as they are, control characters included: whoever prints
 * to a terminal must take those out.
 */
export function formatFieldValue(value: FieldValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Buffer.isBuffer(value)) return `${value.toString('base64')} (base64)`;
  return value instanceof Typed ? formatTyped(value) : JSON.stringify(fieldToJson(value));
}

function formatTyped({ type, value }: Typed): string {
  if (typeof value === 'object') return `${formatDecimal(value)} (${type})`;
  if (type === 'timestamp' && value >= 0 && value <= LAST_SECOND_OF_9999) {
    return new Date(Number(value) * 1000).toISOString().replace('.000Z', 'Z');
  }
  return `${Object.is(value, -0) ? '-0' : value} (${type})`;
}

function formatDecimal({ places, digits }: Decimal): string {
  const text = String(digits).padStart(places + 1, '0');
  return places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
}
