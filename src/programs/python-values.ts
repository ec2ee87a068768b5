import { type Decimal, type FieldTable, type FieldValue, Typed } from '../client/message.ts';
import { UsageError } from '../errors.ts';
import { hex, replaceUnseen } from './lines.ts';

const NAMED: ReadonlyMap<number, string> = new Map([
  [9, '\\t'],
  [10, '\\n'],
  [13, '\\r'],
]);

/** A string literal of Python, in one line. */
export function pythonString(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  return `"${replaceUnseen(escaped, (code) => NAMED.get(code) ?? (code < 0x100 ? `\\x${hex(code, 2)}` : code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`))}"`;
}

/** A dict literal. `what` names the option in errors; throws UsageError on what pika cannot send. */
export function pythonTable(table: FieldTable, what: string): string {
  const pairs = Object.entries(table).map(([key, value]) => `${pythonString(key)}: ${pythonValue(value, `${what} ${key}`)}`);
  return `{${pairs.join(', ')}}`;
}

function pythonValue(value: FieldValue, what: string): string {
  if (typeof value === 'string') return pythonString(value);
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) return String(value);
    throw cannotSend('floating-point number', what);
  }
  if (Buffer.isBuffer(value)) return `bytes.fromhex("${value.toString('hex')}")`;
  if (value instanceof Typed) return pythonTyped(value, what);
  if (Array.isArray(value)) return `[${value.map((item: FieldValue) => pythonValue(item, what)).join(', ')}]`;
  return pythonTable(value as FieldTable, what);
}

/** The last second of the year 9999, where Python's dates end. */
const LAST_SECOND = 253_402_300_799;

function pythonTyped({ type, value }: Typed, what: string): string {
  if (type === 'timestamp' && Number(value) <= LAST_SECOND) return `datetime.fromtimestamp(${value}, timezone.utc)`;
  if (type === 'decimal') {
    const { places, digits } = value as Decimal;
    if (digits < 2 ** 31) return `Decimal("${decimalText(places, digits)}")`;
  }
  // pika takes the width that holds it: 32 bits, or else 64
  if (type === 'int32') return String(value);
  if (type === 'int64' && (Number(value) < -(2 ** 31) || Number(value) >= 2 ** 31)) return String(value);
  throw cannotSend(type, what);
}

function cannotSend(type: string, what: string): UsageError {
  return new UsageError(`${what}: pika has no way to send this ${type}`, {
    hint: /^u?int\d/.test(type) ? 'give it as :int, of which pika chooses the width' : 'use --lang node, or another type',
  });
}

function decimalText(places: number, digits: number): string {
  const text = String(digits).padStart(places + 1, '0');
  return places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
}
