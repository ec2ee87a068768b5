import type { Field, Table } from './field.ts';
import { FIELD_OCTETS, LONG_TOO } from './field-octets.ts';
import { uint32At } from './integers.ts';
import { textAt } from './short-text.ts';

const NO_FIELDS: Table = [];
const VOID: Field = { type: 'void', value: null };

/** Reads a table of which `isTable` is true. Strings are views into the octets. */
export class TableReader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Fields up to `end`. */
  table(end: number): Table {
    if (this.#at === end) return NO_FIELDS;
    const table: [string, Field][] = [];
    while (this.#at < end) {
      const size = this.#bytes[this.#skip(1)] as number;
      const name = textAt(this.#bytes, this.#skip(size), size);
      table.push([name, this.#field()]);
    }
    return table;
  }

  #array(end: number): readonly Field[] {
    const array: Field[] = [];
    while (this.#at < end) array.push(this.#field());
    return array;
  }

  #field(): Field {
    const bytes = this.#bytes;
    const type = bytes[this.#skip(1)];
    switch (type) {
      case FIELD_OCTETS.longstr:
        return { type: 'longstr', value: this.#string() };
      case FIELD_OCTETS.bool:
        return { type: 'bool', value: bytes[this.#skip(1)] !== 0 };
      case FIELD_OCTETS.signedint:
        return { type: 'signedint', value: bytes.readInt32BE(this.#skip(4)) };
      case FIELD_OCTETS.long:
      case LONG_TOO:
        return { type: 'long', value: bytes.readBigInt64BE(this.#skip(8)) };
      case FIELD_OCTETS.table:
        return { type: 'table', value: this.table(this.#end()) };
      case FIELD_OCTETS.array:
        return { type: 'array', value: this.#array(this.#end()) };
      case FIELD_OCTETS.timestamp:
        return { type: 'timestamp', value: bytes.readBigUInt64BE(this.#skip(8)) };
      case FIELD_OCTETS.double:
        return { type: 'double', value: bytes.readDoubleBE(this.#skip(8)) };
      case FIELD_OCTETS.float:
        return { type: 'float', value: bytes.readFloatBE(this.#skip(4)) };
      case FIELD_OCTETS.byte:
        return { type: 'byte', value: bytes.readInt8(this.#skip(1)) };
      case FIELD_OCTETS.unsignedbyte:
        return { type: 'unsignedbyte', value: bytes.readUInt8(this.#skip(1)) };
      case FIELD_OCTETS.short:
        return { type: 'short', value: bytes.readInt16BE(this.#skip(2)) };
      case FIELD_OCTETS.unsignedshort:
        return { type: 'unsignedshort', value: bytes.readUInt16BE(this.#skip(2)) };
      case FIELD_OCTETS.unsignedint:
        return { type: 'unsignedint', value: bytes.readUInt32BE(this.#skip(4)) };
      case FIELD_OCTETS.decimal: {
        const at = this.#skip(5);
        return { type: 'decimal', value: { scale: bytes.readUInt8(at), unscaled: bytes.readUInt32BE(at + 1) } };
      }
      case FIELD_OCTETS.binary:
        return { type: 'binary', value: this.#string() };
      default:
        return VOID;
    }
  }

  #string(): Buffer {
    const stop = this.#end();
    const value = this.#bytes.subarray(this.#at, stop);
    this.#at = stop;
    return value;
  }

  /** Where the value ends whose length is next. */
  #end(): number {
    const at = this.#skip(4);
    return at + 4 + uint32At(this.#bytes, at);
  }

  /** Moves past the next octets; answers where they begin. */
  #skip(count: number): number {
    const at = this.#at;
    this.#at = at + count;
    return at;
  }
}
