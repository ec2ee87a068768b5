import { UsageError } from '../errors.ts';
import { closest } from '../suggest.ts';
import { type Decimal, type FieldTable, type FieldTypeName, type FieldValue, Typed } from './message.ts';

/** The range of each whole-number type, both ends included. */
const INTEGERS: ReadonlyMap<string, readonly [bigint, bigint]> = new Map([
  ['int8', [-(2n ** 7n), 2n ** 7n - 1n]],
  ['uint8', [0n, 2n ** 8n - 1n]],
  ['int16', [-(2n ** 15n), 2n ** 15n - 1n]],
  ['uint16', [0n, 2n ** 16n - 1n]],
  ['int32', [-(2n ** 31n), 2n ** 31n - 1n]],
  ['uint32', [0n, 2n ** 32n - 1n]],
  ['int64', [-(2n ** 63n), 2n ** 63n - 1n]],
  ['timestamp', [0n, 2n ** 64n - 1n]],
]);

/** Every name that may stand in a tagged form's `"!"`. */
const TAGS: readonly string[] = [...INTEGERS.keys(), 'float', 'double', 'decimal', 'bytes', 'table'];

/** The numbers that JSON cannot write. */
const SPECIAL: ReadonlyMap<unknown, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
]);

/** Tables nested deeper are refused: amqplib's encoder overflows its stack between 2,000 and 3,000. */
const MAX_DEPTH = 1_000;

/** Where a value stands; rendered only when the value is wrong, as `headers.a[2]`. */
interface Place {
  readonly parent: Place | undefined;
  readonly step: string | number;
  readonly depth: number;
  /** The JSON text that everything here came from, if known. */
  readonly source: string | undefined;
}

/**
 * A field value in the form that `JSON.stringify` writes without loss, described in `docs/envelope.md`. Tables and arrays in
 * which nothing needs a tagged form are handed back as they are, not copied.
 */
export function fieldToJson(value: FieldValue): unknown {
  if (typeof value === 'number') return isWritable(value) ? value : { '!': 'double', value: specialText(value) };
  if (typeof value !== 'object' || value === null) return value;
  if (Buffer.isBuffer(value)) return { '!': 'bytes', value: value.toString('base64') };
  if (value instanceof Typed) return { '!': value.type, value: typedToJson(value) };
  if (Array.isArray(value)) return arrayToJson(value);
  return tableToJson(value as FieldTable);
}

function typedToJson({ type, value }: Typed): unknown {
  if (typeof value === 'object') return { places: value.places, digits: value.digits };
  if (type === 'float' || type === 'double') return isWritable(Number(value)) ? Number(value) : specialText(Number(value));
  return Number.isSafeInteger(Number(value)) || !Number.isInteger(Number(value)) ? Number(value) : BigInt(value).toString();
}

function arrayToJson(values: readonly FieldValue[]): readonly unknown[] {
  const converted = values.map(fieldToJson);
  return converted.every((json, i) => json === values[i]) ? values : converted;
}

function tableToJson(table: FieldTable): unknown {
  const json = mapTable(table, fieldToJson);
  return Object.hasOwn(table, '!') ? { '!': 'table', value: json } : json;
}

/** The table with each value converted: the same object when no value changed. */
function mapTable<V, W>(table: Readonly<Record<string, V>>, convert: (value: V, key: string) => W): Readonly<Record<string, V | W>> {
  let changed: Record<string, V | W> | undefined;
  for (const key of Object.keys(table)) {
    const before = table[key] as V;
    const after = convert(before, key);
    if (Object.is(before, after)) continue;
    changed ??= { ...table }; // copies `__proto__` as a key of its own, so that the assignment below is one to a key
    changed[key] = after;
  }
  return changed ?? table;
}

function isWritable(value: number): boolean {
  return Number.isFinite(value) && !Object.is(value, -0);
}

function specialText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/**
 * The field value that parsed JSON stands for. `path` names where it stood in errors (`properties.headers`). Given the JSON
 * text as `source`, integers that `JSON.parse` had to round are refused too.
 * @throws UsageError naming the path when the value has no meaning or cannot be put on the wire.
 */
export function fieldFromJson(json: unknown, path: string, source?: string): FieldValue {
  return convert(json, { parent: undefined, step: path, depth: 0, source });
}

function convert(json: unknown, place: Place): FieldValue {
  if (typeof json === 'boolean' || json === null) return json;
  if (typeof json === 'number') return numberFromJson(json, place);
  if (typeof json === 'string') return isWellFormed(json) ? json : fail(place, 'holds half a surrogate pair, which UTF-8 cannot write');
  if (typeof json !== 'object') return fail(place, `a ${typeof json} is no field value`);
  if (place.depth > MAX_DEPTH) return fail(place, `is nested deeper than ${MAX_DEPTH} tables`);
  if (Array.isArray(json)) return json.map((item, i) => convert(item, inside(place, i)));
  return Object.hasOwn(json, '!') ? taggedFromJson(json as Record<string, unknown>, place) : tableFromJson(json, place);
}

function tableFromJson(json: object, place: Place): FieldTable {
  return mapTable<unknown, FieldValue>(json as Record<string, unknown>, (value, key) => {
    if (byteLengthOver255(key)) fail(place, `the key ${show(key)} is longer than 255 bytes`);
    if (!isWellFormed(key)) fail(place, `the key ${show(key)} holds half a surrogate pair, which UTF-8 cannot write`);
    return convert(value, inside(place, key));
  }) as FieldTable;
}

function numberFromJson(json: number, place: Place): FieldValue {
  if (!Number.isFinite(json)) return fail(place, 'is too large for a number', 'infinity is written {"!":"double","value":"Infinity"}');
  if (Number.isInteger(json) && !Number.isSafeInteger(json)) {
    const rounded = place.source === undefined ? undefined : roundedInteger(place.source);
    if (rounded !== undefined) fail(place, `JSON rounds ${rounded} to ${json}`, `write it as {"!":"int64","value":"${rounded}"}`);
  }
  return Object.is(json, -0) ? new Typed('double', json) : json;
}

function taggedFromJson(json: Readonly<Record<string, unknown>>, place: Place): FieldValue {
  const { '!': tag, value } = json;
  if (typeof tag !== 'string' || !TAGS.includes(tag)) {
    const meant = typeof tag === 'string' ? closest(tag, TAGS) : undefined;
    return fail(
      place,
      `the type ${show(tag)} after "!" is not known${meant === undefined ? '' : `: did you mean ${meant}?`}`,
      `types are ${TAGS.join(', ')}; a table with a key "!" of its own is written {"!":"table","value":{"!":…}}`,
    );
  }
  const extra = Object.keys(json).find((key) => key !== '!' && key !== 'value');
  if (extra !== undefined) return fail(place, `${show(extra)} may not stand beside "!" and "value"`);
  if (!Object.hasOwn(json, 'value')) return fail(place, `"value" is missing beside "!"`, `write {"!":"${tag}","value":…}`);
  if (tag === 'table') return isTable(value) ? tableFromJson(value, place) : fail(place, `${show(value)} is no table`);
  if (tag === 'bytes') return bytesFromBase64(value) ?? fail(place, `${show(value)} is not base64`, 'give a string such as "AAH/", padded');
  if (tag === 'decimal') return new Typed('decimal', decimalFromJson(value, place));
  const range = INTEGERS.get(tag);
  const number = range === undefined ? floatFromJson(value, tag, place) : integerFromJson(value, tag, range, place);
  return new Typed(tag as FieldTypeName, number);
}

function integerFromJson(value: unknown, tag: string, [min, max]: readonly [bigint, bigint], place: Place): number | bigint {
  const wide = max > 2n ** 53n;
  const valid = Number.isSafeInteger(value) || (wide && typeof value === 'string' && /^-?\d{1,20}$/.test(value));
  const integer = valid ? BigInt(value as number | string) : undefined;
  if (integer === undefined || integer < min || integer > max) {
    const digits = wide ? ', as digits in a string from 2^53 on' : '';
    return fail(place, `${show(value)} is not of type ${tag}`, `${tag} is a whole number from ${min} to ${max}${digits}`);
  }
  return Number.isSafeInteger(Number(integer)) ? Number(integer) : integer;
}

function floatFromJson(value: unknown, tag: string, place: Place): number {
  const special = SPECIAL.get(value);
  if (special !== undefined) return special;
  if (typeof value === 'number' && Number.isFinite(tag === 'float' ? Math.fround(value) : value)) return value;
  return fail(place, `${show(value)} is not of type ${tag}`, 'give a number in range, "NaN", "Infinity", "-Infinity" or "-0"');
}

function decimalFromJson(value: unknown, place: Place): Decimal {
  const { places, digits } = (isTable(value) ? value : {}) as Partial<Decimal>;
  const shape = isTable(value) && Object.keys(value).length === 2 && isWithin(places, 2 ** 8) && isWithin(digits, 2 ** 32);
  if (shape) return { places: places as number, digits: digits as number };
  return fail(place, `${show(value)} is not of type decimal`, '12.34 is {"places":2,"digits":1234}; up to 255 and 4294967295');
}

function isWithin(value: unknown, end: number): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < end;
}

/** Whether the parsed JSON is an object (not null, not an array). */
export function isTable(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** The bytes of padded base64 as RFC 4648 has it, or undefined when the value is anything else. */
export function bytesFromBase64(value: unknown): Buffer | undefined {
  if (typeof value !== 'string') return undefined;
  const bytes = Buffer.from(value, 'base64');
  return bytes.toString('base64') === value ? bytes : undefined;
}

/** Whether UTF-8 can write the string: false when half a surrogate pair stands in it. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** Whether the string is too long for AMQP's short strings: names, keys, most properties. */
export function byteLengthOver255(text: string): boolean {
  return text.length > 85 && Buffer.byteLength(text) > 255;
}

/** The first integer in a JSON text that a double cannot hold: `JSON.parse` read another number than was written. */
export function roundedInteger(source: string): string | undefined {
  const token = /"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
  for (let found = token.exec(source); found !== null; found = token.exec(source)) {
    const text = found[0];
    if (text === '"') token.lastIndex = endOfString(source, found.index);
    else if (/^-?\d{16,}$/.test(text) && String(Number(text)) !== text && !holdsExactly(Number(text), text)) return text;
  }
  return undefined;
}

function holdsExactly(number: number, text: string): boolean {
  return Number.isFinite(number) && BigInt(number) === BigInt(text);
}

function endOfString(source: string, start: number): number {
  let i = start + 1;
  while (i < source.length && source[i] !== '"') i += source[i] === '\\' ? 2 : 1;
  return i + 1;
}

/** A value as an error quotes it: short, on one line, whatever it is. */
export function show(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  if (typeof value !== 'string') return String(value);
  return value.length > 60 ? `${JSON.stringify(value.slice(0, 60)).slice(0, -1)}…"` : JSON.stringify(value);
}

function inside(parent: Place, step: string | number): Place {
  return { parent, step, depth: parent.depth + 1, source: parent.source };
}

function render(place: Place): string {
  const steps: string[] = [];
  let at = place;
  for (; at.parent !== undefined; at = at.parent) {
    const { step } = at;
    if (typeof step === 'number') steps.push(`[${step}]`);
    else steps.push(/^[\p{L}\p{N}_-]+$/u.test(step) ? `.${step}` : `[${show(step)}]`);
  }
  return at.step + steps.reverse().slice(0, 10).join('') + (steps.length > 10 ? '…' : '');
}

function fail(place: Place, message: string, hint?: string): never {
  throw new UsageError(`${render(place)}: ${message}`, hint === undefined ? {} : { hint });
}
