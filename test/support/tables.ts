import { type Field, longstr, type Table } from '../../src/lab-broker/wire/field.ts';

/** Values for tables: a text is a longstr; a number says its type, since brokers name it. */
export type Values = Readonly<Record<string, Field | string | boolean>>;

/** A table, in the order of the object. */
export function tableOf(values: Values): Table {
  return Object.entries(values).map(([name, value]) => [name, fieldOf(value)]);
}

/** An integer of up to 32 bits. */
export function int(type: 'byte' | 'short' | 'signedint', value: number): Field {
  return { type, value };
}

/** An integer of 64 bits. */
export function long(value: bigint): Field {
  return { type: 'long', value };
}

function fieldOf(value: Field | string | boolean): Field {
  if (typeof value === 'string') return longstr(value);
  return typeof value === 'boolean' ? { type: 'bool', value } : value;
}

/** An array of texts, as CC and BCC want it. */
export function list(...texts: readonly string[]): Field {
  return { type: 'array', value: texts.map(longstr) };
}
