import fc from 'fast-check';
import type { SavedBench } from '../../../src/bench/report.ts';
import { parseSavedBench, savedBenchText } from '../../../src/bench/saved-bench.ts';
import { Typed } from '../../../src/client/message.ts';
import { UsageError } from '../../../src/errors.ts';
import { histogramOf, PARAMETERS, sampleBench } from '../../support/sample-bench.ts';

function messageOf(text: string): string {
  try {
    parseSavedBench(text, 'a.json');
  } catch (cause) {
    if (cause instanceof UsageError) return cause.message;
    throw cause;
  }
  return 'read';
}

const saved = () => JSON.parse(savedBenchText(sampleBench())) as Record<string, unknown>;

test('what is saved is read again, all of it', () => {
  const benches: SavedBench[] = [
    sampleBench(),
    sampleBench({ failure: 'gone', ended: 'failed', parts: ['a', 'b'] }),
    sampleBench({
      parameters: {
        ...PARAMETERS,
        ...{
          count: 10,
          duration: undefined,
          exchange: 'topic',
          arguments: { 'x-max-length': new Typed('int64', 2n ** 60n), b: Buffer.from('x') },
        },
      },
    }),
  ];
  for (const bench of benches) expect(parseSavedBench(savedBenchText(bench), 'a.json')).toEqual(bench);
});

test('a count without a limit stays one', () => {
  expect(parseSavedBench(savedBenchText(sampleBench()), 'a.json').parameters.count).toBe(Number.POSITIVE_INFINITY);
});

test.each<[string, (json: Record<string, unknown>) => unknown, string]>([
  ['not JSON', () => undefined, 'a.json is not a saved bench: it is not JSON'],
  ['no mark', ({ rmqLabBench: _, ...rest }) => rest, 'a.json is not a saved bench'],
  ['a list', () => [], 'a.json is not a saved bench'],
  ['a newer form', (json) => ({ ...json, rmqLabBench: 2 }), 'a.json is a bench saved in another form (2) than this program knows (1)'],
  ['no rates', ({ rates: _, ...rest }) => rest, 'a.json is damaged: rates is not an object'],
  [
    'a negative rate',
    (json) => ({ ...json, rates: { ...(json.rates as object), sent: -1 } }),
    'a.json is damaged: rates.sent is not a number from 0 up',
  ],
  [
    'an unknown end',
    (json) => ({ ...json, ended: 'well' }),
    'a.json is damaged: ended is not one of time, count, interrupted, failed, drain',
  ],
  ['no time', (json) => ({ ...json, startedAt: 'noon' }), 'a.json is damaged: startedAt is not a time'],
  [
    'a bad interval',
    (json) => ({ ...json, intervals: [...(json.intervals as unknown[]), 7] }),
    'a.json is damaged: intervals[12] is not an object',
  ],
  [
    'bytes for arguments',
    (json) => ({ ...json, parameters: { ...(json.parameters as object), arguments: { '!': 'bytes', value: 'AA==' } } }),
    'a.json is damaged: parameters.arguments is not a table of arguments',
  ],
])('%s is refused', (_, change, message) => {
  const changed = change(saved());
  expect(messageOf(changed === undefined ? '{' : JSON.stringify(changed))).toBe(message);
});

test.each<[string, number[], number]>([
  ['counts that do not add up', [5, 1], 2],
  ['a counter that is not there', [40_000, 1], 1],
  ['a counter twice', [5, 1, 5, 1], 2],
  ['half a counter', [5], 0],
  ['a counter of nothing', [5, 0], 0],
])('a histogram with %s is refused', (_, counters, count) => {
  const json = saved();
  const histogram = { count, sum: 1, min: 0, max: 9, counters };
  const both = { due: histogram, sent: histogram };
  expect(messageOf(JSON.stringify({ ...json, histograms: { endToEnd: both, confirm: both } }))).toBe(
    'a.json is damaged: histograms.endToEnd.due is not a histogram: its counters do not fit together',
  );
});

/** Puts a value in the place of one of a document's, wherever it may be. */
function spoil(json: unknown, path: readonly number[], value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof json !== 'object' || json === null) return value;
  const keys = Object.keys(json);
  const key = keys[step % Math.max(keys.length, 1)];
  if (key === undefined) return value;
  const copy: Record<string, unknown> = { ...json };
  copy[key] = spoil(copy[key], rest, value);
  return Array.isArray(json) ? Object.values(copy) : copy;
}

test('whatever a file holds, it is read or refused in words', () => {
  const whole: unknown = JSON.parse(savedBenchText(sampleBench({}, { end: histogramOf([1, 2]), confirm: histogramOf([3]) })));
  const anything = fc.jsonValue({ maxDepth: 3 });
  fc.assert(
    fc.property(fc.array(fc.nat(40), { maxLength: 5 }), anything, (path, value) => {
      expect(messageOf(JSON.stringify(spoil(whole, path, value)))).toMatch(/^(read|a\.json is )/);
    }),
    { numRuns: 400 },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        anything.map((value) => JSON.stringify(value)),
      ),
      (text) => expect(messageOf(text)).toMatch(/^a\.json is /),
    ),
  );
});
