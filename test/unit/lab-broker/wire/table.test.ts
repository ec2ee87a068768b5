import fc from 'fast-check';
import type { Field, FieldType } from '../../../../src/lab-broker/wire/field.ts';
import { decodeTable, encodeTable } from '../../../../src/lab-broker/wire/table.ts';
import { field, nearly, octets, table } from './arbitraries.ts';
import { faultOf } from './fault-of.ts';

const UNPARSABLE = { name: 'WireFault', kind: 'unparsable', message: 'a malformed table' };

/** The octets of a table with this content, which need not be one. */
function tableOf(...content: readonly (number | string | Buffer)[]): Buffer {
  const bytes = Buffer.concat(content.map((part) => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part as string, 'latin1'))));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

test('what is written is read again, of all types and at any depth', () => {
  fc.assert(
    fc.property(table, octets(5), octets(5), (written, before, after) => {
      const bytes = encodeTable(written);
      const { table: read, end } = decodeTable(Buffer.concat([before, bytes, after]), before.length);
      expect(read).toEqual(written);
      expect(end).toBe(before.length + bytes.length);
    }),
  );
});

test('the arbitrary tables have fields of all types', () => {
  const types = new Set<FieldType>(fc.sample(field, 2_000).map(({ type }) => type));
  expect(types.size).toBe(17);
});

test('any octets are a table or a fault, and a table is written as it was read', () => {
  fc.assert(
    fc.property(fc.oneof(octets(200), nearly(table.map(encodeTable))), (bytes) => {
      const { value, fault } = faultOf(() => decodeTable(bytes, 0));
      if (value === undefined) expect(fault).toMatchObject(UNPARSABLE);
      else expect(decodeTable(encodeTable(value.table), 0).table).toEqual(value.table);
    }),
    { numRuns: 2_000 },
  );
});

test.each<[string, Buffer, Field]>([
  ['void', tableOf(1, 'aV'), { type: 'void', value: null }],
  ['bool', tableOf(1, 'at', 1), { type: 'bool', value: true }],
  ['byte', tableOf(1, 'ab', 0xff), { type: 'byte', value: -1 }],
  ['unsignedbyte', tableOf(1, 'aB', 0xff), { type: 'unsignedbyte', value: 255 }],
  ['short', tableOf(1, 'as', '\xff\xfe'), { type: 'short', value: -2 }],
  ['unsignedshort', tableOf(1, 'au', '\xff\xfe'), { type: 'unsignedshort', value: 65_534 }],
  ['signedint', tableOf(1, 'aI', '\xff\xff\xff\xfe'), { type: 'signedint', value: -2 }],
  ['unsignedint', tableOf(1, 'ai', '\xff\xff\xff\xfe'), { type: 'unsignedint', value: 4_294_967_294 }],
  ['long', tableOf(1, 'al', '\xff\xff\xff\xff\xff\xff\xff\xfe'), { type: 'long', value: -2n }],
  ['timestamp', tableOf(1, 'aT', '\xff\xff\xff\xff\xff\xff\xff\xfe'), { type: 'timestamp', value: 2n ** 64n - 2n }],
  ['float', tableOf(1, 'af', '\x3f\xc0\0\0'), { type: 'float', value: 1.5 }],
  ['double', tableOf(1, 'ad', '\x3f\xf8\0\0\0\0\0\0'), { type: 'double', value: 1.5 }],
  ['decimal', tableOf(1, 'aD', 2, '\xff\0\0\x01'), { type: 'decimal', value: { scale: 2, unscaled: 0xff00_0001 } }],
  ['longstr', tableOf(1, 'aS', '\0\0\0\x02\xc3\xa9'), { type: 'longstr', value: Buffer.from('é') }],
  ['binary', tableOf(1, 'ax', '\0\0\0\x01\xff'), { type: 'binary', value: Buffer.of(0xff) }],
  [
    'array',
    tableOf(1, 'aA', '\0\0\0\x02VV'),
    {
      type: 'array',
      value: [
        { type: 'void', value: null },
        { type: 'void', value: null },
      ],
    },
  ],
  ['table', tableOf(1, 'aF', '\0\0\0\x03\x01bV'), { type: 'table', value: [['b', { type: 'void', value: null }]] }],
])('%s on the wire', (_, bytes, value) => {
  expect(decodeTable(bytes, 0).table).toEqual([['a', value]]);
  expect(encodeTable([['a', value]])).toEqual(bytes);
});

test('`L` is a long too, and any octet but 0 is true, as RabbitMQ reads them', () => {
  expect(decodeTable(tableOf(1, 'aL', '\0\0\0\0\0\0\0\x05', 1, 'bt', 2), 0).table).toEqual([
    ['a', { type: 'long', value: 5n }],
    ['b', { type: 'bool', value: true }],
  ]);
});

test.each([
  ['an unknown type', tableOf(1, 'a?')],
  ['no type', tableOf(1, 'a')],
  ['a name beyond the end', tableOf(5, 'a')],
  ['a number beyond the end', tableOf(1, 'aI', 0, 0, 0)],
  ['a string beyond the end', tableOf(1, 'aS', '\0\0\0\x02x')],
  ['a string of 4 GB', tableOf(1, 'aS', '\xff\xff\xff\xff')],
  ['an array of 4 GB', tableOf(1, 'aA', '\xff\xff\xff\xff')],
  ['a table within that ends after the one around it', tableOf(1, 'aF', '\0\0\0\x04\x01bV')],
  ['a field that ends after its table', Buffer.concat([tableOf(1, 'aF', '\0\0\0\x03\x01bI'), Buffer.alloc(8)])],
  ['half a length', tableOf(1, 'aS', 0, 0)],
  ['NaN', tableOf(1, 'af', '\x7f\xc0\0\0')],
  ['a longer NaN', tableOf(1, 'ad', '\x7f\xf8\0\0\0\0\0\0')],
  ['infinity', tableOf(1, 'af', '\x7f\x80\0\0')],
  ['a longer infinity', tableOf(1, 'ad', '\xff\xf0\0\0\0\0\0\0')],
  ['4 GB', Buffer.from('ffffffff', 'hex')],
  ['nothing', Buffer.alloc(0)],
])('%s is no table', (_, bytes) => {
  expect(() => decodeTable(bytes, 0)).toThrow(expect.objectContaining(UNPARSABLE));
});

test('a length is not believed: nothing is looked for beyond the end', () => {
  const started = performance.now();
  for (const inner of ['A', 'F']) expect(() => decodeTable(tableOf(1, `a${inner}`, '\xff\xff\xff\xff'), 0)).toThrow('malformed');
  expect(performance.now() - started).toBeLessThan(1_000);
});

test('the largest numbers are not infinite', () => {
  const numbers = tableOf(1, 'af', '\x7f\x7f\xff\xff', 1, 'bd', '\x7f\xef\xff\xff\xff\xff\xff\xff');
  expect(decodeTable(numbers, 0).table.map(([, { value }]) => value)).toEqual([2 ** 128 - 2 ** 104, Number.MAX_VALUE]);
});

/** A table with only a table in it, and so on; or an array with only an array. */
function nested(type: 'F' | 'A', depth: number): Buffer {
  const name = type === 'F' ? [0] : [];
  const size = name.length + 5;
  const levels = Array.from({ length: depth }, (_, level) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE((depth - 1 - level) * size);
    return Buffer.from([...name, type.charCodeAt(0), ...length]);
  });
  return tableOf(...(type === 'F' ? [] : [0]), ...levels);
}

test.each(['F', 'A'] as const)('nesting (%s) ends somewhere, without harm', (type) => {
  expect(encodeTable(decodeTable(nested(type, 499), 0).table)).toEqual(nested(type, 499));
  expect(() => decodeTable(nested(type, 20_000), 0)).toThrow(expect.objectContaining(UNPARSABLE));
});

test('what a type cannot hold is refused, not cut', () => {
  expect(() => encodeTable([['a', { type: 'byte', value: 128 }]])).toThrow(expect.objectContaining({ name: 'RangeError' }));
  expect(() => encodeTable([['a', { type: 'decimal', value: { scale: 256, unscaled: 0 } }]])).toThrow(
    expect.objectContaining({ name: 'RangeError' }),
  );
  expect(() => encodeTable([['é'.repeat(128), { type: 'void', value: null }]])).toThrow('256 octets');
});
