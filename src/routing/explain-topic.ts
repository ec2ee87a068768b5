import type { Explanation } from './explain-binding.ts';
import { topicWords } from './match-topic.ts';
import { fitWords, type Misfit } from './topic-fit.ts';
import { almostTheSame, counted, inBackticks, listed, numberWord } from './wording.ts';

/** Explains a topic binding: what its wildcards stand for, or the first thing that does not fit. */
export function explainTopic(pattern: string, key: string): Explanation {
  const wanted = topicWords(pattern);
  const words = topicWords(key);
  const fit = fitWords(wanted, words);
  if ('wildcards' in fit) return { matched: true, reason: matchReason(pattern, key, fit.wildcards) };
  return { matched: false, reason: misfitReason(pattern, key, words, fit) };
}

function matchReason(pattern: string, key: string, wildcards: readonly (readonly string[])[]): string {
  const signs = topicWords(pattern).filter(isWildcard);
  const keyText = key === '' ? 'the empty key' : inBackticks(key);
  if (signs.length === 0) return `the key is ${key === '' ? 'empty' : keyText}, exactly as the binding wants it`;
  if (pattern === '#') return '`#` takes every key';
  const meanings = signs.map((sign, index) => `${inBackticks(sign)} is ${standsFor(wildcards[index] ?? [])}`);
  return `${inBackticks(pattern)} takes ${keyText}: ${listed(meanings)}`;
}

function standsFor(words: readonly string[]): string {
  if (words.length === 0) return 'no word';
  if (words.length > 3) return counted(words.length, 'word');
  return wordText(words.join('.'));
}

function misfitReason(pattern: string, key: string, words: readonly string[], misfit: Misfit): string {
  switch (misfit.kind) {
    case 'count':
      return `${countText(pattern, key, words.length, misfit)}${ordinaryWordNote(topicWords(pattern)) || starNote(pattern)}`;
    case 'word': {
      const actual = words[misfit.at] ?? '';
      const place = misfit.fromEnd && misfit.at === words.length - 1 ? 'the last word' : `word ${misfit.at + 1}`;
      const note = almostTheSame(misfit.wants, actual) || ordinaryWordNote([misfit.wants]);
      const wants = `${inBackticks(pattern)} wants ${wordText(misfit.wants)}`;
      return `${place} of the key ${inBackticks(key)} is ${wordText(actual)}, ${wants}${note}`;
    }
    case 'run': {
      const run = wordText(misfit.wants.join('.'));
      const place = `${placeText(misfit, words.length)} the key ${inBackticks(key)}`;
      return `${inBackticks(pattern)} wants ${run} ${place}, and ${missingRunText(misfit, words)}`;
    }
  }
}

function missingRunText({ wants, from, to }: Extract<Misfit, { kind: 'run' }>, words: readonly string[]): string {
  const [wanted = '', ...others] = wants;
  const twin = others.length > 0 ? undefined : words.slice(from, to).find((word) => almostTheSame(wanted, word) !== '');
  return twin === undefined
    ? `it is not there${ordinaryWordNote(wants)}`
    : `only ${inBackticks(twin)} is there${almostTheSame(wanted, twin)}`;
}

function countText(pattern: string, key: string, count: number, { least, exact }: { least: number; exact: boolean }): string {
  const wants =
    pattern === ''
      ? 'the binding wants an empty key'
      : `${inBackticks(pattern)} wants ${exact ? 'exactly' : 'at least'} ${counted(least, 'word')}`;
  return `${wants}, ${key === '' ? 'the key is empty' : `the key ${inBackticks(key)} has ${numberWord(count)}`}`;
}

function placeText({ from, to }: { from: number; to: number }, count: number): string {
  if (from > 0 && to < count) return `between words ${from} and ${to + 1} of`;
  if (from > 0) return `after word ${from} of`;
  return to < count ? `before word ${to + 1} of` : 'somewhere in';
}

/** For those who take `a*` for a pattern of letters. */
function ordinaryWordNote(wanted: readonly string[]): string {
  const odd = wanted.find((word) => !isWildcard(word) && /[*#]/.test(word));
  return odd === undefined ? '' : `; ${inBackticks(odd)} is a word like any other: \`*\` and \`#\` must stand alone between dots`;
}

function starNote(pattern: string): string {
  const signs = topicWords(pattern).filter(isWildcard);
  return signs.includes('*') && !signs.includes('#') ? ': `*` is exactly one word' : '';
}

function isWildcard(word: string): boolean {
  return word === '*' || word === '#';
}

function wordText(word: string): string {
  return word === '' ? 'an empty word' : inBackticks(word);
}
