import type { FieldType } from './field.ts';
import { FIELD_OCTETS, FIELD_SIZES, LONG_TOO } from './field-octets.ts';
import { uint32At } from './integers.ts';

/** Tables and arrays within each other. RabbitMQ knows no limit; here one keeps hostile bytes from overflowing the stack. */
const DEEPEST = 500;

/** Where a value ends that is none: beyond any table. */
const NOWHERE = Number.MAX_SAFE_INTEGER;

const UNKNOWN = -1;
const LENGTH_FIRST = -2;

/** The size of a value by the octet of its type. */
const SIZES = new Int8Array(256).fill(UNKNOWN);
for (const [type, octet] of Object.entries(FIELD_OCTETS)) SIZES[octet] = sizeOf(type as FieldType);
SIZES[LONG_TOO] = FIELD_SIZES.long;

function sizeOf(type: FieldType): number {
  return type in FIELD_SIZES ? FIELD_SIZES[type as keyof typeof FIELD_SIZES] : LENGTH_FIRST;
}

/** Whether the octets from `at` to `end`, which are there, are the fields of a table. Allocates nothing. */
export function isTable(bytes: Buffer, at: number, end: number, depth = 1): boolean {
  if (depth > DEEPEST) return false;
  let next = at;
  while (next < end) next = valueEnd(bytes, next + 1 + (bytes[next] as number), end, depth);
  return next === end;
}

function isArray(bytes: Buffer, at: number, end: number, depth: number): boolean {
  if (depth > DEEPEST) return false;
  let next = at;
  while (next < end) next = valueEnd(bytes, next, end, depth);
  return next === end;
}

function valueEnd(bytes: Buffer, at: number, end: number, depth: number): number {
  if (at >= end) return NOWHERE;
  const type = bytes[at] as number;
  const size = SIZES[type] as number;
  if (size >= 0) return isNotFinite(bytes, at, type) ? NOWHERE : at + 1 + size;
  if (size === UNKNOWN) return NOWHERE;
  const start = at + 5;
  const stop = start + uint32At(bytes, at + 1);
  if (stop > end) return NOWHERE;
  if (type === FIELD_OCTETS.table && !isTable(bytes, start, stop, depth + 1)) return NOWHERE;
  if (type === FIELD_OCTETS.array && !isArray(bytes, start, stop, depth + 1)) return NOWHERE;
  return stop;
}

/** Infinity or not a number, which Erlang cannot read: all bits of the exponent are set. */
function isNotFinite(bytes: Buffer, at: number, type: number): boolean {
  if (type !== FIELD_OCTETS.float && type !== FIELD_OCTETS.double) return false;
  const exponent = (((bytes[at + 1] as number) & 0x7f) << 8) | (bytes[at + 2] as number);
  const all = type === FIELD_OCTETS.float ? 0x7f80 : 0x7ff0;
  return (exponent & all) === all;
}
