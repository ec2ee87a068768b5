import type { Table } from './field.ts';
import { writeUint16, writeUint32, writeUint64 } from './integers.ts';
import { type MethodRow, type Unit, unitsOf } from './method-row.ts';
import { shortTextSize, writeShortText } from './short-text.ts';
import { encodeTable } from './table.ts';

/** The arguments of a method to send, of the types that the table says; what is left out is zero, empty or false. */
type Arguments = Readonly<Record<string, unknown>>;

/** How one kind of method is written. */
export interface MethodEncoder {
  /** How many octets the payload takes. @throws RangeError for a shortstr of more than 255 octets */
  size(method: Arguments): number;
  /** Writes the payload at `at`, where there must be room; answers where it ends. */
  write(bytes: Buffer, at: number, method: Arguments): number;
}

interface Step {
  readonly size: (method: Arguments) => number;
  readonly write: (bytes: Buffer, at: number, method: Arguments) => number;
}

/** Class and method in front of the arguments, in octets. */
const PROLOGUE = 4;

/** Makes what writes a method. */
export function compileEncoder(row: MethodRow): MethodEncoder {
  const { classId, methodId } = row;
  const steps = unitsOf(row).map(stepOf);
  return {
    size(method) {
      let size = PROLOGUE;
      for (const step of steps) size += step.size(method);
      return size;
    },
    write(bytes, start, method) {
      let at = writeUint16(bytes, writeUint16(bytes, start, classId), methodId);
      for (const step of steps) at = step.write(bytes, at, method);
      return at;
    },
  };
}

function stepOf({ type, names }: Unit): Step {
  const [name] = names;
  switch (type) {
    case 'bit':
      return { size: () => 1, write: (bytes, at, method) => writeBits(bytes, at, method, names) };
    case 'octet':
      return {
        size: () => 1,
        write: (bytes, at, method) => {
          bytes[at] = numberOf(method[name]);
          return at + 1;
        },
      };
    case 'short':
      return { size: () => 2, write: (bytes, at, method) => writeUint16(bytes, at, numberOf(method[name])) };
    case 'long':
      return { size: () => 4, write: (bytes, at, method) => writeUint32(bytes, at, numberOf(method[name])) };
    case 'longlong':
      return { size: () => 8, write: (bytes, at, method) => writeUint64(bytes, at, numberOf(method[name])) };
    case 'shortstr':
      return {
        size: (method) => 1 + shortTextSize(textOf(method[name])),
        write: (bytes, at, method) => writeShortText(bytes, at, textOf(method[name])),
      };
    case 'longstr':
      return {
        size: (method) => 4 + octetsOf(method[name]).length,
        write: (bytes, at, method) => writeOctets(bytes, writeUint32(bytes, at, octetsOf(method[name]).length), octetsOf(method[name])),
      };
    case 'table':
      // Encoded twice, once to be measured: a broker sends one table in the life of a connection.
      return {
        size: (method) => tableOf(method[name]).length,
        write: (bytes, at, method) => writeOctets(bytes, at, tableOf(method[name])),
      };
  }
}

function writeBits(bytes: Buffer, at: number, method: Arguments, names: readonly string[]): number {
  let octet = 0;
  for (let i = 0; i < names.length; i++) if (method[names[i] as string] === true) octet |= 1 << i;
  bytes[at] = octet;
  return at + 1;
}

function writeOctets(bytes: Buffer, at: number, octets: Buffer): number {
  bytes.set(octets, at);
  return at + octets.length;
}

const NO_OCTETS = Buffer.alloc(0);

function numberOf(value: unknown): number {
  return value === undefined ? 0 : (value as number);
}

function textOf(value: unknown): string {
  return value === undefined ? '' : (value as string);
}

function octetsOf(value: unknown): Buffer {
  return value === undefined ? NO_OCTETS : (value as Buffer);
}

function tableOf(value: unknown): Buffer {
  return encodeTable(value === undefined ? [] : (value as Table));
}
