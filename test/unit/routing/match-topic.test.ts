import fc from 'fast-check';
import { matchTopic, topicWords } from '../../../src/routing/match-topic.ts';
import { anyKey } from './typed-values.ts';

const PATTERNS = ['#', '*', '', 'a.#', 'a.*', '#.b', 'a.#.b', 'a..b', '*.*', '#.#', '*.#', 'a.*.b', '#.a.#', '.', '..', 'a*'];

/** What RabbitMQ 3.10, 4.0 and 4.3 were seen to take, with all the patterns bound. */
const OBSERVED: Readonly<Record<string, readonly string[]>> = {
  '': ['#', '', '#.#'],
  a: ['#', '*', 'a.#', '#.#', '*.#', '#.a.#'],
  'a.b': ['#', 'a.*', 'a.#', '#.b', 'a.#.b', '*.*', '#.#', '*.#', '#.a.#'],
  'a.b.c': ['#', 'a.#', '#.#', '*.#', '#.a.#'],
  'a..b': ['#', 'a.#', '#.b', 'a.#.b', 'a..b', '#.#', '*.#', 'a.*.b', '#.a.#'],
  '.': ['#', '*.*', '#.#', '*.#', '.'],
  '..': ['#', '#.#', '*.#', '..'],
  'a.': ['#', 'a.*', 'a.#', '*.*', '#.#', '*.#', '#.a.#'],
  '.a': ['#', '*.*', '#.#', '*.#', '#.a.#'],
  b: ['#', '*', '#.b', '#.#', '*.#'],
  '*': ['#', '*', '#.#', '*.#'],
  '#': ['#', '*', '#.#', '*.#'],
  'a.*': ['#', 'a.*', 'a.#', '*.*', '#.#', '*.#', '#.a.#'],
  'x.a.y': ['#', '#.#', '*.#', '#.a.#'],
  'a.x.y.b': ['#', 'a.#', '#.b', 'a.#.b', '#.#', '*.#', '#.a.#'],
};

describe('matchTopic', () => {
  test.each(Object.entries(OBSERVED))('key "%s" as observed', (key, matching) => {
    expect(PATTERNS.filter((pattern) => matchTopic(pattern, key)).sort()).toEqual([...matching].sort());
  });

  test.each([
    ['a*', 'ab', false],
    ['a*', 'a*', true],
    ['a#', 'a', false],
    ['a.b', 'a.B', false],
    ['a.', 'a', false],
    ['#.', 'a.', true],
    ['ä.*', 'ä.ö', true],
  ])('pattern %j takes key %j: %j', (pattern, key, expected) => {
    expect(matchTopic(pattern, key)).toBe(expected);
  });

  test('is what remains when each # is written out as any number of *', () => {
    fc.assert(
      fc.property(anyKey, anyKey, (pattern, key) => {
        const words = topicWords(key);
        const written = writtenOut(topicWords(pattern), words.length);
        expect(matchTopic(pattern, key)).toBe(written.some((wanted) => fitsWordByWord(wanted, words)));
      }),
      { numRuns: 2_000 },
    );
  });

  test('no pattern makes it slow: ways are not tried twice', () => {
    const pattern = `${'#.a.'.repeat(63)}b`;
    expect(matchTopic(pattern, `${'a.'.repeat(127)}c`)).toBe(false);
    expect(matchTopic(pattern, `${'a.'.repeat(127)}b`)).toBe(true);
    expect(matchTopic(`${'#.'.repeat(127)}x`, '.'.repeat(255))).toBe(false);
    expect(matchTopic('#.'.repeat(127), '.'.repeat(255))).toBe(true);
  });
});

/** All patterns without `#` of that many words that a pattern stands for. */
function writtenOut(pattern: readonly string[], length: number): string[][] {
  const [first, ...rest] = pattern;
  if (first === undefined) return length === 0 ? [[]] : [];
  if (first !== '#') return length === 0 ? [] : writtenOut(rest, length - 1).map((words) => [first, ...words]);
  return Array.from({ length: length + 1 }, (_, stars) => stars).flatMap((stars) =>
    writtenOut(rest, length - stars).map((words) => [...Array<string>(stars).fill('*'), ...words]),
  );
}

function fitsWordByWord(pattern: readonly string[], words: readonly string[]): boolean {
  return pattern.length === words.length && pattern.every((wanted, index) => wanted === '*' || wanted === words[index]);
}
