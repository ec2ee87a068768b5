import fc from 'fast-check';
import { escapeLine, escapeText } from '../../../src/output/escape.ts';

test.each<[string, string, string]>([
  ['', '', ''],
  ['plain é 🐇 日本', 'plain é 🐇 日本', 'plain é 🐇 日本'],
  ['a\tb\nc', 'a\tb\nc', 'a\\tb\\nc'],
  ['a\rb', 'a\\rb', 'a\\rb'],
  ['\x1b[31mred', '\\x1b[31mred', '\\x1b[31mred'],
  ['\x1b]0;title\x07', '\\x1b]0;title\\x07', '\\x1b]0;title\\x07'],
  ['\0\x08\x0b\x0c\x7f', '\\x00\\x08\\x0b\\x0c\\x7f', '\\x00\\x08\\x0b\\x0c\\x7f'],
  ['\u0080\u009b\u009f\u00a0', '\\x80\\x9b\\x9f\u00a0', '\\x80\\x9b\\x9f\u00a0'],
])('%j', (text, shown, line) => {
  expect(escapeText(text)).toBe(shown);
  expect(escapeLine(text)).toBe(line);
});

test('whatever comes, nothing is left that a terminal would obey, and all else stands as it was', () => {
  const near = fc.string({
    unit: fc.oneof(
      fc.integer({ min: 0, max: 0xa0 }).map((code) => String.fromCharCode(code)),
      fc.string({ minLength: 1, maxLength: 1 }),
    ),
  });
  fc.assert(
    fc.property(fc.oneof(near, fc.string({ unit: 'binary' })), (text) => {
      const isControl = (character: string) => (character.codePointAt(0) as number) < 32 || /[\u007f-\u009f]/.test(character);
      expect([...escapeLine(text)].filter(isControl)).toEqual([]);
      expect([...escapeText(text)].filter((character) => isControl(character) && character !== '\n' && character !== '\t')).toEqual([]);
      const harmless = [...text].filter((character) => !isControl(character)).join('');
      expect(escapeLine(harmless)).toBe(harmless);
    }),
    { numRuns: 1_000 },
  );
});
