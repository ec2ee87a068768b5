import fc from 'fast-check';
import type { Headers, TypedValue } from '../../../src/routing/typed-value.ts';

/** A value of any type, for tables in tests. */
export function typed(type: string, value: unknown): TypedValue {
  return { type, value };
}

export function text(value: string): TypedValue {
  return typed('longstr', Buffer.from(value));
}

export const byte = (value: number): TypedValue => typed('byte', value);
export const PRESENT = typed('void', null);

const scalar: fc.Arbitrary<TypedValue> = fc.oneof(
  fc
    .constantFrom('byte', 'unsignedbyte', 'short', 'unsignedshort', 'signedint', 'unsignedint')
    .chain((type) => small().map((value) => typed(type, value))),
  fc.constantFrom('long', 'timestamp').chain((type) => fc.constantFrom(0n, 1n, 2n, 1000n).map((value) => typed(type, value))),
  fc.constantFrom('float', 'double').chain((type) => fc.constantFrom(0, -0, 1, 1.5).map((value) => typed(type, value))),
  fc.constantFrom('longstr', 'binary').chain((type) => fc.constantFrom('', '1', 'x', 'X').map((value) => typed(type, Buffer.from(value)))),
  fc.boolean().map((value) => typed('bool', value)),
  fc.record({ scale: fc.constantFrom(0, 1), unscaled: fc.constantFrom(0, 1, 10) }).map((value) => typed('decimal', value)),
  fc.constant(PRESENT),
);

function small(): fc.Arbitrary<number> {
  return fc.constantFrom(0, 1, 2);
}

/** Few different values of many types, so that they often look alike and sometimes are. */
export const anyTyped: fc.Arbitrary<TypedValue> = fc.oneof(
  { weight: 8, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 2 }).map((value) => typed('array', value)) },
  { weight: 1, arbitrary: table(scalar, 2).map((value) => typed('table', value)) },
);

function table(value: fc.Arbitrary<TypedValue>, maxLength: number): fc.Arbitrary<Headers> {
  return fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'x-a', 'A', 'BCC'), value), { maxLength });
}

/** A message's headers; names may come twice. */
export const anyHeaders: fc.Arbitrary<Headers> = table(anyTyped, 5);

/** A binding's arguments, mostly with an x-match. */
export const anyArguments: fc.Arbitrary<Headers> = fc
  .tuple(fc.constantFrom('', 'all', 'any', 'all-with-x', 'any-with-x'), table(anyTyped, 3), fc.nat(3))
  .map(([mode, pairs, at]) => (mode === '' ? pairs : pairs.toSpliced(at, 0, ['x-match', text(mode)])));

const word = fc.constantFrom('a', 'a', 'b', '*', '#', '', 'A');

/** Keys and patterns of few words, so that they often meet. */
export const anyKey: fc.Arbitrary<string> = fc.array(word, { maxLength: 6 }).map((words) => words.join('.'));
