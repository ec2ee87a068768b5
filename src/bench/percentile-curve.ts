import { Histogram, type SavedHistogram } from './histogram.ts';

/** A point of a percentile curve: so many percent of all took no longer than so many microseconds. */
export interface CurvePoint {
  readonly percent: number;
  readonly latency: number;
}

/** The latencies of a run as curves; empty where nothing was measured. */
export interface BenchCurves {
  readonly endToEnd: { readonly due: readonly CurvePoint[]; readonly sent: readonly CurvePoint[] };
  readonly confirm: { readonly due: readonly CurvePoint[]; readonly sent: readonly CurvePoint[] };
}

/** Points between one nine and the next. */
const POINTS = 12;

/**
 * Latency over percentile, as dense near 100 % as near 0 on the scale 1 / (1 - p) on which each further nine takes as much room: from 0 up
 * to the last percentile that so many values can tell, then 100 with the highest of all.
 */
export function percentileCurve(saved: SavedHistogram): readonly CurvePoint[] {
  if (saved.count === 0) return [];
  const histogram = new Histogram();
  histogram.add(saved);
  const steps = Math.floor(Math.log10(saved.count) * POINTS);
  const percents = Array.from({ length: steps + 1 }, (_, step) => 100 - 100 / 10 ** (step / POINTS));
  return [
    ...percents.map((percent) => ({ percent, latency: histogram.percentile(percent) / 1e3 })),
    { percent: 100, latency: saved.max / 1e3 },
  ];
}

/** The curves of all latencies that a run saved. */
export function curvesOf({
  endToEnd,
  confirm,
}: Readonly<Record<keyof BenchCurves, { due: SavedHistogram; sent: SavedHistogram }>>): BenchCurves {
  return {
    endToEnd: { due: percentileCurve(endToEnd.due), sent: percentileCurve(endToEnd.sent) },
    confirm: { due: percentileCurve(confirm.due), sent: percentileCurve(confirm.sent) },
  };
}
