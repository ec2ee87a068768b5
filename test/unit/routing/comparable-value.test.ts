import fc from 'fast-check';
import { argumentsIdentity, comparableInBinding, comparableInMessage } from '../../../src/routing/comparable-value.ts';
import type { Headers, TypedValue } from '../../../src/routing/typed-value.ts';
import { anyArguments, byte, text, typed } from './typed-values.ts';

describe('argumentsIdentity', () => {
  test('is the same for arguments in another order', () => {
    expect(
      argumentsIdentity([
        ['a', byte(1)],
        ['b', byte(2)],
      ]),
    ).toBe(
      argumentsIdentity([
        ['b', byte(2)],
        ['a', byte(1)],
      ]),
    );
    expect(argumentsIdentity([])).toBe(argumentsIdentity([]));
  });

  test.each<readonly [Headers, Headers]>([
    [[['a', byte(1)]], []],
    [[['a', byte(1)]], [['a', typed('long', 1n)]]],
    [[['a', text('1')]], [['a', typed('binary', Buffer.from('1'))]]],
    [[['a', typed('array', [])]], [['a', typed('table', [])]]],
    [
      [
        ['a', byte(1)],
        ['a', byte(2)],
      ],
      [
        ['a', byte(2)],
        ['a', byte(1)],
      ],
    ],
    [
      [
        ['a', text('x')],
        ['b', text('')],
      ],
      [['a', text('x1:blongstr s')]],
    ],
  ])('%j is not %j', (one, other) => {
    expect(argumentsIdentity(one)).not.toBe(argumentsIdentity(other));
  });

  test('is equal only for equal arguments', () => {
    fc.assert(
      fc.property(anyArguments, anyArguments, (one, other) => {
        const sorted = (args: Headers) =>
          args.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([name, value]) => [name, plain(value)]);
        expect(argumentsIdentity(one) === argumentsIdentity(other)).toBe(JSON.stringify(sorted(one)) === JSON.stringify(sorted(other)));
      }),
      { numRuns: 1_000 },
    );
  });
});

test('values nested as deep as a frame is long are compared without running out of stack', () => {
  let deep = typed('array', []);
  let other = typed('table', []);
  for (let depth = 0; depth < 100_000; depth++) {
    deep = typed('array', [deep]);
    other = typed('array', [other]);
  }
  expect(comparableInMessage(deep) === comparableInBinding(deep)).toBe(true);
  expect(comparableInMessage(deep) === comparableInBinding(other)).toBe(false);
});

/** Another way to tell values apart. */
function plain({ type, value }: TypedValue): unknown {
  if (type === 'array') return [type, (value as readonly TypedValue[]).map(plain)];
  if (type === 'table') return [type, (value as Headers).map(([name, inner]) => [name, plain(inner)])];
  if (type === 'float' || type === 'double') return [type, Object.is(value, -0) ? '-0' : value];
  return [type, typeof value === 'bigint' ? String(value) : value];
}
