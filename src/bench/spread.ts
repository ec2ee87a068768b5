/** Figures of several rounds, without pretending that they are one. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** The spread of figures; undefined when there is none. */
export function spreadOf(figures: readonly number[]): Spread | undefined {
  const sorted = [...figures].sort((a, b) => a - b);
  const [min] = sorted;
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) return undefined;
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? min;
  const high = sorted[Math.ceil((sorted.length - 1) / 2)] ?? max;
  return { min, median: (low + high) / 2, max };
}

/**
 * How `second` stands to `first`: the ratio of the medians where every figure of the one is on the same side of every figure of the
 * other, else undefined: then the rounds do not tell them apart. Fewer than three rounds of each tell nothing apart, and a difference
 * below 1 % is none.
 */
export function ratioBeyondSpread(first: readonly number[], second: readonly number[]): number | undefined {
  const [a, b] = [spreadOf(first), spreadOf(second)];
  if (a === undefined || b === undefined || first.length < 3 || second.length < 3) return undefined;
  if (areAlike(a, b) || !(a.max < b.min || b.max < a.min)) return undefined;
  return a.median === 0 ? Number.POSITIVE_INFINITY : b.median / a.median;
}

/** Whether all figures lie within 1 % of each other. */
export function areAlike(a: Spread, b: Spread): boolean {
  return Math.max(a.max, b.max) <= Math.min(a.min, b.min) * 1.01;
}
