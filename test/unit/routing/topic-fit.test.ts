import fc from 'fast-check';
import { topicWords } from '../../../src/routing/match-topic.ts';
import { fitWords } from '../../../src/routing/topic-fit.ts';
import { anyKey } from './typed-values.ts';

describe('fitWords', () => {
  test('the words for the wildcards, put in their places, make the key', () => {
    fc.assert(
      fc.property(anyKey, anyKey, (pattern, key) => {
        const fit = fitWords(topicWords(pattern), topicWords(key));
        if (!('wildcards' in fit)) return;
        const wildcards = [...fit.wildcards];
        const made = topicWords(pattern).flatMap((word) => {
          if (word !== '*' && word !== '#') return [word];
          const words = wildcards.shift() ?? [];
          expect(word === '#' || words.length === 1).toBe(true);
          return words;
        });
        expect(wildcards).toEqual([]);
        expect(made).toEqual(topicWords(key));
      }),
      { numRuns: 2_000 },
    );
  });

  test('no pattern makes it slow', () => {
    const words = topicWords(`${'a.'.repeat(127)}c`);
    expect(fitWords(topicWords(`#.b.${'#.a.'.repeat(62)}c`), words)).toEqual({ kind: 'run', wants: ['b'], from: 0, to: 126 });
    expect(fitWords(topicWords(`${'#.a.'.repeat(62)}b`), words)).toEqual({ kind: 'word', at: 127, wants: 'b', fromEnd: true });
    expect(fitWords(topicWords(`${'#.a.'.repeat(62)}c`), words)).toHaveProperty('wildcards');
  });
});
