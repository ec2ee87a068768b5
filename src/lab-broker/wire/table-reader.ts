import type { Field, Table } from './field.ts';
import { FIELD_OCTETS, LONG_TOO } from './field-octets.ts';
import { textAt } from './short-text.ts';
import { WireFault } from './wire-fault.ts';

/** Tables within tables, arrays counted: RabbitMQ has no limit, this one keeps hostile bytes from overflowing the stack. */
const DEEPEST = 500;

const NO_FIELDS: Table = [];
const VOID: Field = { type: 'void', value: null };

/** Reads tables from octets; the values are views into them. Never looks beyond the end it was given, nor believes a length. */
export class TableReader {
  readonly #bytes: Buffer;
  #at: number;
  #depth = 0;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Fields up to `end`, which lies within the octets. @throws WireFault */
  table(end: number): Table {
    if (this.#at === end) return NO_FIELDS;
    this.#descend();
    const table: [string, Field][] = [];
    while (this.#at < end) {
      const length = this.#octets(1, end);
      const size = this.#bytes[length] as number;
      const name = textAt(this.#bytes, this.#octets(size, end), size);
      table.push([name, this.#field(end)]);
    }
    this.#depth--;
    return table;
  }

  #array(end: number): readonly Field[] {
    this.#descend();
    const array: Field[] = [];
    while (this.#at < end) array.push(this.#field(end));
    this.#depth--;
    return array;
  }

  #descend(): void {
    if (++this.#depth > DEEPEST) throw new WireFault('unparsable', `tables nested more than ${DEEPEST} deep`);
  }

  #field(end: number): Field {
    const bytes = this.#bytes;
    const type = bytes[this.#octets(1, end)];
    switch (type) {
      case FIELD_OCTETS.longstr:
        return { type: 'longstr', value: this.#string(end) };
      case FIELD_OCTETS.bool:
        return { type: 'bool', value: bytes[this.#octets(1, end)] !== 0 };
      case FIELD_OCTETS.signedint:
        return { type: 'signedint', value: bytes.readInt32BE(this.#octets(4, end)) };
      case FIELD_OCTETS.long:
      case LONG_TOO:
        return { type: 'long', value: bytes.readBigInt64BE(this.#octets(8, end)) };
      case FIELD_OCTETS.table:
        return { type: 'table', value: this.table(this.#extent(end)) };
      case FIELD_OCTETS.array:
        return { type: 'array', value: this.#array(this.#extent(end)) };
      case FIELD_OCTETS.timestamp:
        return { type: 'timestamp', value: bytes.readBigUInt64BE(this.#octets(8, end)) };
      case FIELD_OCTETS.double:
        return { type: 'double', value: finite(bytes.readDoubleBE(this.#octets(8, end))) };
      case FIELD_OCTETS.float:
        return { type: 'float', value: finite(bytes.readFloatBE(this.#octets(4, end))) };
      case FIELD_OCTETS.byte:
        return { type: 'byte', value: bytes.readInt8(this.#octets(1, end)) };
      case FIELD_OCTETS.unsignedbyte:
        return { type: 'unsignedbyte', value: bytes.readUInt8(this.#octets(1, end)) };
      case FIELD_OCTETS.short:
        return { type: 'short', value: bytes.readInt16BE(this.#octets(2, end)) };
      case FIELD_OCTETS.unsignedshort:
        return { type: 'unsignedshort', value: bytes.readUInt16BE(this.#octets(2, end)) };
      case FIELD_OCTETS.unsignedint:
        return { type: 'unsignedint', value: bytes.readUInt32BE(this.#octets(4, end)) };
      case FIELD_OCTETS.decimal: {
        const at = this.#octets(5, end);
        return { type: 'decimal', value: { scale: bytes.readUInt8(at), unscaled: bytes.readUInt32BE(at + 1) } };
      }
      case FIELD_OCTETS.binary:
        return { type: 'binary', value: this.#string(end) };
      case FIELD_OCTETS.void:
        return VOID;
      default:
        throw new WireFault('unparsable', `a table with a field of the unknown type ${type}`);
    }
  }

  #string(end: number): Buffer {
    const stop = this.#extent(end);
    const value = this.#bytes.subarray(this.#at, stop);
    this.#at = stop;
    return value;
  }

  /** Where the value ends whose length is next. */
  #extent(end: number): number {
    const length = this.#bytes.readUInt32BE(this.#octets(4, end));
    if (length > end - this.#at) throw tooShort();
    return this.#at + length;
  }

  /** Where the next `count` octets begin. */
  #octets(count: number, end: number): number {
    const at = this.#at;
    if (count > end - at) throw tooShort();
    this.#at = at + count;
    return at;
  }
}

/** Erlang has no numbers for these bits. */
function finite(value: number): number {
  if (!Number.isFinite(value)) throw new WireFault('unparsable', `a table with the number ${value}`);
  return value;
}

function tooShort(): WireFault {
  return new WireFault('unparsable', 'a table that ends before its last field');
}
