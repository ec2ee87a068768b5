import { frameText } from './erlang-text.ts';
import type { Table } from './field.ts';
import { METHOD } from './frames.ts';
import { uint16At } from './integers.ts';
import { compileDecoder } from './method-decoder.ts';
import { compileEncoder, type MethodEncoder } from './method-encoder.ts';
import { METHODS } from './method-table.ts';
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

type Methods = { [N in MethodName]: { readonly name: N } & Arguments<RowOf<N>['args'][number]> };
type Inputs = { [N in MethodName]: { readonly name: N } & Partial<Arguments<RowOf<N>['args'][number]>> };

/** The method of that name with its arguments; of several names, one of these methods. */
export type MethodOf<N extends MethodName> = Methods[N];

/** Any method, told apart by its name. */
export type Method = MethodOf<MethodName>;

/** A method to send: arguments that are left out are zero, empty or false. */
export type MethodInput = Inputs[MethodName];

/**
 * Reads the payload of a method frame. What it answers keeps nothing of the payload.
 * @throws WireFault `unparsable` for an unknown class, method or type of field; `syntax` where the arguments do not fill the payload
 * to its last octet, or where a text is not UTF-8.
 */
export function decodeMethod(payload: Buffer): Method {
  if (payload.length < 4) throw new WireFault('syntax', `${frameText(METHOD, payload)}: unknown_frame`);
  const classId = uint16At(payload, 0);
  const methodId = uint16At(payload, 2);
  const decode = DECODERS[classId]?.[methodId];
  if (decode === undefined) throw new WireFault('unparsable', `an unknown method: class ${classId}, method ${methodId}`);
  return decode(payload) as Method;
}

/**
 * Makes the payload of a method frame.
 * @throws RangeError for a shortstr of more than 255 octets.
 */
export function encodeMethod(method: MethodInput): Buffer {
  const encoder = ENCODERS[method.name];
  const bytes = Buffer.allocUnsafe(encoder.size(method));
  encoder.write(bytes, 0, method);
  return bytes;
}

/** By class and method. */
const DECODERS: readonly (readonly (ReturnType<typeof compileDecoder> | undefined)[] | undefined)[] = byIds();

function byIds() {
  const decoders: ReturnType<typeof compileDecoder>[][] = [];
  for (const row of METHODS) {
    const ofClass = decoders[row.classId] ?? [];
    ofClass[row.methodId] = compileDecoder(row);
    decoders[row.classId] = ofClass;
  }
  return decoders;
}

const ENCODERS = Object.fromEntries(METHODS.map((row) => [row.name, compileEncoder(row)])) as Readonly<Record<MethodName, MethodEncoder>>;
