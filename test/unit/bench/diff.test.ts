import { diffBenches } from '../../../src/bench/diff.ts';
import { Histogram } from '../../../src/bench/histogram.ts';
import { benchDiffView } from '../../../src/output/bench-diff-view.ts';
import { PARAMETERS, ramp, sampleBench, sampleInterval } from '../../support/sample-bench.ts';

const intervals = (rate: number, spread = 10) => ramp(10).map((i) => sampleInterval(i + 2, rate + (i % 2) * spread));
const a = sampleBench({ name: 'a', intervals: intervals(25_000) });
const twice = { sent: 50_000, confirmed: 50_000, received: 49_020, sentBytes: 5e6, receivedBytes: 4.9e6 };
const b = sampleBench({
  name: 'b',
  parameters: { ...PARAMETERS, persistent: false },
  rates: twice,
  intervals: intervals(50_000),
  broker: { product: 'RabbitMQ', version: '4.0.5', lab: false },
});

test('what differs, and each figure with its ratio', () => {
  const diff = diffBenches(a, b);
  expect(diff).toMatchObject({ parameters: ['persistent'], surroundings: ['broker'] });
  expect(diff.rows.find(({ name }) => name === 'sent')).toEqual({
    ...{ name: 'sent', unit: 'messages a second', a: 25_000, b: 50_000, ratio: 2 },
    within: { a: { min: 25_000, median: 25_005, max: 25_010 }, b: { min: 50_000, median: 50_005, max: 50_010 }, intervals: 10 },
  });
  expect(diff.rows.map(({ name }) => name)).not.toContain('lost');
});

test('a sentence claims a difference only where no second of the one is like one of the other, and never more than that', () => {
  expect(diffBenches(a, b).sentences).toEqual([
    'B sent more a second, 2.00 times of A, and every second of B was above every second of A.',
    'B received more a second, 2.00 times of A, and every second of B was above every second of A.',
    'end to end p50: B to A is 1.00 times, and the seconds of the two runs overlap: no difference is shown.',
    'end to end p99: B to A is 1.00 times, and the seconds of the two runs overlap: no difference is shown.',
    expect.stringMatching(/^This is one run of each, .* bench compare/),
  ]);
  const noisy = diffBenches(sampleBench({ intervals: intervals(25_000, 40_000) }), b);
  expect(noisy.sentences[0]).toBe('sent: B to A is 2.00 times, and the seconds of the two runs overlap: no difference is shown.');
});

test('a run of a few seconds shows nothing', () => {
  const short = { ...a, intervals: a.intervals.slice(0, 4) };
  expect(diffBenches(short, b).sentences[0]).toBe(
    'sent: B to A is 2.00 times, and 5 seconds of each run are the least that could show a difference.',
  );
});

test('a run that was cut short, or held down by the load generator, says so', () => {
  const { sentences } = diffBenches({ ...a, generatorBound: true }, { ...b, ended: 'interrupted' });
  expect(sentences).toContain('The load generator was the limit of A: the rates are not those of the broker.');
  expect(sentences).toContain('Not measured to the end: B interrupted.');
});

test('the view: what is not the same, a table, the sentences; what was not measured is no figure', () => {
  const nothing = new Histogram().save();
  const unread = sampleBench({ name: 'c', parameters: { ...PARAMETERS, consumers: 0 }, intervals: [] }, { end: nothing });
  const text = benchDiffView(diffBenches(a, unread), a, unread, { color: false, ascii: true, columns: 80 }, String);
  expect(text).toContain('not the same\n  consumers (connections): 1 in A, 0 in B');
  expect(text).toMatch(/^ +A +B +B to A$/m);
  expect(text).toMatch(/^sent +25,000\/s +25,000\/s +1\.00$/m);
  expect(text).toMatch(/^received +24,510\/s +- +-$/m);
  expect(text).toMatch(/^end to end p99 +9\.90 ms +- +-$/m);
  expect(benchDiffView(diffBenches(a, b), a, b, { color: false, ascii: true, columns: 80 }, String)).toContain(
    'broker: RabbitMQ 4.3.0 in A, RabbitMQ 4.0.5 in B\n  persistent: yes in A, no in B',
  );
  const same = benchDiffView(diffBenches(a, a), a, a, { color: false, ascii: true, columns: 60 }, String);
  expect(same).toContain('All parameters are the same.');
  expect(Math.max(...same.split('\n').map(({ length }) => length))).toBeLessThan(60);
});
