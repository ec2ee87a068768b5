import fc from 'fast-check';
import { fieldFromJson, fieldToJson, roundedInteger } from '../../../src/client/field-json.ts';
import { formatFieldValue } from '../../../src/client/field-text.ts';
import { type FieldTypeName, type FieldValue, Typed } from '../../../src/client/message.ts';
import { UsageError } from '../../../src/errors.ts';
import { closest } from '../../../src/suggest.ts';

const read = (text: string) => fieldFromJson(JSON.parse(text), 'headers', text);
const write = (value: FieldValue) => JSON.stringify(fieldToJson(value));
const big = (min: bigint, max: bigint) => fc.bigInt({ min, max }).map((n) => (Number.isSafeInteger(Number(n)) ? Number(n) : n));
const natural = (max: number) => fc.integer({ min: 0, max });

const VALUES: Readonly<Record<FieldTypeName, fc.Arbitrary<Typed['value']>>> = {
  int8: fc.integer({ min: -128, max: 127 }),
  uint8: natural(255),
  int16: fc.integer({ min: -32768, max: 32767 }),
  uint16: natural(65535),
  int32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  uint32: fc.double({ min: 0, max: 2 ** 32 - 1, noNaN: true }).map(Math.floor),
  int64: big(-(2n ** 63n), 2n ** 63n - 1n),
  timestamp: big(0n, 2n ** 64n - 1n),
  float: fc.float(),
  double: fc.double(),
  decimal: fc.record({ places: natural(255), digits: fc.double({ min: 0, max: 2 ** 32 - 1, noNaN: true }).map(Math.floor) }),
};
const TYPES = Object.keys(VALUES) as FieldTypeName[];
const typed = fc.oneof(...TYPES.map((type) => VALUES[type].map((value) => new Typed(type, value))));
const key = fc.oneof(
  fc.constantFrom('__proto__', '!', 'value', 'constructor', 'toJSON', '', '1', 'a b'),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const { field } = fc.letrec<{ field: FieldValue }>((tie) => ({
  field: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    typed,
    fc.array(tie('field')),
    fc.array(fc.tuple(key, tie('field'))).map((pairs) => Object.fromEntries(pairs) as FieldValue),
  ),
}));

describe('a field value as JSON', () => {
  test.each(TYPES)('%s comes back as it went', (type) => {
    fc.assert(fc.property(VALUES[type], (value) => expect(read(write(new Typed(type, value)))).toEqual(new Typed(type, value))));
  });

  test('any nesting of values comes back as it went', () => {
    fc.assert(
      fc.property(field, (value) => {
        const text = write(value);
        const back = read(text);
        expect(back).toEqual(value);
        expect(write(back)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test.each<[FieldValue, string]>([
    ['text', '"text"'],
    [1, '1'],
    [2 ** 60, '1152921504606847000'],
    [1e300, '1e+300'],
    [[true, null, 0.5], '[true,null,0.5]'],
    [Buffer.from([0, 1, 255]), '{"!":"bytes","value":"AAH/"}'],
    [new Typed('int8', 1), '{"!":"int8","value":1}'],
    [new Typed('int64', 2n ** 53n + 1n), '{"!":"int64","value":"9007199254740993"}'],
    [new Typed('timestamp', 2 ** 53), '{"!":"timestamp","value":"9007199254740992"}'],
    [new Typed('timestamp', 1_700_000_000), '{"!":"timestamp","value":1700000000}'],
    [new Typed('double', Number.NaN), '{"!":"double","value":"NaN"}'],
    [new Typed('float', 2 ** 60), '{"!":"float","value":1152921504606847000}'],
    [new Typed('decimal', { places: 2, digits: 1234 }), '{"!":"decimal","value":{"places":2,"digits":1234}}'],
    [{ '!': 'int8', value: 1 }, '{"!":"table","value":{"!":"int8","value":1}}'],
    [{ '!': { '!': -0 } }, '{"!":"table","value":{"!":{"!":"table","value":{"!":{"!":"double","value":"-0"}}}}}'],
  ])('%p is written %s', (value, text) => expect(write(value)).toBe(text));

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0])('the plain number %p comes back as a double', (n) => {
    expect(read(write({ n }))).toEqual({ n: new Typed('double', n) });
  });

  test('a hand-written -0 is the double that its sign asks for', () => expect(read('[-0, 0]')).toEqual([new Typed('double', -0), 0]));

  test('a key __proto__ is a key like others, in what is written and what is read', () => {
    const table = JSON.parse('{"__proto__":{"polluted":1},"b":-0}');
    const text = write({ ...table, b: Buffer.from('x') });
    expect(text).toBe('{"__proto__":{"polluted":1},"b":{"!":"bytes","value":"eA=="}}');
    const back = read(text) as Record<string, unknown>;
    expect(Object.keys(back)).toEqual(['__proto__', 'b']);
    expect(back.polluted).toBeUndefined();
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('a table that needs no tagged form is not copied, one that does is left as it was', () => {
    const plain = { a: 1, b: { c: ['x'] } };
    expect(fieldToJson(plain)).toBe(plain);
    const bytes = { a: Buffer.from('x') };
    fieldToJson(bytes);
    expect(Buffer.isBuffer(bytes.a)).toBe(true);
  });
});

describe('JSON that is no field value', () => {
  test.each([
    ['{"a":[1,2,{"!":"in8","value":1}]}', 'headers.a[2]: the type "in8" after "!" is not known: did you mean int8?'],
    ['{"a":{"!":5}}', 'headers.a: the type 5 after "!" is not known'],
    ['{"a":{"!":"__proto__","value":1}}', 'headers.a: the type "__proto__" after "!" is not known'],
    ['{"a b":{"!":"int8","value":128}}', 'headers["a b"]: 128 is not of type int8'],
    ['{"!":"int8","value":-129}', 'headers: -129 is not of type int8'],
    ['{"!":"uint8","value":-1}', 'headers: -1 is not of type uint8'],
    ['{"!":"uint8","value":256}', 'headers: 256 is not of type uint8'],
    ['{"!":"int16","value":32768}', 'headers: 32768 is not of type int16'],
    ['{"!":"uint16","value":65536}', 'headers: 65536 is not of type uint16'],
    ['{"!":"int32","value":-2147483649}', 'headers: -2147483649 is not of type int32'],
    ['{"!":"uint32","value":4294967296}', 'headers: 4294967296 is not of type uint32'],
    ['{"!":"int32","value":1.5}', 'headers: 1.5 is not of type int32'],
    ['{"!":"int32","value":"1"}', 'headers: "1" is not of type int32'],
    ['{"!":"int64","value":"9223372036854775808"}', 'headers: "9223372036854775808" is not of type int64'],
    ['{"!":"int64","value":9007199254740992}', 'headers: 9007199254740992 is not of type int64'],
    ['{"!":"int64","value":" 1"}', 'headers: " 1" is not of type int64'],
    ['{"!":"timestamp","value":-1}', 'headers: -1 is not of type timestamp'],
    ['{"!":"timestamp","value":"18446744073709551616"}', 'headers: "18446744073709551616" is not of type timestamp'],
    ['{"!":"float","value":1e300}', 'headers: 1e+300 is not of type float'],
    ['{"!":"double","value":"1"}', 'headers: "1" is not of type double'],
    ['{"!":"double","value":null}', 'headers: null is not of type double'],
    ['{"!":"double","value":1e999}', 'headers: Infinity is not of type double'],
    ['{"!":"decimal","value":12.34}', 'headers: 12.34 is not of type decimal'],
    ['{"!":"decimal","value":{"places":256,"digits":1}}', 'headers: an object is not of type decimal'],
    ['{"!":"decimal","value":{"places":1,"digits":4294967296}}', 'headers: an object is not of type decimal'],
    ['{"!":"decimal","value":{"places":1,"digits":1,"x":1}}', 'headers: an object is not of type decimal'],
    ['{"!":"bytes","value":"AAH"}', 'headers: "AAH" is not base64'],
    ['{"!":"bytes","value":[1]}', 'headers: an array is not base64'],
    ['{"!":"table","value":[1]}', 'headers: an array is no table'],
    ['{"!":"int8","value":1,"x":2}', 'headers: "x" may not stand beside "!" and "value"'],
    ['{"!":"int8"}', 'headers: "value" is missing beside "!"'],
    ['{"a":1e999}', 'headers.a: is too large for a number'],
    ['{"a":9007199254740993}', 'headers.a: JSON rounds 9007199254740993 to 9007199254740992'],
    ['"\\ud800"', 'headers: holds half a surrogate pair, which UTF-8 cannot write'],
    ['{"\\udc00":1}', 'headers: the key "\\udc00" holds half a surrogate pair, which UTF-8 cannot write'],
    [`{"${'k'.repeat(256)}":1}`, `headers: the key "${'k'.repeat(60)}…" is longer than 255 bytes`],
    [`{"${'é'.repeat(128)}":1}`, `headers: the key "${'é'.repeat(60)}…" is longer than 255 bytes`],
    ['['.repeat(1002) + ']'.repeat(1002), `headers${'[0]'.repeat(10)}…: is nested deeper than 1000 tables`],
  ])('%s is refused', (text, message) => {
    expect(() => read(text)).toThrow(new UsageError(message));
    expect(() => read(text)).toThrow(UsageError);
  });

  test.each([
    ['[9007199254740992]', undefined],
    ['[1152921504606847000, 1e23, 1.00000000000000000001]', undefined],
    ['{"9007199254740993":"9007199254740993 \\" 9007199254740993 \\\\"}', undefined],
    ['{"a":"\\"","b":-9007199254740993}', '-9007199254740993'],
    [`[${'9'.repeat(400)}]`, '9'.repeat(400)],
  ])('the integer that JSON rounds in %s is %s', (text, rounded) => expect(roundedInteger(text)).toBe(rounded));

  test('without the text, integers are taken as JSON read them', () => expect(fieldFromJson(2 ** 60, 'x')).toBe(2 ** 60));

  test('any JSON is a field value or a UsageError', () => {
    const tagged = fc.record({ '!': fc.constantFrom<unknown>(...TYPES, 'bytes', 'table', 'x', 1), value: fc.jsonValue() });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), tagged), (json) => {
        try {
          fieldToJson(fieldFromJson(json, 'x'));
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
    );
  });
});

test.each<[FieldValue, string]>([
  ['as it is', 'as it is'],
  [1.5, '1.5'],
  [-0, '-0'],
  [null, 'null'],
  [true, 'true'],
  [new Typed('int64', 1), '1 (int64)'],
  [new Typed('double', -0), '-0 (double)'],
  [new Typed('timestamp', 1_700_000_000), '2023-11-14T22:13:20Z'],
  [new Typed('timestamp', 253_402_300_799), '9999-12-31T23:59:59Z'],
  [new Typed('timestamp', 253_402_300_800), '253402300800 (timestamp)'],
  [new Typed('timestamp', 2n ** 64n - 1n), '18446744073709551615 (timestamp)'],
  [new Typed('decimal', { places: 2, digits: 1234 }), '12.34 (decimal)'],
  [new Typed('decimal', { places: 3, digits: 5 }), '0.005 (decimal)'],
  [new Typed('decimal', { places: 0, digits: 5 }), '5 (decimal)'],
  [Buffer.from([0, 1, 255]), 'AAH/ (base64)'],
  [{ a: [1, new Typed('int8', 2)] }, '{"a":[1,{"!":"int8","value":2}]}'],
])('for people, %p is %s', (value, text) => expect(formatFieldValue(value)).toBe(text));

test.each([
  ['contnt-type', ['content-encoding', 'content-type'], 'content-type'],
  ['PRIORITY', ['priority'], 'priority'],
  ['flaot', ['float', 'double'], 'float'],
  ['in', ['int', 'uint8'], 'int'],
  ['x', ['y', 'id'], undefined],
  ['', ['a'], undefined],
  ['message', ['messageId', 'type'], 'messageId'],
  ['wholly-other', ['content-type'], undefined],
])('closest to %s in %p is %s', (word, candidates, best) => expect(closest(word, candidates)).toBe(best));
