import fc from 'fast-check';
import {
  type ContentTraits,
  decodeProperties,
  encodeContentHeader,
  type Properties,
  scanContentHeader,
} from '../../../../src/lab-broker/wire/properties.ts';
import { decodeTable, encodeTable } from '../../../../src/lab-broker/wire/table.ts';
import { nearly, octets, shortText, table } from './arbitraries.ts';
import { faultOf } from './fault-of.ts';

const octet = fc.nat(255);

const anyProperties = fc.record(
  {
    contentType: shortText,
    contentEncoding: shortText,
    headers: table,
    deliveryMode: octet,
    priority: octet,
    correlationId: shortText,
    replyTo: shortText,
    expiration: shortText,
    messageId: shortText,
    timestamp: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    type: shortText,
    userId: shortText,
    appId: shortText,
    clusterId: shortText,
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Properties>;

const header = fc.tuple(fc.nat(65_535), fc.maxSafeNat(), anyProperties);

/** A content header of class 60 with these flags, and these octets behind them. */
function raw(flags: number, ...list: readonly number[]): Buffer {
  return Buffer.from([0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, flags >> 8, flags & 255, ...list]);
}

test('properties are read as they were written', () => {
  fc.assert(
    fc.property(header, ([classId, bodySize, properties]) => {
      expect(decodeProperties(encodeContentHeader(classId, bodySize, properties))).toEqual(properties);
    }),
  );
});

test('a scan finds what reading finds', () => {
  fc.assert(
    fc.property(header, ([classId, bodySize, properties]) => {
      const payload = encodeContentHeader(classId, bodySize, properties);
      const traits = scanContentHeader(payload);
      const { deliveryMode = 0, priority = -1, expiration, replyTo, userId } = properties;
      expect(traits).toMatchObject({ classId, weight: 0, bodySize, deliveryMode, priority, expiration, replyTo, userId } satisfies Omit<
        ContentTraits,
        'flags' | 'headersAt'
      >);
      expect(traits.headersAt < 0 ? undefined : decodeTable(payload, traits.headersAt).table).toEqual(properties.headers);
    }),
  );
});

test('any octets are properties or a fault, and a scan finds the same faults', () => {
  const payloads = fc.oneof(
    octets(60),
    nearly(header.map(([classId, bodySize, properties]) => encodeContentHeader(classId, bodySize, properties))),
    fc.tuple(fc.nat(65_535), octets(60)).map(([flags, list]) => raw(flags, ...list)),
  );
  fc.assert(
    fc.property(payloads, (payload) => {
      const { value, fault } = faultOf(() => decodeProperties(payload));
      expect(faultOf(() => scanContentHeader(payload)).fault).toEqual(fault);
      if (value !== undefined) expect(decodeProperties(encodeContentHeader(60, 0, value))).toEqual(value);
    }),
    { numRuns: 3_000 },
  );
});

test('the size, the weight and the flags', () => {
  const rest = ['0000000200000003', '9000', '0178', '01'].join('');
  const payload = Buffer.from(`003c0001${rest}`, 'hex');
  expect(scanContentHeader(payload)).toMatchObject({ classId: 60, weight: 1, bodySize: 2 ** 33 + 3, flags: 0x9000, deliveryMode: 1 });
  const written = encodeContentHeader(60, 2 ** 33 + 3, { contentType: 'x', deliveryMode: 1 });
  expect(written.toString('hex')).toBe(`003c0000${rest}`);
});

test.each([
  ['no property list', raw(0).subarray(0, 12)],
  ['more behind the properties', raw(0, 1)],
  ['no properties where flags announce them', raw(0xfffc)],
  ['half a text', raw(0x8000, 5, 97)],
  ['half a number', raw(0x0040, 0, 0, 0)],
  ['headers of an unknown type', raw(0x2000, 0, 0, 0, 3, 1, 97, 0x3f)],
  ['headers beyond the end', raw(0x2000, 0, 0, 0, 3, 1, 97)],
  ['headers of 4 GB', raw(0x2000, 255, 255, 255, 255)],
])('%s are an internal error, as in RabbitMQ', (_, payload) => {
  const fault = { kind: 'internal', message: 'a malformed content header' };
  expect(faultOf(() => scanContentHeader(payload)).fault).toMatchObject(fault);
  expect(faultOf(() => decodeProperties(payload)).fault).toMatchObject(fault);
});

test('what is too short for a content header is no known frame', () => {
  const message = 'type 2, all octets = <<"abcdefghijk">>: unknown_frame';
  expect(faultOf(() => scanContentHeader(Buffer.from('abcdefghijk'))).fault).toMatchObject({ kind: 'syntax', message });
});

test('the two flags that mean nothing are passed over, as in RabbitMQ', () => {
  expect(decodeProperties(raw(0x0003))).toEqual({});
  expect(scanContentHeader(raw(0x0003)).flags).toBe(3);
});

test('what is read keeps nothing of the payload', () => {
  const headers = [['a', { type: 'longstr', value: Buffer.from('x') }]] as const;
  const payload = encodeContentHeader(60, 0, { headers });
  const read = decodeProperties(payload);
  payload.fill(0xff);
  expect(encodeTable(read.headers ?? [])).toEqual(encodeTable(headers));
});

test('a text that is too long is refused, not cut', () => {
  const refused = expect.objectContaining({ name: 'RangeError' });
  expect(() => encodeContentHeader(60, 0, { type: 'x'.repeat(256) })).toThrow(refused);
});
