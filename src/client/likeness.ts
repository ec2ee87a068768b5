import { type Decimal, type FieldTable, type FieldValue, type Message, type Properties, Typed } from './message.ts';

/** Whether a message that came back can be this one: what nobody on the way changes is the same. */
export function isAlike(sent: Message, returned: Message): boolean {
  return (
    sent.exchange === returned.exchange &&
    sent.routingKey === returned.routingKey &&
    sent.properties.messageId === returned.properties.messageId &&
    sent.properties.correlationId === returned.properties.correlationId &&
    headerCount(sent.properties) === headerCount(returned.properties) &&
    sent.body.equals(returned.body)
  );
}

/** Whether all properties are the same, as far as the wire lets one see: widths of numbers are lost on it. */
export function hasSameProperties(sent: Message, returned: Message): boolean {
  const { headers, ...rest } = sent.properties;
  const { headers: otherHeaders, ...otherRest } = returned.properties;
  return isSameTable(rest as FieldTable, otherRest as FieldTable) && isSameTable(withoutBcc(headers), withoutBcc(otherHeaders));
}

/** The broker takes BCC out of what it returns. */
function withoutBcc(headers: FieldTable = {}): FieldTable {
  const { BCC: _taken, ...others } = headers;
  return others;
}

function headerCount({ headers = {} }: Properties): number {
  return Object.keys(headers).length - (Object.hasOwn(headers, 'BCC') ? 1 : 0);
}

function isSameTable(a: FieldTable, b: FieldTable): boolean {
  const keys = Object.keys(a).filter((key) => a[key] !== undefined);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSameValue(a[key] as FieldValue, b[key] as FieldValue))
  );
}

function isSameValue(sent: FieldValue, seen: FieldValue): boolean {
  const [a, b] = [plain(sent), plain(seen)];
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return Object.is(a, b);
  if (Buffer.isBuffer(a) || Buffer.isBuffer(b)) return Buffer.isBuffer(a) && Buffer.isBuffer(b) && a.equals(b);
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, n) => isSameValue(item, b[n]));
  }
  return isSameTable(a as FieldTable, b as FieldTable);
}

/** A typed value as what is left of it after the wire. */
function plain(value: FieldValue): Exclude<FieldValue, Typed> {
  if (!(value instanceof Typed)) return value;
  if (value.type === 'decimal') return { ...(value.value as Decimal) };
  return value.type === 'float' ? Math.fround(Number(value.value)) : Number(value.value);
}
