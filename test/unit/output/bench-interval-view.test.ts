import { benchIntervalLines, benchLiveLines } from '../../../src/output/bench-interval-view.ts';
import { PARAMETERS, ramp, sampleInterval } from '../../support/sample-bench.ts';

const display = { color: false, ascii: false, columns: 80 };

test('a line each, and a heading before the first and each 20th', () => {
  expect(benchIntervalLines(sampleInterval(3, 25_000), 0, PARAMETERS, display)).toEqual([
    '   time     sent/s  confirmed/s  received/s      p50      p99      max',
    '  3.0 s     25,000       25,000      25,000  1.50 ms  2.97 ms  3.00 ms',
  ]);
  const counts = ramp(41).map((i) => benchIntervalLines(sampleInterval(i, 5), i - 1, PARAMETERS, display).length);
  expect(counts.flatMap((count, i) => (count === 2 ? [i] : []))).toEqual([0, 20, 40]);
});

test('a part of a second is told as a rate; what has no measure has a dash', () => {
  const idle = sampleInterval(3, 10, { seconds: 0.5 });
  const none = { ...idle, latency: { endToEnd: { ...idle.latency.endToEnd, count: 0 }, confirm: idle.latency.confirm } };
  expect(benchIntervalLines(none, 1, PARAMETERS, display)).toEqual([
    '  3.0 s         20           20          20        -        -        -',
  ]);
});

test('warm-up, drain and blocking are said at the end, or below where there is no room', () => {
  expect(benchIntervalLines(sampleInterval(1, 5), 1, PARAMETERS, display)[0]).toMatch(/ {2}warm-up$/);
  expect(benchIntervalLines(sampleInterval(9, 5, { phase: 'drain' }), 1, PARAMETERS, display)[0]).toMatch(/ {2}drain$/);
  const blocked = sampleInterval(3, 5, { blocked: 'low on memory' });
  expect(benchIntervalLines(blocked, 1, PARAMETERS, display)[1]).toBe('  BLOCKED: low on memory');
  expect(benchIntervalLines(blocked, 1, PARAMETERS, { ...display, columns: 120 })[0]).toMatch(/3\.00 ms {2}BLOCKED: low on memory$/);
});

test('without consumers the latency is that of confirms, and nothing is received', () => {
  expect(benchIntervalLines(sampleInterval(3, 5), 0, { consumers: 0, confirm: 1 }, display)).toEqual([
    '   time     sent/s  confirmed/s      p50      p99      max',
    '  3.0 s          5            5   250 µs   495 µs   500 µs',
  ]);
  expect(benchIntervalLines(sampleInterval(3, 5), 0, { consumers: 0, confirm: 0 }, display)[0]).toBe('   time     sent/s');
});

test('the live block has as many lines at any time, and says how far it is', () => {
  const intervals = ramp(12).map((i) => sampleInterval(i, 1_000 * (i % 8)));
  const blocks = [0, 1, 5, 12].map((count) => benchLiveLines(intervals.slice(0, count), PARAMETERS, display));
  expect(blocks.map(({ length }) => length)).toEqual([5, 5, 5, 5]);
  expect(blocks.map((lines) => lines.at(-1))).toEqual([
    '  starting',
    '  warm-up: 1 s of 2 s',
    '  measured: 3 s of 10 s',
    '  measured: 10 s of 10 s',
  ]);
  expect(blocks[3]?.slice(1, 4)).toEqual([
    '  sent             4,000  ▂▃▄▅▆▇█▁▂▃▄▅',
    '  received         4,000  ▂▃▄▅▆▇█▁▂▃▄▅',
    '  p99 latency    11.9 ms  ▂▃▃▄▄▅▆▆▇▇██',
  ]);
  const blocked = [sampleInterval(3, 0, { blocked: 'low on disk' })];
  expect(benchLiveLines(blocked, PARAMETERS, display).at(-1)).toBe('  BLOCKED: low on disk');
});

test('no line is as wide as the terminal; ASCII is ASCII; nothing reaches the terminal but text', () => {
  const intervals = ramp(300).map((i) => sampleInterval(i, 25_000 * i, i % 7 === 0 ? { blocked: `\x1b[2J${'x'.repeat(100)}` } : {}));
  for (const columns of [60, 80, 120]) {
    const lines = [
      ...intervals.flatMap((interval, i) => benchIntervalLines(interval, i, PARAMETERS, { ...display, ascii: true, columns })),
      ...intervals.flatMap((_, i) => benchLiveLines(intervals.slice(0, i), PARAMETERS, { ...display, ascii: true, columns })),
    ];
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(columns);
    expect(lines.join('')).not.toMatch(/[^\x20-\x7e]/);
  }
});
