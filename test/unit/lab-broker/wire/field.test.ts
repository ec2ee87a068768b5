import { findField, longstr, type Table, textOf } from '../../../../src/lab-broker/wire/field.ts';

const table: Table = [
  ['a', longstr('é')],
  ['b', { type: 'bool', value: true }],
  ['a', longstr('later')],
];

test('the first field of a name is found', () => {
  expect(textOf(findField(table, 'a'))).toBe('é');
  expect(findField(table, 'b')).toEqual({ type: 'bool', value: true });
  expect(findField(table, 'c')).toBeUndefined();
});

test('only a longstr has a text', () => {
  expect(textOf(findField(table, 'b'))).toBeUndefined();
  expect(textOf({ type: 'binary', value: Buffer.from('x') })).toBeUndefined();
  expect(textOf(undefined)).toBeUndefined();
});
