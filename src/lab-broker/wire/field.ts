/**
 * A value of a table with the type it has on the wire, which is part of what a client said: an inequivalent argument is answered
 * with it, and a message must leave as it came. The names are RabbitMQ's own, they stand in its error texts.
 */
export type Field =
  | { readonly type: 'bool'; readonly value: boolean }
  | {
      readonly type: 'byte' | 'unsignedbyte' | 'short' | 'unsignedshort' | 'signedint' | 'unsignedint';
      readonly value: number;
    }
  /** 64 bits; `long` is signed, `timestamp` unsigned (seconds since 1970 UTC). */
  | { readonly type: 'long' | 'timestamp'; readonly value: bigint }
  | { readonly type: 'float' | 'double'; readonly value: number }
  /** `unscaled` × 10^-`scale`; both unsigned (8 and 32 bits), as RabbitMQ reads them. */
  | { readonly type: 'decimal'; readonly value: { readonly scale: number; readonly unscaled: number } }
  /** UTF-8 as a rule, but nobody checks. */
  | { readonly type: 'longstr'; readonly value: Buffer }
  | { readonly type: 'binary'; readonly value: Buffer }
  | { readonly type: 'array'; readonly value: readonly Field[] }
  | { readonly type: 'table'; readonly value: Table }
  | { readonly type: 'void'; readonly value: null };

/** The 17 types of a table's values. */
export type FieldType = Field['type'];

/** A table in the order of the wire; a name may come twice. */
export type Table = readonly (readonly [name: string, field: Field])[];

/** A text as clients send it: a longstr in UTF-8. */
export function longstr(text: string): Field {
  return { type: 'longstr', value: Buffer.from(text) };
}

/** The text of a longstr (UTF-8); undefined for any other type and for nothing. */
export function textOf(field: Field | undefined): string | undefined {
  return field?.type === 'longstr' ? field.value.toString() : undefined;
}

/** The first field of that name. */
export function findField(table: Table, name: string): Field | undefined {
  for (const entry of table) if (entry[0] === name) return entry[1];
  return undefined;
}
