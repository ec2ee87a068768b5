import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { formatEnvelope, PROPERTY_NAMES, parseEnvelope } from '../../../src/client/envelope.ts';
import { fieldFromJson } from '../../../src/client/field-json.ts';
import { type Delivery, type Message, type Properties, Typed } from '../../../src/client/message.ts';
import { UsageError } from '../../../src/errors.ts';

const shortstr = fc.string({ unit: 'binary', maxLength: 63 });
const octet = fc.integer({ min: 0, max: 255 });
const header = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  fc.integer({ min: -128, max: 127 }).map((n) => new Typed('int8', n)),
);
const headers = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom('!', '__proto__', 'x-death'), shortstr), header))
  .map((pairs) => Object.fromEntries(pairs));
const all = {
  contentType: shortstr,
  contentEncoding: shortstr,
  headers,
  deliveryMode: octet,
  priority: octet,
  correlationId: shortstr,
  replyTo: shortstr,
  expiration: shortstr,
  messageId: shortstr,
  timestamp: fc.maxSafeNat(),
  type: shortstr,
  userId: shortstr,
  appId: shortstr,
};
const properties = fc.record(all, { requiredKeys: [] }).map((record) => record as Properties);
const body = fc.oneof(
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
);
const message: fc.Arbitrary<Message> = fc.record({ exchange: shortstr, routingKey: shortstr, properties, body });

const PLAIN: Message = { exchange: 'orders', routingKey: 'order.eu', properties: {}, body: Buffer.from('text') };
const DELIVERY: Delivery = { ...PLAIN, deliveryTag: 7, redelivered: false };

describe('formatEnvelope', () => {
  test('writes the keys of the contract in its order, redelivered for deliveries only', () => {
    const full = { ...DELIVERY, properties: { contentType: 'application/json', deliveryMode: 2, headers: { n: 1 } } };
    expect(formatEnvelope(full)).toBe(
      '{"exchange":"orders","routingKey":"order.eu","redelivered":false,"properties":{"contentType":"application/json","deliveryMode":2,"headers":{"n":1}},"body":"text"}',
    );
    expect(formatEnvelope(PLAIN)).toBe('{"exchange":"orders","routingKey":"order.eu","properties":{},"body":"text"}');
  });

  test.each([
    ['', 'body', ''],
    ['efbbbf61', 'body', '\ufeffa'],
    ['00', 'body', '\0'],
    ['f09f9087', 'body', '🐇'],
    ['ff', 'bodyBase64', '/w=='],
    ['c3', 'bodyBase64', 'ww=='],
    ['c080', 'bodyBase64', 'wIA='],
    ['eda080', 'bodyBase64', '7aCA'],
    ['f4908080', 'bodyBase64', '9JCAgA=='],
  ])('the bytes %s go as %s', (hex, key, value) => {
    const bytes = Buffer.from(hex, 'hex');
    const line = formatEnvelope({ ...PLAIN, body: bytes });
    const json = JSON.parse(line);
    expect(json[key]).toBe(value);
    expect(Object.keys(json)).toEqual(['exchange', 'routingKey', 'properties', key]);
    expect(parseEnvelope(line).body).toEqual(bytes);
  });

  test('any bytes go as text exactly when they are UTF-8', () => {
    const near = fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(near, body), (bytes) => {
        const isText = Buffer.from(bytes.toString('utf8')).equals(bytes);
        expect(Object.keys(JSON.parse(formatEnvelope({ ...PLAIN, body: bytes }))).at(-1)).toBe(isText ? 'body' : 'bodyBase64');
      }),
      { numRuns: 500 },
    );
  });

  test('the line is one line to every reader', () => {
    const line = formatEnvelope({ ...PLAIN, routingKey: '\u2028\r', body: Buffer.from('a\nb\u2028c\u2029') });
    expect(line).not.toMatch(/[\n\r\u2028\u2029]/);
    expect(parseEnvelope(line)).toEqual({ ...PLAIN, routingKey: '\u2028\r', body: Buffer.from('a\nb\u2028c\u2029') });
  });
});

describe('parseEnvelope', () => {
  test('reads back what formatEnvelope wrote', () => {
    fc.assert(
      fc.property(message, (sent) => expect(parseEnvelope(formatEnvelope(sent))).toEqual(sent)),
      { numRuns: 300 },
    );
  });

  test('all 13 properties travel', () => {
    expect(Object.keys(all)).toEqual(PROPERTY_NAMES);
    const every = fc.record(all).map((record) => record as Properties);
    fc.assert(fc.property(every, (sent) => expect(parseEnvelope(formatEnvelope({ ...PLAIN, properties: sent })).properties).toEqual(sent)));
  });

  test('tells absent from empty, and drops redelivered', () => {
    expect(parseEnvelope('{}')).toStrictEqual({ properties: {}, body: Buffer.alloc(0) });
    expect(parseEnvelope('{"exchange":"","routingKey":"","redelivered":true}')).toStrictEqual({
      exchange: '',
      routingKey: '',
      properties: {},
      body: Buffer.alloc(0),
    });
  });

  test('takes a byte order mark before the line and white space around it', () => {
    expect(parseEnvelope('\ufeff {"body":"\ufeff"} \r').body).toEqual(Buffer.from('\ufeff'));
  });

  test('reads headers with a key "!" of their own', () => {
    const sent = { ...PLAIN, properties: { headers: { '!': 'int8', value: 1 } } };
    expect(formatEnvelope(sent)).toContain('"headers":{"!":"table","value":{"!":"int8","value":1}}');
    expect(parseEnvelope(formatEnvelope(sent)).properties).toEqual(sent.properties);
  });

  test('a timestamp that a broker gave out beyond 2^53 is read back', () => {
    const sent = { ...PLAIN, properties: { timestamp: 1_700_000_000_123_456_800 } };
    expect(parseEnvelope(formatEnvelope(sent)).properties).toEqual(sent.properties);
  });

  test.each([
    ['', 'not JSON: Unexpected end of JSON input'],
    ['[]', 'an array is not an envelope'],
    ['null', 'null is not an envelope'],
    ['"x"', '"x" is not an envelope'],
    ['{"routing_key":"a"}', '"routing_key" is no key of an envelope: did you mean routingKey?'],
    ['{"__proto__":{}}', '"__proto__" is no key of an envelope'],
    ['{"exchange":5}', 'exchange: 5 is not a string'],
    ['{"routingKey":null}', 'routingKey: null is not a string'],
    [`{"routingKey":"${'é'.repeat(128)}"}`, `routingKey: "${'é'.repeat(60)}…" is 256 bytes long`],
    ['{"exchange":"\\ud800"}', 'exchange: holds half a surrogate pair, which UTF-8 cannot write'],
    ['{"properties":[]}', 'properties: an array is not an object'],
    ['{"properties":{"content-type":"a"}}', '"content-type" is no key of properties: did you mean contentType?'],
    ['{"properties":{"clusterId":"a"}}', '"clusterId" is no key of properties'],
    ['{"properties":{"constructor":1}}', '"constructor" is no key of properties'],
    ['{"properties":{"__proto__":1}}', '"__proto__" is no key of properties'],
    ['{"properties":{"contentType":1}}', 'properties.contentType: 1 is not a string'],
    ['{"properties":{"expiration":60000}}', 'properties.expiration: 60000 is not a string'],
    ['{"properties":{"deliveryMode":256}}', 'properties.deliveryMode: 256 is not a whole number from 0 to 255'],
    ['{"properties":{"priority":-1}}', 'properties.priority: -1 is not a whole number from 0 to 255'],
    ['{"properties":{"priority":"1"}}', 'properties.priority: "1" is not a whole number from 0 to 255'],
    ['{"properties":{"timestamp":1.5}}', 'properties.timestamp: 1.5 is not a timestamp'],
    ['{"properties":{"timestamp":-1}}', 'properties.timestamp: -1 is not a timestamp'],
    ['{"properties":{"timestamp":1e30}}', 'properties.timestamp: 1e+30 is not a timestamp'],
    ['{"properties":{"timestamp":9007199254740993}}', 'properties.timestamp: JSON rounds 9007199254740993 to 9007199254740992'],
    ['{"properties":{"headers":[]}}', 'properties.headers: an array is not a table'],
    ['{"properties":{"headers":null}}', 'properties.headers: null is not a table'],
    ['{"properties":{"headers":{"!":"int8","value":1}}}', 'properties.headers: an object is not a table'],
    ['{"properties":{"headers":{"a":[1,{"!":"int8","value":200}]}}}', 'properties.headers.a[1]: 200 is not of type int8'],
    ['{"properties":{"headers":{"a":9007199254740993}}}', 'properties.headers.a: JSON rounds 9007199254740993 to 9007199254740992'],
    ['{"body":{"id":1}}', 'body: an object is not a string'],
    ['{"body":null}', 'body: null is not a string'],
    ['{"body":"\\ud800"}', 'body: holds half a surrogate pair, which UTF-8 cannot write'],
    ['{"body":"","bodyBase64":""}', 'body and bodyBase64 exclude each other'],
    ['{"bodyBase64":"AAH"}', 'bodyBase64: "AAH" is not base64'],
    ['{"bodyBase64":"A-_="}', 'bodyBase64: "A-_=" is not base64'],
    ['{"bodyBase64":1}', 'bodyBase64: 1 is not base64'],
  ])('%s is refused with a hint', (line, text) => {
    const parse = () => parseEnvelope(line);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(expect.objectContaining({ message: text, hint: expect.stringMatching(/./) }));
  });

  test('any text is a message or a UsageError', () => {
    const json = fc.jsonValue();
    const keys = [...PROPERTY_NAMES, '!', 'value', 'extra'];
    const some = fc.array(fc.tuple(fc.constantFrom(...keys), json)).map((pairs) => Object.fromEntries(pairs));
    const tagged = fc.record({ '!': fc.constantFrom('int64', 'bytes', 'table', 'decimal', 'float'), value: json });
    const holder = fc.record({ headers: fc.oneof(fc.dictionary(fc.string(), fc.oneof(tagged, json)), tagged) });
    const near = fc.record(
      {
        exchange: fc.oneof(shortstr, json),
        routingKey: json,
        properties: fc.oneof(holder, some, json),
        body: fc.oneof(fc.string(), json),
        bodyBase64: fc.oneof(fc.base64String(), json),
      },
      { requiredKeys: [] },
    );
    const line = fc.oneof(
      fc.string(),
      fc.json(),
      near.map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(line, (text) => {
        try {
          expect(Buffer.isBuffer(parseEnvelope(text).body)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
      { numRuns: 2000 },
    );
    for (const nest of ['[', '{"a":']) {
      const deep = nest.repeat(100_000) + (nest === '[' ? ']' : '1}').repeat(nest === '[' ? 100_000 : 1);
      expect(() => parseEnvelope(`{"properties":{"headers":{"x":${deep}${nest === '[' ? '' : '}'.repeat(99_999)}}}}`)).toThrow(UsageError);
    }
  });
});

describe('docs/envelope.md', () => {
  const docs = readFileSync(new URL('../../../docs/envelope.md', import.meta.url), 'utf8');

  test('its example is an envelope that formatEnvelope writes', () => {
    const [line] = /^\{"exchange.*$/m.exec(docs) as RegExpExecArray;
    const { exchange = '', routingKey = '', ...rest } = parseEnvelope(line);
    expect(formatEnvelope({ exchange, routingKey, ...rest, redelivered: false })).toBe(line);
  });

  test('every tagged form in it is one', () => {
    const forms = [...docs.matchAll(/(?<=[`=])\{"!":[^`…]*(?=`)/g)].map(([form]) => form);
    expect(forms.length).toBeGreaterThan(12);
    for (const form of forms) expect(() => fieldFromJson(JSON.parse(form), form)).not.toThrow();
  });
});
