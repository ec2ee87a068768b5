import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { isUtf8At, shortTextSize, textAt, writeShortText } from '../../../../src/lab-broker/wire/short-text.ts';
import { octets, utf8Text } from './arbitraries.ts';

/** Writes a text between two octets. */
function written(text: string): Buffer {
  const size = shortTextSize(text);
  const bytes = Buffer.alloc(size + 3, 0xaa);
  expect(writeShortText(bytes, 1, text)).toBe(size + 2);
  expect([bytes[0], bytes[size + 2]]).toEqual([0xaa, 0xaa]);
  expect(bytes[1]).toBe(size);
  return bytes.subarray(2, -1);
}

test('any octets are a text, and go out as they came', () => {
  const pieces = fc.array(
    fc.oneof(
      octets(4),
      utf8Text.map((text) => Buffer.from(text).subarray(0, 20)),
    ),
    { maxLength: 10 },
  );
  fc.assert(
    fc.property(pieces, octets(3), (parts, before) => {
      const bytes = Buffer.concat(parts);
      const text = textAt(Buffer.concat([before, bytes, Buffer.from('é')]), before.length, bytes.length);
      expect(written(text)).toEqual(bytes);
      expect(isUtf8At(bytes, 0, bytes.length)).toBe(isUtf8(bytes));
      if (isUtf8(bytes)) expect(text).toBe(bytes.toString());
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ['plain', 'plain'],
  ['é€😀', 'é€😀'],
  [Buffer.of(0xff, 0x61), '\udcffa'],
  [Buffer.from('é').subarray(0, 1), '\udcc3'],
  [Buffer.of(0xed, 0xb2, 0x80), '\udced\udcb2\udc80'],
  [Buffer.concat([Buffer.of(0xf0, 0x9f), Buffer.from('é')]), '\udcf0\udc9fé'],
])('%p', (octetsOrText, text) => {
  const bytes = Buffer.from(octetsOrText as string);
  expect(textAt(bytes, 0, bytes.length)).toBe(text);
  expect(written(text)).toEqual(bytes);
});

test('other lone surrogates are written as JavaScript writes them', () => {
  for (const text of ['\ud800', '\udc61', '\udd00']) expect(written(text)).toEqual(Buffer.from('\ufffd'));
});

test('a text has at most 255 octets', () => {
  expect(written('é'.repeat(127))).toHaveLength(254);
  expect(() => shortTextSize('é'.repeat(128))).toThrow('256 octets');
});
