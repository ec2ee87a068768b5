import type { Binding } from '../client/broker.ts';
import type { FieldTable, FieldValue, Typed } from '../client/message.ts';
import { escapeLine } from './escape.ts';

/** What stands on a binding's arrow: the key, or the pairs of a headers binding; an ignored key is left out when it is empty. */
export function labelOf(type: string, { routingKey, arguments: table }: Binding): string {
  const pairs = pairsOf(table);
  if (type === 'headers') return pairs === '' ? '(no pairs)' : pairs;
  const key = routingKey === '' ? (type === 'fanout' ? '' : '""') : escapeLine(routingKey);
  return pairs === '' ? key : `${key} ${pairs}`.trim();
}

/** `x-match` first, without its name: it says how to read the others. */
function pairsOf(table: FieldTable): string {
  const { 'x-match': match, ...pairs } = table;
  const words = Object.entries(pairs).map(([key, value]) => `${escapeLine(key)}=${valueText(value)}`);
  return [...(match === undefined ? [] : [`${valueText(match)}:`]), ...words].join(' ');
}

/** Text as it is, unless it could be taken for something else: `"1"` is not `1`. */
function valueText(value: FieldValue): string {
  if (typeof value === 'string' && value !== '' && !/\s/.test(value) && !isLiteral(value)) return escapeLine(value);
  if (isTyped(value)) return `${value.value}${value.type === 'double' && Number.isInteger(value.value) ? '.0' : ''}`;
  return escapeLine(JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? String(part) : part)));
}

/** Among plain tables and arrays, only a number that carries its type is an object of another kind. */
function isTyped(value: FieldValue): value is Typed {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.getPrototypeOf(value)?.constructor?.name === 'Typed'
  );
}

function isLiteral(text: string): boolean {
  return text === 'true' || text === 'false' || text === 'null' || !Number.isNaN(Number(text));
}
