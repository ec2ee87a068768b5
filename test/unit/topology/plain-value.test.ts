import { type FieldValue, Typed } from '../../../src/client/message.ts';
import { areLookAlikes, plainValue, samePlain, withType } from '../../../src/topology/plain-value.ts';

test.each<[FieldValue, unknown]>([
  ['1', '1'],
  [1, 1],
  [new Typed('int64', 5n), 5],
  [new Typed('timestamp', 1_700_000_000), 1_700_000_000],
  [new Typed('decimal', { places: 2, digits: 1234 }), { places: 2, digits: 1234 }],
  [Buffer.from('ab'), 'ab'],
  [null, null],
  [
    [1, { a: new Typed('double', 1.5) }],
    [1, { a: 1.5 }],
  ],
])('plainValue(%j)', (value, plain) => expect(plainValue(value)).toEqual(plain));

test.each<[unknown, unknown, boolean]>([
  [1, 1, true],
  [0, -0, true],
  [Number.NaN, Number.NaN, true],
  [1, '1', false],
  [true, 'true', false],
  [null, undefined, false],
  [{ a: 1, b: [1] }, { b: [1], a: 1 }, true],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [{ a: 1, b: undefined }, { a: 1, c: 2 }, false],
  [[1], { 0: 1 }, false],
  [[1, 2], [2, 1], false],
])('samePlain(%j, %j)', (a, b, same) => {
  expect(samePlain(a, b)).toBe(same);
  expect(samePlain(b, a)).toBe(same);
});

test.each<[unknown, string]>([
  ['1', 'the string "1"'],
  [1, 'the number 1'],
  [true, 'true'],
  [null, 'null (no value)'],
  [[1], '[1]'],
])('withType(%j)', (value, text) => expect(withType(value)).toBe(text));

test.each<[unknown, unknown, boolean]>([
  [1, '1', true],
  ['true', true, true],
  [1, 2, false],
  [1, 1, false],
  [null, 'null', false],
])('areLookAlikes(%j, %j)', (a, b, alike) => expect(areLookAlikes(a, b)).toBe(alike));
