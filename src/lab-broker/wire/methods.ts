import type { Table } from './field.ts';
import type { METHODS } from './method-table.ts';
import { WireFault } from './wire-fault.ts';

/** What an argument is in a program: a delivery tag beyond 2^53 loses precision. */
interface ArgumentValues {
  bit: boolean;
  octet: number;
  short: number;
  long: number;
  longlong: number;
  shortstr: string;
  longstr: Buffer;
  table: Table;
}

type Row = (typeof METHODS)[number];
type RowOf<N extends MethodName> = Extract<Row, { name: N }>;
type Arguments<A extends Row['args'][number]> = { readonly [P in A as P[0]]: ArgumentValues[P[1]] };

/** `basic.publish` and so on. */
export type MethodName = Row['name'];

/** The method of that name with its arguments. */
export type MethodOf<N extends MethodName> = { readonly name: N } & Arguments<RowOf<N>['args'][number]>;

/** Any method, told apart by its name. */
export type Method = { [N in MethodName]: MethodOf<N> }[MethodName];

/** A method to send: arguments that are left out are zero, empty or false. */
export type MethodInput = { [N in MethodName]: { readonly name: N } & Partial<Arguments<RowOf<N>['args'][number]>> }[MethodName];

/** The names of the methods that a content header and a body follow. */
export type ContentMethodName = Extract<Row, { content: true }>['name'];

/**
 * Reads the payload of a method frame.
 * @throws WireFault `unparsable` for an unknown class, method or field type; `syntax` where the arguments do not fill the payload
 * to its last octet, or where a text is not UTF-8.
 */
export function decodeMethod(payload: Buffer): Method {
  throw new WireFault('unparsable', `not yet: ${payload.length}`);
}

/**
 * Makes the payload of a method frame.
 * @throws RangeError for a shortstr of more than 255 octets.
 */
export function encodeMethod(method: MethodInput): Buffer {
  throw new RangeError(method.name);
}
