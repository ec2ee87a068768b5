import { createRequire } from 'node:module';
import { join } from 'node:path';
import fc from 'fast-check';
import { fromWireProperties, fromWireTable, toWireProperties, toWireTable } from '../../../src/client/amqp-values.ts';
import { type FieldTable, type FieldValue, Typed } from '../../../src/client/message.ts';

/** amqplib's own codec, which its package does not export. */
const codec = createRequire(import.meta.url)(join(import.meta.dirname, '../../../node_modules/amqplib/lib/codec.js')) as {
  encodeTable(buffer: Buffer, table: object, offset: number): number;
  decodeFields(bytes: Buffer): Record<string, unknown>;
};

function encode(table: FieldTable): Buffer {
  const buffer = Buffer.alloc(65_536);
  return buffer.subarray(4, codec.encodeTable(buffer, toWireTable(table), 0));
}

const read = (bytes: Buffer): FieldTable => fromWireTable(codec.decodeFields(bytes));

describe('toWireTable', () => {
  test.each<[string, FieldValue, string]>([
    ['string', 'é', 'S 00000002c3a9'],
    ['empty string', '', 'S 00000000'],
    ['true', true, 't 01'],
    ['void', null, 'V'],
    ['bytes', Buffer.from([0, 255]), 'x 0000000200ff'],
    ['narrowest integer', 127, 'b 7f'],
    ['128', 128, 's 0080'],
    ['-32769', -32_769, 'I ffff7fff'],
    ['2^31', 2 ** 31, 'l 0000000080000000'],
    ['2^50 and a half would be an integer to amqplib', 2 ** 50 + 0.5, 'd 4310000000000002'],
    ['2^63 is a double', 2 ** 63, 'd 43e0000000000000'],
    ['-2^63', -(2 ** 63), 'l 8000000000000000'],
    ['below -2^63', -(2 ** 64), 'd c3f0000000000000'],
    ['-0', -0, 'd 8000000000000000'],
    ['NaN', Number.NaN, 'd 7ff8000000000000'],
    ['Infinity', Number.POSITIVE_INFINITY, 'd 7ff0000000000000'],
    ['a fraction', 1.5, 'd 3ff8000000000000'],
    ['int8', new Typed('int8', -1), 'b ff'],
    ['uint8', new Typed('uint8', 255), 'B ff'],
    ['int16', new Typed('int16', 1), 's 0001'],
    ['uint16', new Typed('uint16', 65_535), 'u ffff'],
    ['int32', new Typed('int32', 1), 'I 00000001'],
    ['uint32', new Typed('uint32', 2 ** 32 - 1), 'i ffffffff'],
    ['int64', new Typed('int64', 1), 'l 0000000000000001'],
    ['int64 beyond 2^53', new Typed('int64', 9_007_199_254_740_993n), 'l 0020000000000001'],
    ['float', new Typed('float', 0.1), 'f 3dcccccd'],
    ['double', new Typed('double', 1), 'd 3ff0000000000000'],
    ['timestamp', new Typed('timestamp', 1), 'T 0000000000000001'],
    ['timestamp up to 2^64', new Typed('timestamp', 2n ** 64n - 1n), 'T ffffffffffffffff'],
    ['decimal', new Typed('decimal', { places: 2, digits: 1234 }), 'D 02000004d2'],
    ['array', [1, ['a']], 'A 0000000d' + '6201' + '4100000006' + '530000000161'],
    ['table', { a: { b: null } }, 'F 0000000a' + '0161' + '4600000003' + '016256'],
    ['a table with a key !', { '!': 'int8', value: 1 }, 'F 00000013' + '0121' + '5300000004696e7438' + '0576616c7565' + '6201'],
  ])('%s', (_name, value, wire) => {
    const [tag = '', hex = ''] = wire.split(' ');
    expect(encode({ k: value }).toString('hex')).toBe(`016b${Buffer.from(tag).toString('hex')}${hex}`);
  });

  test('a key __proto__ is a key like any other', () => {
    const table = Object.fromEntries([['__proto__', { a: 1 }]]);
    expect(encode(table).toString('latin1')).toContain('\x09__proto__F');
  });

  test('a table with a key ! at the top, and inherited keys are not sent', () => {
    expect(encode({ '!': 'x', value: 1 }).toString('hex')).toBe('012153000000017805' + '76616c75656201');
    expect(encode(Object.create({ inherited: 1 }))).toHaveLength(0);
  });
});

describe('there and back through amqplib', () => {
  /** What docs/envelope.md says becomes of a value. */
  const afterwards = (value: FieldValue): FieldValue => {
    if (value instanceof Typed) {
      if (value.type === 'decimal') return value;
      if (value.type === 'timestamp') return new Typed('timestamp', Number(value.value));
      return value.type === 'float' ? Math.fround(value.value as number) : Number(value.value);
    }
    if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
    if (Array.isArray(value)) return value.map(afterwards);
    return Object.fromEntries(Object.entries(value as FieldTable).map(([key, inner]) => [key, afterwards(inner)]));
  };

  const whole = (min: number, max: number, ...types: ('int8' | 'uint8' | 'int16' | 'uint16' | 'int32' | 'uint32' | 'int64')[]) =>
    fc.tuple(fc.constantFrom(...types), fc.integer({ min, max })).map(([type, value]) => new Typed(type, value));
  const leaf: fc.Arbitrary<FieldValue> = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    whole(0, 127, 'int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64'),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => new Typed('int64', value)),
    fc.bigInt({ min: 0n, max: 2n ** 63n }).map((value) => new Typed('timestamp', value)),
    fc.double().map((value) => new Typed('double', value)),
    fc.float().map((value) => new Typed('float', value)),
    fc.record({ places: fc.nat(255), digits: fc.nat(2 ** 31 - 1) }).map((value) => new Typed('decimal', value)),
  );
  // amqplib's decoder loses the key __proto__, as the documentation says; fast-check likes to try it
  const anyKey = fc.string({ unit: 'binary', maxLength: 60 }).filter((text) => text !== '__proto__');
  const key = fc.oneof({ arbitrary: anyKey, weight: 9 }, fc.constantFrom('!', 'a'));
  const { table } = fc.letrec<{ value: FieldValue; table: FieldTable }>((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('value') as fc.Arbitrary<FieldValue>, { maxLength: 4 }), tie('table')),
    table: fc
      .array(fc.tuple(key, tie('value') as fc.Arbitrary<FieldValue>), { maxLength: 5 })
      .map((pairs) => Object.fromEntries(pairs) as FieldTable),
  }));

  test('only that is lost which the documentation names', () => {
    fc.assert(
      fc.property(table, (sent) => expect(read(encode(sent))).toEqual(afterwards(sent))),
      { numRuns: 1_000 },
    );
  });

  test('a key __proto__ is lost, and nothing else with it', () => {
    for (const value of ['text', 5, { a: 1 }, [1], null, Buffer.from('bytes')]) {
      const sent = Object.fromEntries([
        ['__proto__', value],
        ['b', Object.fromEntries([['__proto__', value]])],
      ]);
      expect(read(encode(sent))).toStrictEqual({ b: {} });
    }
  });

  test('a nested table of the shape of a timestamp or decimal is taken for one, any other is not', () => {
    const looks = (value: FieldTable) => read(encode({ k: value })).k;
    expect(looks({ '!': 'timestamp', value: 5 })).toEqual(new Typed('timestamp', 5));
    expect(looks({ '!': 'decimal', value: { places: 1, digits: 2 } })).toEqual(new Typed('decimal', { places: 1, digits: 2 }));
    for (const table of [
      { '!': 'timestamp', value: -5 },
      { '!': 'timestamp', value: '5' },
      { '!': 'timestamp', value: 5, more: 1 },
      { '!': 'decimal', value: { places: 1 } },
      { '!': 'int8', value: 5 },
      { '!': 'x' },
    ]) {
      expect(looks(table)).toEqual(table);
    }
  });
});

describe('properties', () => {
  const all = {
    contentType: 'a',
    contentEncoding: 'b',
    deliveryMode: 2,
    priority: 0,
    correlationId: '',
    replyTo: 'c',
    expiration: '0',
    messageId: 'd',
    timestamp: 0,
    type: 'e',
    userId: 'f',
    appId: 'g',
  };

  test('all 13 go to the wire and come back, empty and 0 included', () => {
    const sent = { ...all, headers: { n: 1 } };
    expect(Object.keys(sent)).toHaveLength(13);
    expect(toWireProperties(sent)).toEqual(sent);
    expect(fromWireProperties({ ...sent, clusterId: 'x' })).toStrictEqual(sent);
  });

  test('absent stays absent; no headers and empty ones are the same to amqplib', () => {
    expect(toWireProperties({})).toStrictEqual({});
    expect(fromWireProperties({ contentType: undefined, headers: {} })).toStrictEqual({});
    expect(fromWireProperties({ headers: undefined })).toStrictEqual({});
  });

  test('headers keep their types', () => {
    const [header] = Object.values(toWireProperties({ headers: { a: new Typed('float', 1), b: -0 } })) as Record<string, unknown>[];
    expect(header).toEqual({ a: { '!': 'float', value: 1 }, b: { '!': 'double', value: -0 } });
  });
});
