import { Histogram, type SavedHistogram } from './histogram.ts';
import type { LatencyFigures } from './report.ts';

/** The figures of a histogram of nanoseconds. */
export function figuresOf(saved: SavedHistogram): LatencyFigures {
  const histogram = new Histogram();
  histogram.add(saved);
  const percentile = (percent: number) => micro(histogram.percentile(percent));
  return {
    count: histogram.count,
    min: micro(histogram.min),
    mean: micro(histogram.mean),
    p50: percentile(50),
    p75: percentile(75),
    p95: percentile(95),
    p99: percentile(99),
    p999: percentile(99.9),
    p9999: percentile(99.99),
    max: micro(histogram.max),
  };
}

/** Nanoseconds as microseconds, to one digit. */
function micro(nanoseconds: number): number {
  return Math.round(nanoseconds / 100) / 10;
}
