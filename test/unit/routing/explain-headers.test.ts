import { explainHeaders } from '../../../src/routing/explain-headers.ts';
import type { Headers, TypedValue } from '../../../src/routing/typed-value.ts';
import { byte, PRESENT, text, typed } from './typed-values.ts';

const mode = (value: string) => ['x-match', text(value)] as const;
const a1 = ['a', byte(1)] as const;
const bx = ['b', text('x')] as const;
const NOT_COUNTED = 'names with x- need x-match `all-with-x` or `any-with-x`';

describe('explainHeaders', () => {
  test.each<readonly [string, Headers, Headers, string]>([
    ['nothing wanted', [], [a1], 'the binding names no headers, so it takes every message'],
    ['one', [a1], [a1], 'the header `a` is the number 1, as the binding wants it'],
    ['another width', [['a', typed('long', 1n)]], [a1], 'the header `a` is the number 1, as the binding wants it'],
    ['presence', [['a', PRESENT]], [a1], 'the header `a` is there, and the binding wants only its presence'],
    ['two', [a1, bx], [a1, bx], 'both headers match: `a` is the number 1 and `b` is the text "x"'],
    [
      'three',
      [a1, bx, ['c', PRESENT]],
      [a1, bx, ['c', byte(1)]],
      'all three headers match: `a` is the number 1, `b` is the text "x" and `c` is there (only presence is wanted)',
    ],
    ['any of one', [mode('any'), a1], [a1], 'the header `a` is the number 1, as the binding wants it'],
    [
      'any',
      [mode('any'), bx, a1],
      [a1],
      'the header `a` is the number 1, as the binding wants it, and with x-match `any` one of the two is enough',
    ],
    [
      'x-',
      [a1, ['x-b', byte(1)]],
      [a1],
      `the header \`a\` is the number 1, as the binding wants it; \`x-b\` does not count: ${NOT_COUNTED}`,
    ],
    [
      'only x-',
      [
        ['x-b', byte(1)],
        ['x-c', byte(1)],
      ],
      [a1],
      `the binding names no headers that count, so it takes every message; \`x-b\` and \`x-c\` do not count: ${NOT_COUNTED}`,
    ],
    ['with x', [mode('all-with-x'), ['x-b', byte(1)]], [['x-b', byte(1)]], 'the header `x-b` is the number 1, as the binding wants it'],
    [
      'timestamp',
      [['a', typed('timestamp', 2000n)]],
      [['a', typed('timestamp', 2n)]],
      'the header `a` is the timestamp 2 (matched in milliseconds: 2000), as the binding wants it',
    ],
  ])('takes: %s', (_name, args, headers, reason) => {
    expect(explainHeaders('', args, headers)).toEqual({ matched: true, reason });
  });

  test.each<readonly [string, Headers, Headers, string]>([
    ['any of nothing', [mode('any')], [a1], 'the binding names no headers, so with x-match `any` it takes no message'],
    ['missing', [a1], [bx], 'the message has no header `a`'],
    ['no headers', [a1], [], 'the message has no headers, the binding wants `a`'],
    ['name in another case', [['A', byte(1)]], [a1], 'the message has no header `A`, only `a`: upper and lower case differ'],
    ['BCC', [['BCC', PRESENT]], [['BCC', typed('array', [])]], 'a header `BCC` never matches: the broker takes it away before it routes'],
    [
      'one of two',
      [a1, bx],
      [a1, ['b', text('y')]],
      'the header `b` is "y", the binding wants "x" (one of the two headers matches, x-match `all` wants every one)',
    ],
    [
      'none of two',
      [a1, bx],
      [['a', byte(2)]],
      'the header `a` is 2, the binding wants 1 (none of the two headers match, x-match `all` wants every one)',
    ],
    [
      'any of two',
      [mode('any'), a1, bx],
      [['a', byte(2)]],
      'neither header matches: the header `a` is 2, the binding wants 1; the message has no header `b`',
    ],
    [
      'any of five',
      [mode('any'), a1, bx, ['c', PRESENT], ['d', PRESENT], ['e', PRESENT], ['x-f', PRESENT]],
      [['a', byte(2)]],
      'none of the five headers matches: the header `a` is 2, the binding wants 1; the message has no header `b`; ' +
        `the message has no header \`c\`; and two more; \`x-f\` does not count: ${NOT_COUNTED}`,
    ],
    ['the last of two', [a1], [a1, ['a', byte(2)]], 'the header `a` (the last of two with that name) is 2, the binding wants 1'],
  ])('does not take: %s', (_name, args, headers, reason) => {
    expect(explainHeaders('', args, headers)).toEqual({ matched: false, reason });
  });

  test.each<readonly [TypedValue, TypedValue, string]>([
    [byte(2), byte(1), '2, the binding wants 1'],
    [text('1'), byte(1), 'the text "1", the binding wants the number 1: a text never matches a number'],
    [byte(1), text('1'), 'the number 1, the binding wants the text "1": a number never matches a text'],
    [text('2'), byte(1), 'the text "2", the binding wants the number 1'],
    [
      typed('double', 1),
      byte(1),
      'the floating-point number 1, the binding wants the number 1: a floating-point number never matches a whole number',
    ],
    [text('true'), typed('bool', true), 'the text "true", the binding wants the boolean true: a text never matches a boolean'],
    [typed('bool', false), typed('bool', true), 'false, the binding wants true'],
    [text('Red'), text('red'), '"Red", the binding wants "red": upper and lower case differ'],
    [text('red '), text('red'), '"red ", the binding wants "red": they differ in white space at the beginning or end'],
    [typed('binary', Buffer.from([255, 1])), text('x'), '0xff01, the binding wants "x"'],
    [typed('decimal', { scale: 1, unscaled: 5 }), typed('decimal', { scale: 2, unscaled: 5 }), '0.5, the binding wants 0.05'],
    [typed('double', -0), typed('float', 0), '-0, the binding wants 0'],
    [PRESENT, byte(1), 'empty (no value), the binding wants the number 1'],
    [text(''), typed('array', []), 'the text "", the binding wants an array of no items'],
    [typed('table', [a1]), text('x'), 'a table of one pair, the binding wants the text "x"'],
    [
      typed('array', [byte(1)]),
      typed('array', [typed('long', 1n)]),
      'an array of one item, the binding wants another array: the order and the types inside count, too',
    ],
    [typed('timestamp', 1n), typed('timestamp', 1n), 'the timestamp 1 (matched in milliseconds: 1000), the binding wants the timestamp 1'],
    [byte(1), typed('timestamp', 2n), 'the number 1, the binding wants the timestamp 2'],
    [
      text(`${'x'.repeat(100)}1`),
      text(`${'x'.repeat(100)}2`),
      `"${'x'.repeat(80)}…", the binding wants "${'x'.repeat(80)}…": they differ from byte 101 on`,
    ],
  ])('header %j, wanted %j', (actual, wanted, contrast) => {
    expect(explainHeaders('', [['h', wanted]], [['h', actual]])).toEqual({ matched: false, reason: `the header \`h\` is ${contrast}` });
  });

  test('says of a key that it does not count where nothing else is wanted', () => {
    expect(explainHeaders('red', [], []).reason).toBe(
      'the binding names no headers, so it takes every message; a headers exchange does not look at the key `red`',
    );
    expect(explainHeaders('red', [a1], [a1]).reason).toBe('the header `a` is the number 1, as the binding wants it');
  });
});
