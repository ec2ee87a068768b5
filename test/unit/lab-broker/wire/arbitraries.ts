import fc from 'fast-check';
import type { Field, Table } from '../../../../src/lab-broker/wire/field.ts';
import { textAt } from '../../../../src/lab-broker/wire/short-text.ts';

/** Any octets. */
export const octets = (maxLength = 40) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));

/** Texts of at most 255 octets, what is no UTF-8 included. */
export const shortText = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 20 }) },
  fc.string({ unit: 'grapheme', maxLength: 60 }).filter((text) => Buffer.byteLength(text) <= 255),
  octets(255).map((bytes) => textAt(bytes, 0, bytes.length)),
);

/** The same, but UTF-8 only. */
export const utf8Text = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((text) => Buffer.byteLength(text) <= 255);

const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const uint32 = fc.nat(2 ** 32 - 1);

/** Tables of all 17 types, within each other. */
export const { table, field } = fc.letrec<{ table: Table; field: Field }>((tie) => {
  const typed = (type: Field['type'], value: fc.Arbitrary<unknown>) => value.map((any) => ({ type, value: any }) as Field);
  return {
    table: fc.array(fc.tuple(shortText, tie('field')), { maxLength: 6 }),
    field: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      typed('void', fc.constant(null)),
      typed('bool', fc.boolean()),
      typed('byte', fc.integer({ min: -128, max: 127 })),
      typed('unsignedbyte', fc.nat(255)),
      typed('short', fc.integer({ min: -32_768, max: 32_767 })),
      typed('unsignedshort', fc.nat(65_535)),
      typed('signedint', fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
      typed('unsignedint', uint32),
      typed('long', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      typed('timestamp', uint64),
      typed('float', fc.float({ noNaN: true, noDefaultInfinity: true })),
      typed('double', fc.double({ noNaN: true, noDefaultInfinity: true })),
      typed('decimal', fc.record({ scale: fc.nat(255), unscaled: uint32 })),
      typed('longstr', octets()),
      typed('binary', octets()),
      typed('array', fc.array(tie('field'), { maxLength: 6 })),
      typed('table', tie('table')),
    ),
  };
});

/** Octets that are nearly right: some are changed, taken out or put in. */
export function nearly(right: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  const edits = fc.array(fc.record({ at: fc.nat(), out: fc.nat(3), in: octets(3) }), { minLength: 1, maxLength: 4 });
  return fc.tuple(right, edits).map(([bytes, changes]) =>
    changes.reduce<Buffer>((changed, edit) => {
      const at = edit.at % (changed.length + 1);
      return Buffer.concat([changed.subarray(0, at), edit.in, changed.subarray(at + edit.out)]);
    }, bytes),
  );
}
