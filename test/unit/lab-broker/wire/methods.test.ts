import fc from 'fast-check';
import type { ArgumentType, MethodRow } from '../../../../src/lab-broker/wire/method-row.ts';
import { METHODS } from '../../../../src/lab-broker/wire/method-table.ts';
import { decodeMethod, encodeMethod, type Method, type MethodInput } from '../../../../src/lab-broker/wire/methods.ts';
import { nearly, octets, shortText, table, utf8Text } from './arbitraries.ts';
import { faultOf } from './fault-of.ts';

const rows: readonly MethodRow[] = METHODS;

const VALUES: Readonly<Record<ArgumentType, fc.Arbitrary<unknown>>> = {
  bit: fc.boolean(),
  octet: fc.nat(255),
  short: fc.nat(65_535),
  long: fc.nat(2 ** 32 - 1),
  longlong: fc.maxSafeNat(),
  shortstr: utf8Text,
  longstr: octets(),
  table,
};

/** Any method of a row. Where content follows, names need not be UTF-8. */
function methodOf({ name, args, content }: MethodRow): fc.Arbitrary<Method> {
  const value = (type: ArgumentType) => (content && type === 'shortstr' ? shortText : VALUES[type]);
  const values = Object.fromEntries(args.map(([argument, type]) => [argument, value(type)]));
  return fc.record({ name: fc.constant(name), ...values }) as fc.Arbitrary<unknown> as fc.Arbitrary<Method>;
}

const anyMethod = fc.oneof(...rows.map(methodOf));

/** What RabbitMQ says of a method whose arguments do not fill it. */
const misfit = (payload: Buffer) => ({ kind: 'syntax', message: `cannot decode <<${payload.subarray(4, 259).join(',')}>>` });

describe.each(rows.map((row) => ({ name: row.name, row })))('$name', ({ row }) => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(methodOf(row), (method) => {
        const payload = encodeMethod(method);
        expect([payload.readUInt16BE(0), payload.readUInt16BE(2)]).toEqual([row.classId, row.methodId]);
        expect(decodeMethod(payload)).toEqual(method);
        // the order of the arguments is the shape that all methods of a kind share
        expect(Object.keys(decodeMethod(payload))).toEqual(['name', ...row.args.map(([argument]) => argument)]);
      }),
      { numRuns: 30 },
    );
  });

  test('cut short or with more behind it, is refused in the words of RabbitMQ', () => {
    fc.assert(
      fc.property(methodOf(row), octets(4), fc.nat(), (method, more, cut) => {
        const payload = encodeMethod(method);
        const longer = Buffer.concat([payload, more, Buffer.of(0)]);
        expect(faultOf(() => decodeMethod(longer)).fault).toMatchObject(misfit(longer));
        if (payload.length === 4) return;
        const shorter = payload.subarray(0, 4 + (cut % (payload.length - 4)));
        expect(faultOf(() => decodeMethod(shorter)).fault).toMatchObject(misfit(shorter));
      }),
      { numRuns: 30 },
    );
  });
});

test('no two methods have the same name or numbers', () => {
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  expect(new Set(rows.map(({ classId, methodId }) => `${classId}.${methodId}`)).size).toBe(rows.length);
});

test('content follows what carries messages', () => {
  const names = rows.filter(({ content }) => content).map(({ name }) => name);
  expect(names).toEqual(['basic.publish', 'basic.return', 'basic.deliver', 'basic.get-ok']);
});

test('any octets are a method or a fault', () => {
  const numbers = fc.constantFrom(...rows.map(({ classId, methodId }) => Buffer.of(0, classId, 0, methodId)));
  const payloads = fc.oneof(
    octets(60),
    nearly(anyMethod.map(encodeMethod)),
    fc.tuple(numbers, octets(60)).map((parts) => Buffer.concat(parts)),
  );
  fc.assert(
    fc.property(payloads, (payload) => {
      const { value, fault } = faultOf(() => decodeMethod(payload));
      if (value === undefined) expect(fault).toBeDefined();
      else expect(decodeMethod(encodeMethod(value))).toEqual(value);
    }),
    { numRuns: 3_000 },
  );
});

test('what is left out is zero, empty or false', () => {
  for (const { name, args } of rows) {
    const zeroes: Record<ArgumentType, unknown> = {
      bit: false,
      octet: 0,
      short: 0,
      long: 0,
      longlong: 0,
      shortstr: '',
      longstr: Buffer.alloc(0),
      table: [],
    };
    const expected = { name, ...Object.fromEntries(args.map(([argument, type]) => [argument, zeroes[type]])) };
    expect(decodeMethod(encodeMethod({ name } as MethodInput))).toEqual(expected);
  }
});

const declare = (...args: readonly number[]) => Buffer.from([0, 50, 0, 10, ...args]);

test.each([
  ['an unknown class', Buffer.of(0, 99, 0, 1), 'unparsable', 'an unknown method: class 99, method 1'],
  ['a class beyond all', Buffer.of(255, 255, 255, 255), 'unparsable', 'an unknown method: class 65535, method 65535'],
  ['an unknown method of a class', Buffer.of(0, 50, 0, 99), 'unparsable', 'an unknown method: class 50, method 99'],
  ['an unknown field type', declare(0, 0, 0, 0, 0, 0, 0, 3, 1, 97, 0x3f), 'unparsable', 'a malformed table'],
  ['half a class', Buffer.from('abc'), 'syntax', 'type 1, all octets = <<"abc">>: unknown_frame'],
  ['a name that is not UTF-8', declare(0, 0, 2, 0xff, 0xfe, 0, 0, 0, 0, 0), 'syntax', 'Malformed UTF-8 in shortstr'],
  ['half a surrogate pair as a name', declare(0, 0, 3, 0xed, 0xa0, 0x80, 0, 0, 0, 0, 0), 'syntax', 'Malformed UTF-8 in shortstr'],
  ['a bad name before a bad table', declare(0, 0, 1, 255, 0, 0, 0, 0, 1, 5), 'syntax', 'Malformed UTF-8 in shortstr'],
  ['a bad name in half a method', declare(0, 0, 1, 255), 'syntax', 'cannot decode <<0,0,1,255>>'],
  ['a bad table with more behind it', declare(0, 0, 0, 0, 0, 0, 0, 1, 5, 9), 'syntax', 'cannot decode <<0,0,0,0,0,0,0,1,5,9>>'],
  ['a table of 4 GB', declare(0, 0, 0, 0, 255, 255, 255, 255), 'syntax', 'cannot decode <<0,0,0,0,255,255,255,255>>'],
])('%s is refused as RabbitMQ refuses it', (_, payload, kind, message) => {
  expect(faultOf(() => decodeMethod(payload)).fault).toMatchObject({ kind, message });
});

test('a long method is named as far as an error has room', () => {
  const { fault } = faultOf(() => decodeMethod(declare(...Buffer.alloc(100_000, 200))));
  expect(fault?.message).toMatch(/^cannot decode <<200(,200){254}>>$/);
});

test('what is read keeps nothing of the payload', () => {
  const method: MethodInput = {
    name: 'connection.start-ok',
    clientProperties: [['product', { type: 'longstr', value: Buffer.from('x') }]],
    response: Buffer.from('y'),
  };
  const payload = encodeMethod(method);
  const read = decodeMethod(payload);
  payload.fill(0xff);
  expect(read).toMatchObject(method);
});

test('a delivery tag beyond what a number can hold is read as the nearest', () => {
  const payload = Buffer.concat([Buffer.of(0, 60, 0, 80), Buffer.alloc(8, 0xff), Buffer.of(0)]);
  expect(decodeMethod(payload)).toMatchObject({ deliveryTag: 2 ** 64 });
});

test('a text that is too long is refused, not cut', () => {
  const refused = expect.objectContaining({ name: 'RangeError', message: expect.stringContaining('256 octets') });
  expect(() => encodeMethod({ name: 'channel.close', replyText: 'x'.repeat(256) })).toThrow(refused);
});
