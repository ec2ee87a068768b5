import type { Field, Table } from '../wire/field.ts';

/** The golden ratio as 32 bits; multiples of it tell one kind of term from another. */
const GOLDEN = 0x9e37_79b9;

/**
 * Hashes a table as Erlang's `phash2` hashes the term that RabbitMQ keeps it as: a list of `{Name, Type, Value}`. It stands in the
 * `properties_key` of a binding, so a path that was made for a RabbitMQ leads to the same binding here. RabbitMQ sorts the arguments of a
 * binding by name, though not the tables in them. 32 bits, unsigned.
 */
export function hashTable(table: Table): number {
  return addTable(0, [...table].sort(byName)) >>> 0;
}

/** By the octets of the names; those of the same name stay in their order. */
function byName([one]: Table[number], [other]: Table[number]): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function addTable(start: number, table: Table): number {
  let hash = start;
  for (const [name, field] of table) {
    hash = addBinary(addArity(hash, 3), Buffer.from(name));
    hash = addValue(addAtom(hash, field.type), field);
  }
  return addNil(hash);
}

function addValue(hash: number, field: Field): number {
  switch (field.type) {
    case 'longstr':
    case 'binary':
      return addBinary(hash, field.value);
    case 'bool':
      return addAtom(hash, String(field.value));
    case 'void':
      return addAtom(hash, 'undefined');
    case 'float':
    case 'double':
      return addFloat(hash, field.value);
    case 'decimal':
      return addInteger(addInteger(addArity(hash, 2), field.value.scale), field.value.unscaled);
    case 'table':
      return addTable(hash, field.value);
    case 'array':
      return addNil(field.value.reduce((sum, item) => addValue(addAtom(addArity(sum, 2), item.type), item), hash));
    default:
      return addInteger(hash, field.value);
  }
}

function addArity(hash: number, arity: number): number {
  return mixWords(arity, 0, 9, hash);
}

/** The end of a list. */
function addNil(hash: number): number {
  return mixWords(2, 0, 2, hash);
}

/** An atom counts with the hash of Erlang's table of atoms, which is hashpjw. Those that are needed have ASCII names. */
function addAtom(hash: number, name: string): number {
  let sum = 0;
  for (const octet of Buffer.from(name)) {
    sum = (sum << 4) + octet;
    const top = sum & 0xf000_0000;
    sum = (sum ^ (top >>> 24)) & ~top;
  }
  return mixWords(sum, 0, 3, hash);
}

/** Integers of up to 28 bits are hashed in another way than all others. */
function addInteger(hash: number, value: number | bigint): number {
  const integer = BigInt(value);
  if (integer === BigInt.asIntN(28, integer)) {
    const small = Number(integer);
    return mixWords(small, 0, 1, small < 0 ? mixWords(-small, 0, 1, hash) : hash);
  }
  const size = integer < 0n ? -integer : integer;
  return mixWords(Number(size & 0xffff_ffffn), Number(size >> 32n), integer < 0n ? 10 : 11, hash);
}

function addFloat(hash: number, value: number): number {
  const octets = Buffer.alloc(8);
  octets.writeDoubleBE(value === 0 ? 0 : value); // -0 is 0
  return mixWords(octets.readUInt32BE(0), octets.readUInt32BE(4), 12, hash);
}

function addBinary(hash: number, octets: Buffer): number {
  const start = (Math.imul(GOLDEN, 13) + hash) | 0;
  if (octets.length === 0) return start;
  const whole = octets.length - (octets.length % 12);
  const state: State = [GOLDEN | 0, GOLDEN | 0, start];
  for (let at = 0; at < whole; at += 12) {
    mix(state, octets.readUInt32LE(at), octets.readUInt32LE(at + 4), octets.readUInt32LE(at + 8));
  }
  // what is left over; the lowest octet of the third word holds the length
  const rest = Buffer.alloc(13);
  octets.copy(rest, 0, whole, Math.min(whole + 8, octets.length));
  if (octets.length > whole + 8) octets.copy(rest, 9, whole + 8);
  return mix(state, rest.readUInt32LE(0), rest.readUInt32LE(4), rest.readUInt32LE(8) + octets.length);
}

type State = [a: number, b: number, c: number];

function mixWords(first: number, second: number, kind: number, hash: number): number {
  const constant = Math.imul(GOLDEN, kind);
  return mix([constant, constant, hash], first, second, 0);
}

/** Adds three words to a state and stirs it as Bob Jenkins does (https://burtleburtle.net/bob/hash/evahash.html); answers the third. */
function mix(state: State, first: number, second: number, third: number): number {
  let [a, b, c] = state;
  a = (a + first) | 0;
  b = (b + second) | 0;
  c = (c + third) | 0;
  for (const [x, y, z] of SHIFTS) {
    a = (a - b - c) ^ (c >>> x);
    b = (b - c - a) ^ (a << y);
    c = (c - a - b) ^ (b >>> z);
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  return c;
}

const SHIFTS = [
  [13, 8, 13],
  [12, 16, 5],
  [3, 10, 15],
] as const;
