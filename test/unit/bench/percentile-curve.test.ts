import { Histogram } from '../../../src/bench/histogram.ts';
import { percentileCurve } from '../../../src/bench/percentile-curve.ts';
import { histogramOf, ramp } from '../../support/sample-bench.ts';

test('as many points between 90 and 99 as below 90, and no further than the values can tell', () => {
  const curve = percentileCurve(histogramOf(ramp(1_000)));
  const between = (from: number, to: number) => curve.filter(({ percent }) => percent > from - 1e-6 && percent < to - 1e-6);
  expect([between(0, 90), between(90, 99), between(99, 99.9), between(99.9, 101)].map(({ length }) => length)).toEqual([12, 12, 12, 2]);
  expect(curve[0]).toEqual({ percent: 0, latency: expect.closeTo(1, 2) });
  expect(curve.find(({ percent }) => Math.abs(percent - 90) < 1e-6)?.latency).toBeCloseTo(900, -1);
  expect(curve.at(-1)).toEqual({ percent: 100, latency: 1_000 });
});

test('of one value it has that; of nothing, nothing', () => {
  expect(percentileCurve(histogramOf([7]))).toEqual([
    { percent: 0, latency: 7 },
    { percent: 100, latency: 7 },
  ]);
  expect(percentileCurve(new Histogram().save())).toEqual([]);
});
