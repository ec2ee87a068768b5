import { BENCH_METRICS } from '../../../src/bench/bench-metrics.ts';
import { failures, parseCondition } from '../../../src/bench/fail-if.ts';
import { Histogram } from '../../../src/bench/histogram.ts';
import { histogramOf, PARAMETERS, ramp, sampleBench } from '../../support/sample-bench.ts';

/** p99 is 9,900 µs from end to end, 3,960 µs of confirms; 25,000 sent a second, 24,510 received. */
const bench = sampleBench({ totals: { ...sampleBench().totals, lost: 3, redelivered: 1 } });
const failed = (text: string, report = bench) => failures([parseCondition(text)], report).map(({ measured }) => measured ?? 'not measured');

test.each<[string, (number | string)[]]>([
  ['p99>5ms', [bench.latency.endToEnd.p99]],
  ['p99 > 9900us', [bench.latency.endToEnd.p99]],
  ['p99>20ms', []],
  ['p99.9>1s', []],
  ['endToEnd.P99<1s', [bench.latency.endToEnd.p99]],
  ['confirm.p99>=1.5ms', [bench.latency.confirm.p99]],
  ['confirm.p99>5ms', []],
  ['lost>0', [3]],
  ['lost != 3', []],
  ['lost==3', [3]],
  ['lost=2', []],
  ['redelivered>0', [1]],
  ['duplicates>0', []],
  ['returned>0', []],
  ['received<20000', []],
  ['received<=250,000', [250_000]],
  ['rate<25000', [24_510]],
  ['rate.sent<25000/s', []],
  ['rate.confirmed>=25000', [25_000]],
  ['bytes.sent>1MB', [2.5e6]],
  ['bytes.received<2MB/s', []],
  ['cpu.busiest>50%', [0.62]],
  ['cpu.busiest>0.9', []],
])('%s', (text, measured) => {
  expect(failed(text)).toEqual(measured);
});

test('what was not measured is no success', () => {
  const nothing = new Histogram().save();
  const unread = sampleBench({ parameters: { ...PARAMETERS, consumers: 0, confirm: 0 } }, { end: nothing, confirm: nothing });
  for (const text of ['p99>5ms', 'confirm.p50>1s', 'lost>0', 'rate.received<1', 'confirmed<1'])
    expect(failed(text, unread)).toEqual(['not measured']);
  expect(failed('rate<25000', unread)).toEqual([]);
});

test('each that failed is told, in order', () => {
  const conditions = ['lost>0', 'p50>1s', 'p99>1ms'].map(parseCondition);
  expect(failures(conditions, bench).map(({ condition }) => condition.text)).toEqual(['lost>0', 'p99>1ms']);
});

test.each<[string, string, string]>([
  ['p99', "'p99' is not a condition", "'p99>5ms'"],
  ['5>lost', 'is not a condition', 'METRIC'],
  ['p98>5ms', "'p98' is not measured: did you mean p95?", 'lost'],
  ['lst>0', 'did you mean lost?', 'duplicates'],
  ['p99>5', "p99 is a time with a unit, and '5' is not", '5ms'],
  ['lost>5ms', "lost is a number of messages, and '5ms' is not", 'lost>0'],
  ['rate<fast', 'rate is messages a second', '25000'],
  ['cpu.busiest>x', 'is a share', '90%'],
])('%s is refused', (text, message, hint) => {
  expect(() => parseCondition(text)).toThrow(
    expect.objectContaining({ message: expect.stringContaining(message), hint: expect.stringContaining(hint) }),
  );
});

test('each metric has a name of its own, and is measured in a whole run', () => {
  const names = BENCH_METRICS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const whole = sampleBench({}, { end: histogramOf(ramp(10)) });
  expect(BENCH_METRICS.filter(({ read }) => read(whole) === undefined)).toEqual([]);
});
