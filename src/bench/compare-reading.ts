import { listOf } from './listing.ts';
import { ratioBeyondSpread, type Spread, spreadOf } from './spread.ts';

/** What one run of a combination gave; undefined where it was not measured. Rates in messages a second, times in microseconds. */
export interface CompareRound {
  readonly sent: number;
  readonly received: number | undefined;
  readonly p50: number | undefined;
  readonly p99: number | undefined;
  /** Microseconds of CPU time of the load generator for each message. */
  readonly cpu: number;
  readonly generatorBound: boolean;
}

/** A combination of what was varied, such as `{persistence: 'persistent', confirm: '1'}`, and its rounds in the order in which they were run. */
export interface Combination {
  readonly labels: Readonly<Record<string, string>>;
  readonly rounds: readonly CompareRound[];
}

/** What is compared. */
export type CompareFigure = Exclude<keyof CompareRound, 'generatorBound'>;

/** A combination as its rounds show it. */
export interface CompareRow {
  readonly labels: Readonly<Record<string, string>>;
  readonly figures: Readonly<Partial<Record<CompareFigure, Spread>>>;
  /** To the first combination, each round to the same round of that. */
  readonly ratios: Readonly<Partial<Record<CompareFigure, Spread>>>;
  readonly generatorBound: boolean;
}

/** What the rounds of all combinations say. */
export interface CompareReading {
  readonly rows: readonly CompareRow[];
  /** The rate that counts: of what was received, or where nobody consumes, sent. */
  readonly rate: 'sent' | 'received';
  /** In words, a sentence each. */
  readonly sentences: readonly string[];
}

const FIGURES: readonly CompareFigure[] = ['sent', 'received', 'p50', 'p99', 'cpu'];

/** Reads the rounds, and claims only what they bear out. `isPaced`: the rate was given. */
export function readCombinations(combinations: readonly Combination[], isPaced: boolean): CompareReading {
  const [first] = combinations;
  const rows = combinations.map((combination) => rowOf(combination, first ?? combination));
  const rate = combinations.every(({ rounds }) => rounds.every(({ received }) => received !== undefined)) ? 'received' : 'sent';
  const comparisons = comparisonsOf(combinations);
  const told = [rate, 'p99'] as const;
  const sentences = comparisons.flatMap((comparison) => told.flatMap((figure) => sentenceOf(comparison, figure)));
  return { rows, rate, sentences: [...sentences, ...cautions(combinations, comparisons, told, isPaced)] };
}

function rowOf({ labels, rounds }: Combination, first: Combination): CompareRow {
  const spreads = (of: (figure: CompareFigure) => readonly number[]) =>
    Object.fromEntries(FIGURES.map((figure) => [figure, spreadOf(of(figure))] as const).filter(([, spread]) => spread !== undefined));
  return {
    labels,
    figures: spreads((figure) => figuresOf(rounds, figure)),
    ratios: spreads((figure) => ratiosOf(first.rounds, rounds, figure)),
    generatorBound: rounds.some(({ generatorBound }) => generatorBound),
  };
}

function figuresOf(rounds: readonly CompareRound[], figure: CompareFigure): readonly number[] {
  return rounds.map((round) => round[figure]).filter((value) => value !== undefined);
}

/** Each round's figure to that of the same round of another combination: what slows the machine for a while slows both. */
function ratiosOf(base: readonly CompareRound[], rounds: readonly CompareRound[], figure: CompareFigure): readonly number[] {
  return rounds.flatMap((round, i) => {
    const [from, to] = [base[i]?.[figure], round[figure]];
    return from === undefined || to === undefined || from === 0 ? [] : [to / from];
  });
}

/** Combinations that differ in one thing only. */
interface Comparison {
  readonly factor: string;
  readonly base: string;
  readonly level: string;
  /** In each setting of all else. */
  readonly pairs: readonly { readonly base: Combination; readonly other: Combination }[];
}

function comparisonsOf(combinations: readonly Combination[]): readonly Comparison[] {
  const [first] = combinations;
  if (first === undefined) return [];
  return Object.entries(first.labels).flatMap(([factor, base]) => {
    const levels = [...new Set(combinations.map(({ labels }) => labels[factor] ?? ''))].filter((level) => level !== base);
    return levels.map((level): Comparison => {
      const pairs = combinations
        .filter(({ labels }) => labels[factor] === base)
        .flatMap((one) => {
          const other = combinations.find(({ labels }) => isSame(labels, { ...one.labels, [factor]: level }));
          return other === undefined ? [] : [{ base: one, other }];
        });
      return { factor, base, level, pairs };
    });
  });
}

function isSame(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return Object.keys({ ...a, ...b }).every((name) => a[name] === b[name]);
}

type Verdict = 'more' | 'less' | 'none' | 'few' | 'unsure';

/** Fewer rounds than this show nothing. */
const LEAST = 3;
/** With fewer than this, to be on the same side in each round is not enough: chance does that too often. */
const ENOUGH = 5;

/** What the rounds of two combinations allow to say of a figure. */
function verdictOf(
  { base, other }: Comparison['pairs'][number],
  figure: CompareFigure,
): { readonly verdict: Verdict; readonly ratio: Spread | undefined } {
  const ratios = ratiosOf(base.rounds, other.rounds, figure);
  const ratio = spreadOf(ratios);
  if (ratio === undefined || ratios.length < LEAST) return { verdict: 'few', ratio };
  const side: Verdict = ratio.min > 1.01 ? 'more' : ratio.max < 0.99 ? 'less' : 'none';
  const isApart = ratioBeyondSpread(figuresOf(base.rounds, figure), figuresOf(other.rounds, figure)) !== undefined;
  return { verdict: side === 'none' || ratios.length >= ENOUGH || isApart ? side : 'unsure', ratio };
}

function sentenceOf(comparison: Comparison, figure: CompareFigure): string[] {
  const { factor, base, level, pairs } = comparison;
  const parts = pairs.flatMap((pair) => {
    const { verdict, ratio } = verdictOf(pair, figure);
    if (ratio === undefined) return [];
    const setting = Object.entries(pair.base.labels).filter(([name]) => name !== factor);
    return [
      `${claimOf(verdict, ratio, figure)}${setting.length === 0 ? '' : ` with ${setting.map(([name, value]) => `${name} ${value}`).join(', ')}`}`,
    ];
  });
  return parts.length === 0 ? [] : [`${factor} ${level}, not ${base}: ${parts.join('; ')}.`];
}

function claimOf(verdict: Verdict, ratio: Spread, figure: CompareFigure): string {
  const what = figure === 'p99' ? 'p99 latency' : `messages ${figure} a second`;
  if (verdict === 'few') return `too few rounds to tell of ${what}`;
  if (verdict === 'unsure') return `too few rounds to be sure of ${what} (${plain(ratio.min)} to ${plain(ratio.max)} times)`;
  if (verdict === 'none') return `no difference seen in ${what} (${plain(ratio.min)} to ${plain(ratio.max)} times)`;
  const more = verdict === 'more';
  const [low, high] = more ? [ratio.min, ratio.max] : [1 / ratio.max, 1 / ratio.min];
  const word = figure === 'p99' ? (more ? 'higher' : 'lower') : more ? 'more' : 'fewer';
  if (!Number.isFinite(high)) return figure === 'p99' ? `p99 latency ${word}, down to nothing` : `${word} ${what}, down to none`;
  // percents say it better near 1, but "50 % fewer" and "2 times fewer" are not one scale: fewer stays in times of the other
  const much = more && high < 1.5 ? `${percent(low)} to ${percent(high)} %` : `${plain(low)} to ${plain(high)} times`;
  return figure === 'p99' ? `${what} ${much} ${word}` : `${much} ${word} ${what}`;
}

function plain(ratio: number): string {
  return ratio.toFixed(ratio < 1.995 ? 2 : 1);
}

function percent(ratio: number): string {
  return ((ratio - 1) * 100).toFixed(0);
}

function cautions(
  combinations: readonly Combination[],
  comparisons: readonly Comparison[],
  told: readonly CompareFigure[],
  isPaced: boolean,
): readonly string[] {
  const bound = combinations.filter(({ rounds }) => rounds.some(({ generatorBound }) => generatorBound));
  const names = bound.map(({ labels }) => Object.values(labels).join(' '));
  const all = comparisons.flatMap(({ pairs }) => pairs.flatMap((pair) => told.map((figure) => ({ pair, ...verdictOf(pair, figure) }))));
  const claims = all.filter(({ verdict }) => verdict === 'more' || verdict === 'less');
  const byChance = all.reduce(
    (sum, { pair, verdict }) => (verdict === 'few' ? sum : sum + chanceOf(Math.min(pair.base.rounds.length, pair.other.rounds.length))),
    0,
  );
  const rounds = Math.min(...combinations.map((combination) => combination.rounds.length));
  return [
    ...(bound.length === 0
      ? []
      : [`The load generator, not the broker, was the limit with ${listOf(names)}: what differs there may not be the broker's doing.`]),
    ...(isPaced ? [] : ['Sent as fast as it goes, so latencies are those of a full pipeline: compare them with --rate.']),
    ...(claims.length > 0 && byChance >= 0.2
      ? [
          `${rounds} rounds: of ${all.length} comparisons, chance alone would show about ${byChance.toFixed(1)} as a difference. More --rounds make it fewer.`,
        ]
      : []),
  ];
}

/** How often rounds of two equals would look as if they were not. */
function chanceOf(rounds: number): number {
  // all of one above all of the other: one way of all in which their order may come, and the other way round
  return rounds >= ENOUGH ? 2 ** (1 - rounds) : 2 / choose(2 * rounds, rounds);
}

function choose(of: number, some: number): number {
  let ways = 1;
  for (let i = 1; i <= some; i++) ways = (ways * (of - some + i)) / i;
  return ways;
}
