import fc from 'fast-check';
import { parseTemplate } from '../../../src/messages/template.ts';
import { refusal } from '../../support/refusal.ts';

const clock = { now: () => Date.UTC(2024, 0, 31, 12), sleep: async () => undefined };
const expand = (text: string, n = 7) => parseTemplate(text, clock)(n);

test.each<[string, string]>([
  ['', ''],
  ['plain', 'plain'],
  ['{{n}}', '7'],
  ['{{ n }}', '7'],
  ['a{{n}}b{{n}}c', 'a7b7c'],
  ['{{now}}', '2024-01-31T12:00:00.000Z'],
  ['{{random 3 3}}', '3'],
  ['{{random -3 -3}}', '-3'],
  ['{n} { {n} } {{', '{n} { {n} } {{'],
  ['$&{{n}}$1', '$&7$1'],
  ['line\n{{n}}', 'line\n7'],
])('%j', (text, expected) => expect(expand(text)).toBe(expected));

test('a uuid is another one each time', () => {
  const template = parseTemplate('{{uuid}} {{uuid}}', clock);
  const all = [template(1), template(2)].join(' ').split(' ');
  for (const uuid of all) expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(all).size).toBe(4);
});

test('random takes both ends, and nothing beside', () => {
  const template = parseTemplate('{{random 1 6}}', clock);
  expect(new Set(Array.from({ length: 500 }, (_, n) => template(n)))).toEqual(new Set(['1', '2', '3', '4', '5', '6']));
});

test.each([
  '{{x}}',
  '{{}}',
  '{{N}}',
  '{{random}}',
  '{{random 1}}',
  '{{random 1 b}}',
  '{{random 1.5 2}}',
  '{{random 6 1}}',
  '{{constructor}}',
  '{{random 0 281474976710655}}',
  '{{random 9007199254740991 9007199254740991}}',
  '{{random -9007199254740993 -9007199254740992}}',
])('%s is refused', (text) => {
  const error = refusal(() => parseTemplate(text, clock));
  expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining(`--template: '${text}'`) });
  expect(error.hint).toMatch(/\{\{/);
});

test('any range is refused, or chooses a number within it', () => {
  const end = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.bigInt());
  fc.assert(
    fc.property(end, end, (low, high) => {
      let text: string;
      try {
        text = expand(`{{random ${low} ${high}}}`);
      } catch (error) {
        expect((error as Error).name).toBe('UsageError');
        return;
      }
      expect(BigInt(text) >= BigInt(low) && BigInt(text) <= BigInt(high)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
