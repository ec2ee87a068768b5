import fc from 'fast-check';
import { type FieldValue, Typed } from '../../../src/client/message.ts';
import { parsePair, parsePairs, parseProperty } from '../../../src/client/typed-pair.ts';
import { UsageError } from '../../../src/errors.ts';

describe('parsePair', () => {
  test.each<[string, string, FieldValue]>([
    ['k=v', 'k', 'v'],
    ['k=', 'k', ''],
    ['k= v ', 'k', ' v '],
    ['k=1', 'k', '1'],
    ['k=a=b', 'k', 'a=b'],
    ['k=a: b', 'k', 'a: b'],
    ['k: v', 'k', 'v'],
    ['k:  v=w ', 'k', ' v=w '],
    ['k: ', 'k', ''],
    ['X-Url: http://a/?b=c', 'X-Url', 'http://a/?b=c'],
    ['a:b: c', 'a:b', 'c'],
    ['x:y:string=1', 'x:y', '1'],
    ['__proto__=1', '__proto__', '1'],
    ['k:string= 1', 'k', ' 1'],
    ['k:int=1', 'k', 1],
    ['k:int=-0', 'k', 0],
    ['k:int=+0012', 'k', 12],
    ['k:int=9007199254740991', 'k', 2 ** 53 - 1],
    ['k:int=9007199254740993', 'k', new Typed('int64', 2n ** 53n + 1n)],
    ['k:int=-9223372036854775808', 'k', new Typed('int64', -(2n ** 63n))],
    ['k:bool=true', 'k', true],
    ['k:bool=false', 'k', false],
    ['k:null=', 'k', null],
    ['k:float=1.5', 'k', new Typed('double', 1.5)],
    ['k:float=1', 'k', new Typed('double', 1)],
    ['k:float=-0', 'k', new Typed('double', -0)],
    ['k:double=-.5e-3', 'k', new Typed('double', -0.0005)],
    ['k:double=NaN', 'k', new Typed('double', Number.NaN)],
    ['k:float=-Infinity', 'k', new Typed('double', Number.NEGATIVE_INFINITY)],
    ['k:json={"a": [1, null]}', 'k', { a: [1, null] }],
    ['k:json="x"', 'k', 'x'],
    ['k:json={"!":"float","value":0.5}', 'k', new Typed('float', 0.5)],
    ['k:timestamp=1700000000', 'k', new Typed('timestamp', 1_700_000_000)],
    ['k:timestamp=18446744073709551615', 'k', new Typed('timestamp', 2n ** 64n - 1n)],
    ['k:timestamp=2023-11-14', 'k', new Typed('timestamp', 1_699_920_000)],
    ['k:timestamp=2023-11-14T22:13:20Z', 'k', new Typed('timestamp', 1_700_000_000)],
    ['k:timestamp=2023-11-14T23:13:20.999+01:00', 'k', new Typed('timestamp', 1_700_000_000)],
    ['k:decimal=12.34', 'k', new Typed('decimal', { places: 2, digits: 1234 })],
    ['k:decimal=007', 'k', new Typed('decimal', { places: 0, digits: 7 })],
    ['k:bytes=AAH/', 'k', Buffer.from([0, 1, 255])],
    ['k:bytes=', 'k', Buffer.alloc(0)],
    ['k:int8=-128', 'k', new Typed('int8', -128)],
    ['k:uint8=255', 'k', new Typed('uint8', 255)],
    ['k:int16=1', 'k', new Typed('int16', 1)],
    ['k:uint16=1', 'k', new Typed('uint16', 1)],
    ['k:int32=1', 'k', new Typed('int32', 1)],
    ['k:uint32=4294967295', 'k', new Typed('uint32', 4294967295)],
    ['k:int64=1', 'k', new Typed('int64', 1)],
    ['k:int64=9223372036854775807', 'k', new Typed('int64', 2n ** 63n - 1n)],
  ])('%s', (text, key, value) => expect(parsePair(text, '-H')).toEqual([key, value]));

  test.each([
    ['k', '-H: "k" has no \'='],
    ['k:', '-H: "k:" has no \'='],
    ['', '-H: "" has no \'='],
    ['=v', '-H: "=v" has no key'],
    [': v', '-H: ": v" has no key'],
    [':int=1', '-H: ":int=1" has no key'],
    ['x:y=1', '-H: "x:y": "y" is no type'],
    ['k:bol=true', '-H: "k:bol": "bol" is no type: did you mean bool?'],
    ['k:=1', '-H: "k:": "" is no type'],
    ['k:constructor=1', '-H: "k:constructor": "constructor" is no type'],
    [`${'k'.repeat(256)}=1`, '-H: the key "kkkkkkkk'],
    ['k:int=', '-H k:int: "" is not a whole number'],
    ['k:int=1.5', '-H k:int: "1.5" is not a whole number'],
    ['k:int= 1', '-H k:int: " 1" is not a whole number'],
    ['k:int=9223372036854775808', '-H k:int: "9223372036854775808" is not of type int64'],
    [`k:int=${'9'.repeat(400)}`, '-H k:int: "9999'],
    ['k:int8=128', '-H k:int8: 128 is not of type int8'],
    ['k:uint32=99999999999999999', '-H k:uint32: "99999999999999999" is not of type uint32'],
    ['k:bool=yes', '-H k:bool: "yes" is not a boolean'],
    ['k:null=null', '-H k:null: null has no value, but "null" is given'],
    ['k:float=', '-H k:float: "" is not a number'],
    ['k:float=0x10', '-H k:float: "0x10" is not a number'],
    ['k:float=1e999', '-H k:float: "1e999" is not a number'],
    ['k:json={', '-H k:json: not JSON'],
    ['k:json=', '-H k:json: not JSON'],
    ['k:json={"a":[1,{"!":"x"}]}', '-H k:json.a[1]: the type "x" after "!" is not known'],
    ['k:json=9007199254740993', '-H k:json: JSON rounds 9007199254740993 to 9007199254740992'],
    ['k:timestamp=', '-H k:timestamp: "" is not a timestamp'],
    ['k:timestamp=-1', '-H k:timestamp: "-1" is not a timestamp'],
    ['k:timestamp=18446744073709551616', '-H k:timestamp: "18446744073709551616" is not a timestamp'],
    ['k:timestamp=2024-02-30', '-H k:timestamp: "2024-02-30" is not a timestamp'],
    ['k:timestamp=2024-01-31T12:00:00', '-H k:timestamp: "2024-01-31T12:00:00" is not a timestamp'],
    ['k:timestamp=1969-12-31', '-H k:timestamp: "1969-12-31" is not a timestamp'],
    ['k:timestamp=2024-13-01', '-H k:timestamp: "2024-13-01" is not a timestamp'],
    ['k:decimal=-1', '-H k:decimal: "-1" is not a decimal'],
    ['k:decimal=42949672.96', '-H k:decimal: "42949672.96" is too long for a decimal'],
    ['k:bytes=?', '-H k:bytes: "?" is not base64'],
  ])('%s is refused with a hint', (text, message) => {
    const parse = () => parsePair(text, '-H');
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(expect.objectContaining({ hint: expect.stringMatching(/./), message: expect.stringContaining(message) }));
  });

  test('any text is a pair or a UsageError', () => {
    const words = fc.constantFrom('int', 'float', 'json', 'timestamp', 'decimal', 'bytes', 'int8', 'uint32', 'int64', 'null', 'bool');
    const near = fc.tuple(words, fc.oneof(fc.json(), fc.string(), fc.bigInt().map(String))).map(([word, value]) => `k:${word}=${value}`);
    fc.assert(
      fc.property(fc.oneof(fc.string(), near), (text) => {
        try {
          expect(parsePair(text, '-H')).toHaveLength(2);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('parsePairs', () => {
  test('makes one table, in which __proto__ is a key', () => {
    const table = parsePairs(['b=1', 'a:int=2', '__proto__:json={"x":1}'], '-H');
    expect(Object.entries(table)).toEqual([
      ['b', '1'],
      ['a', 2],
      ['__proto__', { x: 1 }],
    ]);
    expect(table.x).toBeUndefined();
    expect(parsePairs([], '-H')).toEqual({});
  });

  test('refuses a key given twice', () => {
    expect(() => parsePairs(['a=1', 'b=2', 'a:int=3'], '--arg')).toThrow(new UsageError('--arg: "a" is given twice'));
  });
});

describe('parseProperty', () => {
  test.each([
    ['content-type=text/plain', { contentType: 'text/plain' }],
    ['contentEncoding=gzip', { contentEncoding: 'gzip' }],
    ['delivery-mode=1', { deliveryMode: 1 }],
    ['deliveryMode=transient', { deliveryMode: 1 }],
    ['delivery-mode=2', { deliveryMode: 2 }],
    ['delivery-mode=persistent', { deliveryMode: 2 }],
    ['priority=255', { priority: 255 }],
    ['correlation-id=', { correlationId: '' }],
    ['reply-to=a=b', { replyTo: 'a=b' }],
    ['expiration=60000', { expiration: '60000' }],
    ['message-id= 1', { messageId: ' 1' }],
    ['timestamp=1700000000', { timestamp: 1_700_000_000 }],
    ['timestamp=2023-11-14T22:13:20Z', { timestamp: 1_700_000_000 }],
    ['type=t', { type: 't' }],
    ['user-id=guest', { userId: 'guest' }],
    ['appId=a', { appId: 'a' }],
  ])('%s', (text, properties) => expect(parseProperty(text)).toStrictEqual(properties));

  test.each([
    ['priority', '--property: "priority" has no \'='],
    ['contnt-type=a', '--property: "contnt-type" is no property: did you mean content-type?'],
    ['mesageId=a', '--property: "mesageId" is no property: did you mean messageId?'],
    ['cluster-id=a', '--property: "cluster-id" is no property'],
    ['__proto__=a', '--property: "__proto__" is no property'],
    ['headers={}', '--property: headers are not set here'],
    ['delivery-mode=3', '--property delivery-mode: "3" is not a delivery mode'],
    ['priority=256', '--property priority: 256 is not a whole number from 0 to 255'],
    ['priority=high', '--property priority: "high" is not a whole number from 0 to 255'],
    ['timestamp=9007199254740992', '--property timestamp: '],
    ['timestamp=now', '--property timestamp: "now" is not a timestamp'],
    [`type=${'t'.repeat(256)}`, '--property type: "tttt'],
  ])('%s is refused with a hint', (text, message) => {
    const parse = () => parseProperty(text);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(expect.objectContaining({ hint: expect.stringMatching(/./), message: expect.stringContaining(message) }));
  });
});
