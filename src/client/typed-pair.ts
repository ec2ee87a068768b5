import { UsageError } from '../errors.ts';
import { closest } from '../suggest.ts';
import { checkProperty, PROPERTY_NAMES } from './envelope.ts';
import { byteLengthOver255, fieldFromJson, show } from './field-json.ts';
import { type FieldTable, type FieldValue, type Properties, Typed } from './message.ts';

/** What the word in `k:word=v` makes of `v`; `at` names the option and the key in errors. */
type Reader = (text: string, at: string) => FieldValue;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['string', (text) => text],
  ['int', readInt],
  ['bool', readBool],
  ['float', (text, at) => tagged('double', readNumber(text, at), at)],
  ['json', readJson],
  ['timestamp', (text, at) => new Typed('timestamp', readTimestamp(text, at))],
  ['null', readNull],
  ['bytes', (text, at) => tagged('bytes', text, at)],
  ['decimal', (text, at) => tagged('decimal', readDecimal(text, at), at)],
  ['double', (text, at) => tagged('double', readNumber(text, at), at)],
  ...['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64'].map((type): [string, Reader] => [
    type,
    (text, at) => tagged(type, readInteger(text, at, type), at),
  ]),
]);

const FORMS = 'write k=v (a string), k:int=1, k:bool=true, k:float=1.5, k:json={"a":1}, k:timestamp=2024-01-31, k:null= or "k: v"';

/**
 * A pair typed on the command line: `k=v` and `k: v` are strings, `k:int=1` and the like typed; the forms are in
 * `docs/envelope.md`. `what` names the option in errors (`-H`). Nothing is trimmed.
 * @throws UsageError on an unknown type, a value that its type does not have, a missing `=`, an empty key.
 */
export function parsePair(text: string, what: string): [key: string, value: FieldValue] {
  const header = text.indexOf(': ');
  const equals = text.indexOf('=');
  if (header !== -1 && (equals === -1 || header < equals)) return [checkKey(text.slice(0, header), text, what), text.slice(header + 2)];
  if (equals === -1) throw new UsageError(`${what}: ${show(text)} has no '='`, { hint: FORMS });
  const name = text.slice(0, equals);
  const value = text.slice(equals + 1);
  const colon = name.lastIndexOf(':');
  if (colon === -1) return [checkKey(name, text, what), value];
  const word = name.slice(colon + 1);
  const key = checkKey(name.slice(0, colon), text, what);
  const read = READERS.get(word);
  if (read === undefined) throw unknownType(name, word, what);
  return [key, read(value, `${what} ${name}`)];
}

/**
 * Pairs as one table.
 * @throws UsageError as `parsePair` does, and on a key given twice.
 */
export function parsePairs(texts: readonly string[], what: string): FieldTable {
  const table = new Map<string, FieldValue>();
  for (const text of texts) {
    const [key, value] = parsePair(text, what);
    if (table.has(key)) throw new UsageError(`${what}: ${show(key)} is given twice`, { hint: 'give each key once; a list is k:json=[…]' });
    table.set(key, value);
  }
  return Object.fromEntries(table);
}

/**
 * A basic property from `content-type=text/plain` (or `contentType=…`), alone in an object to be spread. The delivery mode is
 * `1`, `2`, `transient` or `persistent`; the timestamp seconds since 1970 or an ISO date.
 * @throws UsageError on an unknown property or a value that it cannot have.
 */
export function parseProperty(text: string, what = '--property'): Properties {
  const equals = text.indexOf('=');
  if (equals === -1) throw new UsageError(`${what}: ${show(text)} has no '='`, { hint: 'write content-type=text/plain' });
  const given = text.slice(0, equals);
  const name = PROPERTY_NAMES.find((candidate) => candidate === given || kebab(candidate) === given);
  if (name === undefined) throw unknownProperty(given, what);
  if (name === 'headers') throw new UsageError(`${what}: headers are not set here`, { hint: 'give each header as -H name=value' });
  const at = `${what} ${given}`;
  return { [name]: checkProperty(name, readProperty(name, text.slice(equals + 1), at), at) };
}

function readProperty(name: keyof Properties, text: string, at: string): unknown {
  if (name === 'timestamp') return readTimestamp(text, at);
  if (name === 'priority') return /^\d+$/.test(text) ? Number(text) : text;
  if (name !== 'deliveryMode') return text;
  if (text === '1' || text === 'transient') return 1;
  if (text === '2' || text === 'persistent') return 2;
  throw new UsageError(`${at}: ${show(text)} is not a delivery mode`, { hint: 'give 1 or transient, 2 or persistent' });
}

function unknownProperty(given: string, what: string): UsageError {
  const names = PROPERTY_NAMES.filter((name) => name !== 'headers');
  const meant = closest(given, given.includes('-') ? names.map(kebab) : names);
  const question = meant === undefined ? '' : `: did you mean ${meant}?`;
  return new UsageError(`${what}: ${show(given)} is no property${question}`, { hint: `properties are ${names.map(kebab).join(', ')}` });
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function checkKey(key: string, text: string, what: string): string {
  if (key === '') throw new UsageError(`${what}: ${show(text)} has no key`, { hint: FORMS });
  if (!byteLengthOver255(key)) return key;
  throw new UsageError(`${what}: the key ${show(key)} is longer than 255 bytes`, { hint: 'give a shorter key' });
}

function unknownType(name: string, word: string, what: string): UsageError {
  const meant = closest(word, READERS.keys());
  const question = meant === undefined ? '' : `: did you mean ${meant}?`;
  const hint = `types are ${[...READERS.keys()].join(', ')}; a key with a colon in it is given as '${name}:string=…'`;
  return new UsageError(`${what}: ${show(name)}: ${show(word)} is no type${question}`, { hint });
}

function tagged(type: string, value: unknown, at: string): FieldValue {
  return fieldFromJson({ '!': type, value }, at);
}

function readInt(text: string, at: string): FieldValue {
  const value = readInteger(text, at, 'int');
  return typeof value === 'number' ? value : tagged('int64', value, at);
}

/** A number, or the digits as they are when it is beyond 2^53. */
function readInteger(text: string, at: string, type: string): number | string {
  if (!/^[+-]?\d+$/.test(text)) throw new UsageError(`${at}: ${show(text)} is not a whole number`, { hint: `give digits: k:${type}=1` });
  const digits = text.replace(/^\+?(-?)0*(?=\d)/, '$1');
  return Number.isSafeInteger(Number(digits)) ? Number(digits) + 0 : digits;
}

function readBool(text: string, at: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  throw new UsageError(`${at}: ${show(text)} is not a boolean`, { hint: 'give true or false' });
}

function readNull(text: string, at: string): null {
  if (text === '') return null;
  throw new UsageError(`${at}: null has no value, but ${show(text)} is given`, { hint: 'write k:null= with nothing after it' });
}

function readNumber(text: string, at: string): number | string {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text))) return Number(text);
  if (/^(?:NaN|-?Infinity)$/.test(text)) return text;
  throw new UsageError(`${at}: ${show(text)} is not a number`, { hint: 'give digits such as 1.5 or -2e10, NaN, Infinity or -Infinity' });
}

function readDecimal(text: string, at: string): { places: number; digits: number } {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) throw new UsageError(`${at}: ${show(text)} is not a decimal`, { hint: 'give digits such as 12.34, without a sign' });
  const [, whole = '', fraction = ''] = match;
  const digits = Number(whole + fraction);
  if (digits > 2 ** 32 - 1 || fraction.length > 255) {
    throw new UsageError(`${at}: ${show(text)} is too long for a decimal`, { hint: 'its digits without the point go up to 4294967295' });
  }
  return { places: fraction.length, digits };
}

function readJson(text: string, at: string): FieldValue {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`${at}: not JSON: ${(cause as Error).message}`, { hint: `quote it for the shell: 'k:json={"a":[1,"x"]}'`, cause });
  }
  return fieldFromJson(json, at, text);
}

/** Seconds since 1970, a bigint beyond 2^53; fractions of a second are dropped. */
function readTimestamp(text: string, at: string): number | bigint {
  if (/^\d+$/.test(text)) {
    const seconds = BigInt(text);
    if (seconds < 2n ** 64n) return seconds <= Number.MAX_SAFE_INTEGER ? Number(seconds) : seconds;
  }
  const match = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/.exec(text);
  const milliseconds = match === null || !isDay(match[1] as string) ? Number.NaN : Date.parse(text);
  if (milliseconds >= 0) return Math.floor(milliseconds / 1000);
  const hint = 'give seconds since 1970, a date 2024-01-31, or a time with its zone 2024-01-31T12:00:00Z';
  throw new UsageError(`${at}: ${show(text)} is not a timestamp`, { hint });
}

/** Whether the date exists: `Date.parse` takes 31 February for a day in March. */
function isDay(date: string): boolean {
  const milliseconds = Date.parse(date);
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().startsWith(date);
}
