import fc from 'fast-check';
import { parseExactJson } from '../../../src/client/exact-json.ts';
import { Typed } from '../../../src/client/message.ts';

describe('exact JSON', () => {
  test('tells doubles from integers, and rounds none', () => {
    expect(parseExactJson('{"a":1.0,"b":1,"c":[1.5,-2.0e3],"d":1152921504606846976,"e":"1.0"}')).toEqual({
      a: new Typed('double', 1),
      b: 1,
      c: [1.5, new Typed('double', -2000)],
      d: new Typed('int64', 1_152_921_504_606_846_976n),
      e: '1.0',
    });
  });

  test('is JSON.parse for all else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        if (/\d{16}|[eE]/.test(text)) return;
        expect(parseExactJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test('refuses what is no JSON', () => {
    expect(() => parseExactJson('{"a":1.0')).toThrow(SyntaxError);
  });
});
