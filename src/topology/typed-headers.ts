import { type FieldTable, type FieldValue, Typed } from '../client/message.ts';
import type { Headers, TypedValue } from '../routing/typed-value.ts';

/**
 * Headers, or the arguments of a binding, in the form in which the rules of routing compare them. With `numbersAlike`, a double without
 * a fraction is an integer.
 */
export function typedHeaders(table: FieldTable, numbersAlike = false): Headers {
  const entries = Object.entries(table).map(([name, value]) => [name, typedValue(value)] as const);
  return numbersAlike ? entries.map(([name, value]) => [name, asInteger(value)] as const) : entries;
}

function typedValue(value: FieldValue): TypedValue {
  if (typeof value === 'string') return { type: 'longstr', value: Buffer.from(value) };
  if (typeof value === 'boolean') return { type: 'bool', value };
  if (typeof value === 'number') return Number.isInteger(value) ? { type: 'long', value: BigInt(value) } : { type: 'double', value };
  if (value === null) return { type: 'void', value };
  if (Buffer.isBuffer(value)) return { type: 'binary', value };
  if (value instanceof Typed) return typedOf(value);
  if (Array.isArray(value)) return { type: 'array', value: value.map(typedValue) };
  return { type: 'table', value: typedHeaders(value as FieldTable) };
}

function asInteger(typed: TypedValue): TypedValue {
  const isWhole = (typed.type === 'double' || typed.type === 'float') && Number.isInteger(typed.value);
  return isWhole ? { type: 'long', value: BigInt(typed.value as number) } : typed;
}

/** Integers of all widths are compared by value, so one type will do for them. */
function typedOf({ type, value }: Typed): TypedValue {
  if (typeof value === 'object') return { type: 'decimal', value: { scale: value.places, unscaled: value.digits } };
  if (type === 'float') return { type: 'float', value: Math.fround(Number(value)) };
  if (type === 'double') return { type: 'double', value: Number(value) };
  return { type: type === 'timestamp' ? 'timestamp' : 'long', value: BigInt(value) };
}
