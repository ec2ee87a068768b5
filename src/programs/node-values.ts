import { type Decimal, type FieldTable, type FieldValue, Typed } from '../client/message.ts';
import { UsageError } from '../errors.ts';
import { hex, replaceUnseen } from './lines.ts';

const NAMED: ReadonlyMap<number, string> = new Map([
  [9, '\\t'],
  [10, '\\n'],
  [13, '\\r'],
]);

/** A string literal of JavaScript, in one line. */
export function nodeString(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  return `'${replaceUnseen(escaped, (code) => NAMED.get(code) ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u{${hex(code, 1)}}`))}'`;
}

/** An object literal, typed as amqplib takes it. `what` names the option in errors. */
export function nodeTable(table: FieldTable, what: string): string {
  const pairs = Object.entries(table).map(([key, value]) => {
    if (key === '!') {
      throw new UsageError(`${what}: amqplib takes a key '!' for a type of its own`, { hint: 'use --lang python, or another name' });
    }
    return `${nodeKey(key)}: ${nodeValue(value, what)}`;
  });
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}

function nodeKey(key: string): string {
  if (key === '__proto__') return "['__proto__']"; // any other way it would be the prototype
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : nodeString(key);
}

function nodeValue(value: FieldValue, what: string): string {
  if (typeof value === 'string') return nodeString(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0) ? String(value) : tagged('double', value);
  if (Buffer.isBuffer(value)) return `Buffer.from('${value.toString('hex')}', 'hex')`;
  if (value instanceof Typed) return tagged(value.type, value.value);
  if (Array.isArray(value)) return `[${value.map((item: FieldValue) => nodeValue(item, what)).join(', ')}]`;
  return nodeTable(value as FieldTable, what);
}

/** How amqplib is told a type. */
function tagged(type: string, value: number | bigint | Decimal): string {
  return `{ '!': '${type}', value: ${typedText(value)} }`;
}

function typedText(value: number | bigint | Decimal): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'object') return `{ places: ${value.places}, digits: ${value.digits} }`;
  return Object.is(value, -0) ? '-0' : String(value);
}
