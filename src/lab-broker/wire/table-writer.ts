import type { Field, Table } from './field.ts';
import { FIELD_OCTETS, FIELD_SIZES } from './field-octets.ts';
import { shortTextSize, writeShortText } from './short-text.ts';

type Scalar = Exclude<Extract<Field, { type: keyof typeof FIELD_SIZES }>, { type: 'void' }>;

/** Writes tables one field after the other; a length is put in front when its end is known. */
export class TableWriter {
  #bytes = Buffer.allocUnsafe(256);
  #at = 0;

  /** What was written, in octets of its own. */
  done(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#at));
  }

  /** A table with its length. @throws RangeError for a name of more than 255 octets or a number that its type cannot hold */
  table(table: Table): void {
    const start = this.#room(4);
    for (const [name, field] of table) {
      const at = this.#room(shortTextSize(name) + 1);
      writeShortText(this.#bytes, at, name);
      this.#field(field);
    }
    this.#close(start);
  }

  #array(array: readonly Field[]): void {
    const start = this.#room(4);
    for (const field of array) this.#field(field);
    this.#close(start);
  }

  #close(start: number): void {
    this.#bytes.writeUInt32BE(this.#at - start - 4, start);
  }

  #field(field: Field): void {
    const type = this.#room(1);
    this.#bytes[type] = FIELD_OCTETS[field.type];
    if (field.type === 'longstr' || field.type === 'binary') this.#string(field.value);
    else if (field.type === 'table') this.table(field.value);
    else if (field.type === 'array') this.#array(field.value);
    else if (field.type !== 'void') this.#scalar(field);
  }

  #string(value: Buffer): void {
    const at = this.#room(4 + value.length);
    this.#bytes.writeUInt32BE(value.length, at);
    this.#bytes.set(value, at + 4);
  }

  #scalar(field: Scalar): number {
    const at = this.#room(FIELD_SIZES[field.type]);
    const bytes = this.#bytes;
    switch (field.type) {
      case 'bool':
        return bytes.writeUInt8(field.value ? 1 : 0, at);
      case 'signedint':
        return bytes.writeInt32BE(field.value, at);
      case 'long':
        return bytes.writeBigInt64BE(field.value, at);
      case 'timestamp':
        return bytes.writeBigUInt64BE(field.value, at);
      case 'double':
        return bytes.writeDoubleBE(field.value, at);
      case 'float':
        return bytes.writeFloatBE(field.value, at);
      case 'byte':
        return bytes.writeInt8(field.value, at);
      case 'unsignedbyte':
        return bytes.writeUInt8(field.value, at);
      case 'short':
        return bytes.writeInt16BE(field.value, at);
      case 'unsignedshort':
        return bytes.writeUInt16BE(field.value, at);
      case 'unsignedint':
        return bytes.writeUInt32BE(field.value, at);
      case 'decimal':
        bytes.writeUInt8(field.value.scale, at);
        return bytes.writeUInt32BE(field.value.unscaled, at + 1);
    }
  }

  /** Makes room for `count` octets and moves past it; answers where it begins. The octets may be others afterwards. */
  #room(count: number): number {
    const at = this.#at;
    const end = at + count;
    if (end > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(end, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
    }
    this.#at = end;
    return at;
  }
}
