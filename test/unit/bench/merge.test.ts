import fc from 'fast-check';
import { figuresOf } from '../../../src/bench/figures.ts';
import { mergeBenches } from '../../../src/bench/merge.ts';
import { mergeIntervals } from '../../../src/bench/merge-intervals.ts';
import { parseSavedBench, savedBenchText } from '../../../src/bench/saved-bench.ts';
import { histogramOf, PARAMETERS, ramp, sampleBench, sampleInterval } from '../../support/sample-bench.ts';

const low = sampleBench({ name: 'low' }, { end: histogramOf(ramp(1_000)) });
const high = sampleBench(
  { name: 'high', startedAt: '2026-11-24T12:00:01.000Z' },
  { end: histogramOf(ramp(1_000).map((value) => value + 1_000)) },
);
const merge = (...benches: (typeof low)[]) => mergeBenches(benches.map((bench, i) => ({ file: `${i}.json`, bench })));

test('histograms are those of all messages; counts, rates and connections are added', () => {
  const { bench, remarks } = merge(low, high);
  expect(bench.latency.endToEnd).toEqual(figuresOf(histogramOf(ramp(2_000))));
  expect(bench.histograms.endToEnd.due).toEqual(histogramOf(ramp(2_000)));
  expect(bench.totals).toMatchObject({ sent: 500_000, received: 500_000, lost: 0 });
  expect(bench.rates.sent).toBe(50_000);
  expect(bench.parameters).toMatchObject({ producers: 2, consumers: 2, queues: 2, threads: 2, sizes: [100], prefetch: 500 });
  expect(bench).toMatchObject({ name: 'low+high', parts: ['low', 'high'], startedAt: low.startedAt, seconds: { sending: 10 } });
  expect(bench.cpu).toEqual({ seconds: 15, perMessage: 15, busiest: 0.62 });
  expect(remarks).toEqual([]);
  expect(parseSavedBench(savedBenchText(bench), 'a')).toEqual(bench);
});

test('duplicates and losses of each count; the worst end stands for all', () => {
  const bad = sampleBench({
    name: 'bad',
    totals: { ...low.totals, lost: 2, duplicates: 3 },
    ended: 'failed',
    failure: 'gone',
    generatorBound: true,
  });
  const { bench } = merge(low, bad, sampleBench({ name: 'c', ended: 'interrupted', totals: { ...low.totals, lost: 1 } }));
  expect(bench).toMatchObject({ totals: { lost: 3, duplicates: 3 }, ended: 'failed', failure: 'gone', generatorBound: true });
});

test('intervals lie over each other by when they were, and share out what reaches into two', () => {
  const first = sampleBench({ name: 'a', intervals: [sampleInterval(1, 100), sampleInterval(2, 100), sampleInterval(3, 100)] });
  const later = (startedAt: string) =>
    sampleBench({
      ...{ name: 'b', startedAt },
      intervals: [sampleInterval(1, 7), sampleInterval(2, 50, { phase: 'drain', blocked: 'low on memory' })],
    });
  const shown = (startedAt: string) =>
    merge(later(startedAt), first).bench.intervals.map(({ at, seconds, counts, phase, blocked }) => [
      at,
      seconds,
      counts.sent,
      phase,
      blocked,
    ]);
  expect(shown('2026-11-24T12:00:02.000Z')).toEqual([
    [1, 1, 100, 'warm-up', undefined],
    [2, 1, 100, 'warm-up', undefined],
    [3, 1, 107, 'measured', undefined],
    [4, 1, 50, 'drain', 'low on memory'],
  ]);
  expect(shown('2026-11-24T12:00:02.200Z')).toEqual([
    [1, 1, 100, 'warm-up', undefined],
    [2, 1, 100, 'warm-up', undefined],
    [3, 1, 106, 'measured', undefined],
    [expect.closeTo(4), expect.closeTo(1), 41, 'drain', 'low on memory'],
    [expect.closeTo(4.2), expect.closeTo(0.2), 10, 'drain', 'low on memory'],
  ]);
});

test('of latencies of one time the highest percentile, the lowest minimum, the mean of all', () => {
  const [fast, slow] = [sampleInterval(1, 1), { ...sampleInterval(3, 1), at: 1 }];
  const { intervals } = merge(sampleBench({ name: 'a', intervals: [fast] }), sampleBench({ name: 'b', intervals: [slow] })).bench;
  expect(intervals[0]?.latency.endToEnd).toMatchObject({
    count: 200,
    min: 10,
    p99: slow.latency.endToEnd.p99,
    max: 3_000,
    mean: (1_515 + 505) / 2,
  });
});

test('however intervals lie, all that was counted is in them', () => {
  const interval = fc.record({
    at: fc.double({ min: 0, max: 30, noNaN: true }),
    seconds: fc.double({ min: 0, max: 5, noNaN: true }),
    rate: fc.nat(1_000),
  });
  const whole = sampleInterval(1, 1);
  const run = fc.tuple(fc.nat(5_000), fc.array(interval, { maxLength: 8 }));
  fc.assert(
    fc.property(fc.array(run, { minLength: 2, maxLength: 4 }), (runs) => {
      const benches = runs.map(([delay, intervals]) => ({
        startedAt: new Date(Date.parse(low.startedAt) + delay).toISOString(),
        intervals: intervals.map(({ at, seconds, rate }) => ({ ...whole, at, seconds, counts: { ...whole.counts, sent: rate } })),
      }));
      const total = (intervals: (typeof low)['intervals']) => intervals.reduce((sum, { counts }) => sum + counts.sent, 0);
      const intervals = mergeIntervals(benches);
      expect(total(intervals)).toBe(benches.reduce((sum, one) => sum + total(one.intervals), 0));
      expect(intervals.every(({ at, seconds }) => at >= 0 && seconds >= 0 && seconds <= 6)).toBe(true);
    }),
  );
});

test('what the runs do not agree on is told', () => {
  const other = sampleBench({
    name: 'other',
    startedAt: '2026-11-24T12:01:00.000Z',
    parameters: { ...PARAMETERS, persistent: false, producers: 7 },
    broker: { product: 'RabbitMQ', version: '4.0.5', lab: false },
  });
  expect(merge(low, other).remarks).toEqual([
    'persistent differs: true in 0.json, false in 1.json',
    'the brokers differ: RabbitMQ 4.3.0 in 0.json, RabbitMQ 4.0.5 in 1.json',
    '1.json began 60 s before or after 0.json: the rates are added, but were not all there at one time',
  ]);
});

test('a run that is in it twice is refused, in a joined one, too', () => {
  expect(() => merge(low, high, low)).toThrow('the run low is in 0.json and 2.json: it would count twice');
  expect(() => merge(merge(low, high).bench, high)).toThrow('the run high is in 0.json and 1.json: it would count twice');
  expect(() => merge(low)).toThrow('there is nothing to join');
});
