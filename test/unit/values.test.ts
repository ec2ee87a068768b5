import fc from 'fast-check';
import { UsageError } from '../../src/errors.ts';
import { parseDuration, parseInteger, parseSize } from '../../src/values.ts';
import { refusal } from '../support/refusal.ts';

describe('parseDuration', () => {
  test.each<[string, number]>([
    ['0', 0],
    ['0s', 0],
    ['250ms', 250],
    ['5s', 5_000],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['1.5s', 1_500],
    ['0.25ms', 0],
    ['0.5ms', 1],
    ['007s', 7_000],
  ])('%s is %d ms', (text, milliseconds) => expect(parseDuration(text, '--timeout')).toBe(milliseconds));

  test.each([
    '',
    ' ',
    '5',
    '-5s',
    '+5s',
    '5 s',
    ' 5s',
    '5s ',
    '5S',
    '5sec',
    '5d',
    '1m30s',
    's',
    '.5s',
    '5.s',
    '1e3s',
    '0x1s',
    '٥s',
    '5s\n',
  ])('%j is refused', (text) => {
    const error = refusal(() => parseDuration(text, '--timeout'));
    expect(error.message).toBe(`--timeout: '${text}' is not a duration`);
    expect(error.hint).toMatch(/250ms.*5s.*2m.*1h/);
  });

  test('one that no number can hold is refused', () => {
    expect(refusal(() => parseDuration(`${'9'.repeat(400)}h`, '--timeout')).message).toMatch(/is too long$/);
  });
});

describe('parseSize', () => {
  test.each<[string, number]>([
    ['0', 0],
    ['512', 512],
    ['512b', 512],
    ['4kB', 4_000],
    ['4KB', 4_000],
    ['64KiB', 65_536],
    ['1MiB', 1_048_576],
    ['1mb', 1_000_000],
    ['2GB', 2_000_000_000],
    ['1GiB', 1_073_741_824],
    ['0.5KiB', 512],
  ])('%s is %d bytes', (text, bytes) => expect(parseSize(text, '--max-length-bytes')).toBe(bytes));

  test.each(['', '-1', '4 kB', '4k', '4kb ', 'kB', '1e3', '4constructor', '4toString', '4__proto__'])('%j is refused', (text) => {
    const error = refusal(() => parseSize(text, '--max-length-bytes'));
    expect(error.message).toBe(`--max-length-bytes: '${text}' is not a size`);
    expect(error.hint).toMatch(/512.*4kB.*1MiB/);
  });

  test('one that no number can hold is refused', () => {
    expect(refusal(() => parseSize(`${'9'.repeat(20)}GiB`, '--size')).message).toMatch(/is too large$/);
  });
});

describe('parseInteger', () => {
  test.each<[string, number, number, number]>([
    ['0', 0, 9, 0],
    ['9', 0, 9, 9],
    ['+5', 0, 9, 5],
    ['-3', -3, 9, -3],
    ['0010', 0, 10, 10],
    ['-0', 0, 9, 0],
  ])('%s within %d and %d', (text, min, max, value) => expect(parseInteger(text, '--count', min, max)).toBe(value));

  test.each(['', ' ', '1 ', '1.5', '1.0', '1e2', '0x10', '--1', '٥', 'NaN', 'Infinity', '-1', '11', '1_0'])('%j is refused', (text) => {
    const error = refusal(() => parseInteger(text, '--count', 0, 10));
    expect(error.message).toBe(`--count: '${text}' is not a whole number from 0 to 10`);
    expect(error.hint).toBe('give a whole number from 0 to 10');
  });

  test('without an end, up to what a number can hold', () => {
    expect(parseInteger('9007199254740991', '-n', 1)).toBe(Number.MAX_SAFE_INTEGER);
    expect(refusal(() => parseInteger('9007199254740992', '-n', 1)).message).toBe("-n: '9007199254740992' is not a whole number from 1 up");
  });
});

test('any text is a number that can be counted with, or a UsageError that names option and text', () => {
  const near = fc.tuple(fc.oneof(fc.integer().map(String), fc.double().map(String)), fc.constantFrom('', 'ms', 's', 'h', 'kB', 'MiB', ' '));
  const text = fc.oneof(
    fc.string(),
    near.map(([number, unit]) => number + unit),
  );
  fc.assert(
    fc.property(fc.constantFrom(parseDuration, parseSize, parseInteger), text, (parse, given) => {
      let value: number | undefined;
      try {
        value = parse(given, '--option');
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
        expect((error as UsageError).message).toContain(`--option: '${given}'`);
        expect((error as UsageError).hint).toMatch(/./);
        return;
      }
      expect(Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
