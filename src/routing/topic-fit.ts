/** How the words of a key fit a pattern. */
export interface Fit {
  /** The words that each `*` and `#` stands for, in order. */
  readonly wildcards: readonly (readonly string[])[];
}

/** The first reason why they do not. */
export type Misfit =
  /** The key has too few words, or without a `#` too many. */
  | { readonly kind: 'count'; readonly least: number; readonly exact: boolean }
  /** A word whose place is certain is another one. `at` counts from 0; `fromEnd`: its place was counted from the end. */
  | { readonly kind: 'word'; readonly at: number; readonly wants: string; readonly fromEnd: boolean }
  /** The words between two `#` stand nowhere, in this order, among the key's words `from` to `to` (excluded). */
  | { readonly kind: 'run'; readonly wants: readonly string[]; readonly from: number; readonly to: number };

/**
 * Fits a key to a pattern run by run, a run being what stands between two `#`: the first at the beginning, the last at the end, those
 * between as far to the left as they can be. No other place could do better, so nothing is ever tried twice.
 */
export function fitWords(pattern: readonly string[], words: readonly string[]): Fit | Misfit {
  const runs = splitAtHash(pattern);
  const [first = [], ...later] = runs;
  const last = later.pop();
  const least = runs.reduce((sum, run) => sum + run.length, 0);
  if (words.length < least || (last === undefined && words.length > least)) return { kind: 'count', least, exact: last === undefined };

  const wildcards: (readonly string[])[] = [];
  const unlike = firstUnlike(first, words, 0);
  if (unlike !== undefined) return { kind: 'word', ...unlike, fromEnd: false };
  wildcards.push(...stars(first, words, 0));
  if (last === undefined) return { wildcards };

  const end = words.length - last.length;
  const unlikeAtEnd = firstUnlike(last, words, end);
  if (unlikeAtEnd !== undefined) return { kind: 'word', ...unlikeAtEnd, fromEnd: true };
  let from = first.length;
  for (const run of later) {
    let at = from;
    while (at + run.length <= end && firstUnlike(run, words, at) !== undefined) at++;
    if (at + run.length > end) return { kind: 'run', wants: run, from, to: end };
    wildcards.push(words.slice(from, at), ...stars(run, words, at));
    from = at + run.length;
  }
  wildcards.push(words.slice(from, end), ...stars(last, words, end));
  return { wildcards };
}

function splitAtHash(pattern: readonly string[]): string[][] {
  const runs: string[][] = [[]];
  for (const word of pattern) {
    if (word === '#') runs.push([]);
    else runs.at(-1)?.push(word);
  }
  return runs;
}

function firstUnlike(run: readonly string[], words: readonly string[], start: number): { at: number; wants: string } | undefined {
  const index = run.findIndex((wants, offset) => wants !== '*' && wants !== words[start + offset]);
  return index === -1 ? undefined : { at: start + index, wants: run[index] ?? '' };
}

function stars(run: readonly string[], words: readonly string[], start: number): string[][] {
  return run.flatMap((word, offset) => (word === '*' ? [[words[start + offset] ?? '']] : []));
}
