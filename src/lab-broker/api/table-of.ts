import { type Field, longstr, type Table } from '../wire/field.ts';
import { badRequest, Refused } from './answer.ts';
import { isDocument } from './values.ts';

/**
 * A JSON object as a table, with the types that RabbitMQ gives them. An empty list counts as one, as PHP writes it. @throws Refused for
 * null, and for what is no object.
 */
export function tableOf(value: unknown): Table {
  if (Array.isArray(value) && value.length === 0) return [];
  if (!isDocument(value)) throw new Refused(badRequest('arguments must be an object'));
  return Object.entries(value).map(([name, item]) => [name, fieldOf(item)]);
}

function fieldOf(value: unknown): Field {
  if (typeof value === 'string') return longstr(value);
  if (typeof value === 'boolean') return { type: 'bool', value };
  if (typeof value === 'number') return numberOf(value);
  if (Array.isArray(value)) return { type: 'array', value: value.map(fieldOf) };
  if (isDocument(value)) return { type: 'table', value: tableOf(value) };
  throw new Refused(badRequest('null_not_allowed'));
}

function numberOf(value: number): Field {
  const isLong = Number.isInteger(value) && Math.abs(value) < 2 ** 63;
  return isLong ? { type: 'long', value: BigInt(value) } : { type: 'double', value };
}
