import { curvesOf } from '../../../src/bench/percentile-curve.ts';
import { benchPage } from '../../../src/output/bench-page.ts';
import { roundTicks } from '../../../src/output/svg-chart.ts';
import { stalledBench } from '../../support/sample-bench.ts';

const page = (bench: Parameters<typeof stalledBench>[0] = {}) => {
  const stalled = stalledBench(bench);
  return benchPage(stalled, curvesOf(stalled.histograms), String);
};

test('needs nothing from elsewhere, and runs no script', () => {
  expect(page()).not.toMatch(/<script|<link|<img|<iframe|@import|https?:|url\((?!#)| on\w+=/);
  expect(page()).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
});

test('text of others is text', () => {
  const evil = `</style><script>alert(1)</script>"'&\x1b[2J\ud800`;
  const text = page({
    ...{ name: evil, addresses: [evil], failure: evil, ended: 'failed', broker: { product: evil, version: evil, lab: false } },
    machine: { platform: evil, cpu: evil, cpus: 1, memory: 1, node: evil },
    intervals: stalledBench().intervals.map((interval) => ({ ...interval, blocked: evil })),
  });
  expect(text).not.toContain('<script');
  expect(text).toContain('&lt;/style&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;\\x1b[2J\ufffd');
});

test('both pictures have a title, a description in words, and their figures in a table', () => {
  const text = page();
  expect(text.match(/role="img" aria-labelledby="(\w+)-title \1-desc"><title id="\1-title">/g)).toHaveLength(2);
  expect(text).toMatch(
    /<desc id="rates-desc">sent: 25,000 messages a second while it was measured, from 3,000 to 25,000 in one interval; received: /,
  );
  expect(text).toMatch(
    /<desc id="percentiles-desc">end to end: half within [^;]+, 99 % within 295 ms, all within 500 ms; end to end, from when really sent: /,
  );
  expect(text).toContain('<caption>Latency</caption>');
  expect(text).toContain('<caption>Each interval</caption>');
});

test('warm-up, drain and blocking are set off, each as one band', () => {
  const bands = [...page().matchAll(/<g><title>([^<]+)<\/title><rect class="(\w+)"/g)].map(([, label, kind]) => `${label} ${kind}`);
  expect(bands).toEqual(['warm-up aside', 'blocked blocked', 'drain aside']);
});

test('a line has a gap where no interval is', () => {
  const path = (bench: Parameters<typeof stalledBench>[0]) =>
    /<g class="line a"><path d="([^"]+)"/.exec(page(bench))?.[1]?.replaceAll(/[^ML]/g, '');
  expect(path({})).toBe(`M${'L'.repeat(13)}`);
  expect(path({ intervals: stalledBench().intervals.filter(({ at }) => at < 5 || at > 8) })).toBe('MLLLMLLLLL');
});

test('without consumers and confirms there is no latency, and nothing was received', () => {
  const { parameters } = stalledBench();
  const none = { count: 0, sum: 0, min: 0, max: 0, counters: [] };
  const figures = { count: 0, min: 0, mean: 0, p50: 0, p75: 0, p95: 0, p99: 0, p999: 0, p9999: 0, max: 0 };
  const nothing = { endToEnd: figures, confirm: figures };
  const text = page({
    parameters: { ...parameters, consumers: 0, confirm: 0 },
    ...{ latency: nothing, uncorrected: nothing },
    histograms: { endToEnd: { due: none, sent: none }, confirm: { due: none, sent: none } },
    intervals: stalledBench().intervals.map((interval) => ({ ...interval, latency: nothing })),
  });
  expect(text).not.toMatch(/Latency by percentile|>received|<caption>Latency/);
});

test.each([
  [0, 0.2],
  [1, 1],
  [25_000, 25_000],
  [28_000, 30_000],
  [101, 125],
  [9, 10],
])('the axis of %d ends at %d, in round steps', (most, end) => {
  const { top, values } = roundTicks(most);
  expect(top).toBeCloseTo(end);
  expect(values[0]).toBe(0);
  expect(values.at(-1)).toBeCloseTo(end);
  expect(values.length).toBeLessThanOrEqual(7);
});
