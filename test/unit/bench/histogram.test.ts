import fc from 'fast-check';
import { Histogram } from '../../../src/bench/histogram.ts';

/** Spread over all sizes, and around the powers of two, where counters change. */
const value = fc.oneof(
  fc.integer({ min: 0, max: 3_000 }),
  fc.tuple(fc.integer({ min: 0, max: 41 }), fc.integer({ min: -2, max: 2 })).map(([power, near]) => Math.max(2 ** power + near, 0)),
  fc.tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 0, max: 2_000_000 })).map(([a, b]) => a * b),
);
const values = fc.array(value, { minLength: 1, maxLength: 400 });
const PERCENTS = [0, 1, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100];

function histogramOf(recorded: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const one of recorded) histogram.record(one);
  return histogram;
}

/** The same by sorting. */
function exact(recorded: readonly number[], percent: number): number {
  const sorted = [...recorded].sort((a, b) => a - b);
  return sorted[Math.max(Math.ceil((percent / 100) * sorted.length), 1) - 1] ?? 0;
}

describe('a histogram', () => {
  test('tells percentiles to one part in 1,024, and the ends, the mean and small values exactly', () => {
    fc.assert(
      fc.property(values, (recorded) => {
        const histogram = histogramOf(recorded);
        for (const percent of PERCENTS) {
          const [told, true_] = [histogram.percentile(percent), exact(recorded, percent)];
          expect(told).toBeGreaterThanOrEqual(true_);
          expect(told - true_).toBeLessThanOrEqual(true_ < 2_048 ? 0 : true_ / 1_024);
        }
        expect(histogram.min).toBe(Math.min(...recorded));
        expect(histogram.max).toBe(Math.max(...recorded));
        expect(histogram.mean).toBeCloseTo(recorded.reduce((sum, one) => sum + one, 0) / recorded.length, -3);
      }),
      { numRuns: 500 },
    );
  });

  test('put together from parts, saved as JSON, is what one of all would be', () => {
    fc.assert(
      fc.property(values, values, (one, other) => {
        const together = new Histogram();
        for (const part of [one, other]) together.add(JSON.parse(JSON.stringify(histogramOf(part).save())));
        expect(together.save()).toEqual(histogramOf([...one, ...other]).save());
      }),
    );
  });

  test('of nothing is 0 throughout', () => {
    const { count, min, max, mean } = new Histogram();
    expect([count, min, max, mean, new Histogram().percentile(99)]).toEqual([0, 0, 0, 0, 0]);
    const together = histogramOf([5]);
    together.add(new Histogram().save());
    expect(together.min).toBe(5);
  });

  test('what is out of range counts at its end', () => {
    const histogram = histogramOf([-1, 2 ** 50]);
    expect([histogram.min, histogram.max]).toEqual([0, 2 ** 42 - 1]);
  });
});
