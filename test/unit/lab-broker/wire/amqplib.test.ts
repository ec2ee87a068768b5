import { createRequire } from 'node:module';
import fc from 'fast-check';
import { longstr } from '../../../../src/lab-broker/wire/field.ts';
import { encodeFrame, HEADER, METHOD } from '../../../../src/lab-broker/wire/frames.ts';
import type { ArgumentType, MethodRow } from '../../../../src/lab-broker/wire/method-row.ts';
import { METHODS } from '../../../../src/lab-broker/wire/method-table.ts';
import { encodeMethod, type MethodInput } from '../../../../src/lab-broker/wire/methods.ts';
import { encodeContentHeader, type Properties } from '../../../../src/lab-broker/wire/properties.ts';
import { encodeTable } from '../../../../src/lab-broker/wire/table.ts';
import { octets, utf8Text } from './arbitraries.ts';

interface Codec {
  info(id: number): { readonly name: string; readonly args: ReadonlyArray<{ readonly name: string; readonly type: ArgumentType }> };
  encodeMethod(id: number, channel: number, fields: object): Buffer;
  encodeProperties(id: number, channel: number, size: number, fields: object): Buffer;
}

// The package exports no codec; its files can be reached by their paths.
const load = createRequire(import.meta.url);
const amqplib = load('../../../../node_modules/amqplib/lib/defs.js') as Codec;
const { encodeTable: encodeTheirTable } = load('../../../../node_modules/amqplib/lib/codec.js') as {
  encodeTable(bytes: Buffer, table: object, at: number): number;
};

const rows: readonly MethodRow[] = METHODS;
const channel = fc.nat(65_535);

/** A value for us, and one for amqplib. */
const VALUES: Readonly<Record<ArgumentType, fc.Arbitrary<readonly [ours: unknown, theirs: unknown]>>> = {
  bit: same(fc.boolean()),
  octet: same(fc.nat(255)),
  short: same(fc.nat(65_535)),
  long: same(fc.nat(2 ** 32 - 1)),
  longlong: same(fc.maxSafeNat()),
  shortstr: same(utf8Text),
  longstr: same(octets()),
  table: fc.string().map((text) => [[['a', longstr(text)]], { a: text }]),
};

function same<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<readonly [T, T]> {
  return arbitrary.map((value) => [value, value]);
}

test.each(rows.map((row) => ({ name: row.name, row })))('$name is what amqplib makes of it', ({ row }) => {
  const id = row.classId * 65_536 + row.methodId;
  const theirs = amqplib.info(id);
  expect(theirs.name.toLowerCase()).toBe(row.name.replace(/\W/g, ''));
  expect(theirs.args.map(({ type }) => type)).toEqual(row.args.map(([, type]) => type));
  const values = fc.tuple(...row.args.map(([, type]) => VALUES[type]));
  fc.assert(
    fc.property(channel, values, (number, pairs) => {
      const ours = Object.fromEntries(pairs.map(([value], i) => [row.args[i]?.[0], value]));
      const fields = Object.fromEntries(pairs.map(([, value], i) => [theirs.args[i]?.name, value]));
      const frame = encodeFrame(METHOD, number, encodeMethod({ name: row.name, ...ours } as MethodInput));
      expect(frame).toEqual(Buffer.from(amqplib.encodeMethod(id, number, fields)));
    }),
    { numRuns: 20 },
  );
});

test('a content header is what amqplib makes of it', () => {
  const properties = fc.record(
    {
      contentType: utf8Text,
      contentEncoding: utf8Text,
      correlationId: utf8Text,
      replyTo: utf8Text,
      expiration: utf8Text,
      messageId: utf8Text,
      type: utf8Text,
      userId: utf8Text,
      appId: utf8Text,
      clusterId: utf8Text,
      deliveryMode: fc.nat(255),
      priority: fc.nat(255),
      timestamp: fc.maxSafeNat(),
      headers: fc.string(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(channel, fc.maxSafeNat(), properties, (number, size, { timestamp, headers, ...others }) => {
      const ours: Properties = { ...others };
      if (timestamp !== undefined) ours.timestamp = BigInt(timestamp);
      if (headers !== undefined) ours.headers = [['a', longstr(headers)]];
      const theirs = {
        ...others,
        ...(timestamp !== undefined && { timestamp }),
        ...(headers !== undefined && { headers: { a: headers } }),
      };
      expect(encodeFrame(HEADER, number, encodeContentHeader(60, size, ours))).toEqual(
        Buffer.from(amqplib.encodeProperties(60, number, size, theirs)),
      );
    }),
  );
});

test('a table is what amqplib makes of it', () => {
  const typed = (type: string, value: unknown) => ({ '!': type, value });
  const theirs = {
    bool: true,
    byte: typed('byte', -5),
    short: typed('short', -500),
    int: typed('int', -70_000),
    long: typed('long', 2 ** 40),
    timestamp: typed('timestamp', 1_700_000_000),
    float: typed('float', 1.5),
    double: typed('double', 0.1),
    decimal: typed('decimal', { places: 2, digits: 314 }),
    text: 'é',
    bytes: Buffer.of(1, 2),
    none: null,
    list: ['a', true],
    table: { inner: 'b' },
  };
  const bytes = Buffer.alloc(1_000);
  const size = encodeTheirTable(bytes, theirs, 0);
  const ours = encodeTable([
    ['bool', { type: 'bool', value: true }],
    ['byte', { type: 'byte', value: -5 }],
    ['short', { type: 'short', value: -500 }],
    ['int', { type: 'signedint', value: -70_000 }],
    ['long', { type: 'long', value: 2n ** 40n }],
    ['timestamp', { type: 'timestamp', value: 1_700_000_000n }],
    ['float', { type: 'float', value: 1.5 }],
    ['double', { type: 'double', value: 0.1 }],
    ['decimal', { type: 'decimal', value: { scale: 2, unscaled: 314 } }],
    ['text', longstr('é')],
    ['bytes', { type: 'binary', value: Buffer.of(1, 2) }],
    ['none', { type: 'void', value: null }],
    ['list', { type: 'array', value: [longstr('a'), { type: 'bool', value: true }] }],
    ['table', { type: 'table', value: [['inner', longstr('b')]] }],
  ]);
  expect(ours).toEqual(bytes.subarray(0, size));
});
