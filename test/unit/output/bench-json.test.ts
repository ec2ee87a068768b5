import fc from 'fast-check';
import { Histogram } from '../../../src/bench/histogram.ts';
import { fieldToJson } from '../../../src/client/field-json.ts';
import { Typed } from '../../../src/client/message.ts';
import { benchCsvHeader, benchCsvLine } from '../../../src/output/bench-csv.ts';
import { benchDocument, intervalDocument } from '../../../src/output/bench-json.ts';
import { PARAMETERS, sampleBench, sampleInterval } from '../../support/sample-bench.ts';

const documentOf = (bench: Parameters<typeof benchDocument>[0]) =>
  JSON.parse(JSON.stringify(benchDocument(bench, fieldToJson))) as Record<string, Record<string, Record<string, unknown>>>;

test('the document has what is promised, and no histograms', () => {
  const bench = sampleBench({ parameters: { ...PARAMETERS, arguments: { 'x-max-length': new Typed('int64', 5n) } } });
  const document = documentOf(bench);
  expect(document).toMatchObject({
    parameters: { producers: 1, count: null, exchange: null, duration: 10, arguments: { 'x-max-length': { '!': 'int64', value: 5 } } },
    broker: { product: 'RabbitMQ', version: '4.3.0' },
    totals: { sent: 250_000, confirmed: 250_000, returned: 0, nacked: 0, received: 250_000, lost: 0, duplicates: 0 },
    rates: { sent: 25_000, received: 24_510 },
    latency: { endToEnd: { min: 10, p50: bench.latency.endToEnd.p50, p999: bench.latency.endToEnd.p999, max: 10_000 } },
    cpu: { perMessage: 15 },
    failure: null,
  });
  expect(document).not.toHaveProperty('histograms');
  expect(document.intervals).toHaveLength(12);
});

test('what was not measured is null', () => {
  const nothing = new Histogram().save();
  expect(documentOf(sampleBench({}, { confirm: nothing })).latency?.confirm).toEqual({
    ...{ count: 0, min: null, mean: null, p50: null, p75: null, p95: null, p99: null, p999: null, p9999: null, max: null },
  });
});

test('an interval: its counts, and what they are a second', () => {
  expect(intervalDocument(sampleInterval(3, 100, { seconds: 0.5 }))).toMatchObject({
    ...{ phase: 'measured', at: 3, seconds: 0.5, sent: 100, received: 100, blocked: null },
    rates: { sent: 200, confirmed: 200, received: 200, sentBytes: 20_000, receivedBytes: 20_000 },
  });
});

/** RFC 4180, read back. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? bare ?? '');
    if (end !== ',') rows.push([]);
  }
  return rows.slice(0, -1);
}

test('CSV: a heading, then a line an interval, empty where nothing was measured', () => {
  const none = new Histogram().save();
  const [head = [], line = []] = parseCsv(
    benchCsvHeader() + benchCsvLine(sampleBench({}, { confirm: none }).intervals[2] ?? sampleInterval(3, 1)),
  );
  const cell = (name: string) => line[head.indexOf(name)];
  expect(line).toHaveLength(head.length);
  expect([cell('phase'), cell('at'), cell('sent'), cell('rate.received'), cell('endToEnd.p50')]).toEqual([
    'measured',
    '3',
    '25000',
    '25000',
    '1500.2',
  ]);
  const { endToEnd, confirm } = sampleInterval(3, 1).latency;
  const unmeasured = sampleInterval(3, 1, { latency: { endToEnd, confirm: { ...confirm, count: 0 } } });
  expect(parseCsv(benchCsvLine(unmeasured))[0]?.[head.indexOf('confirm.p99')]).toBe('');
});

test.each([
  ['say "no"', '"say ""no"""'],
  ['a,b', '"a,b"'],
  ['a\nb', '"a\nb"'],
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['plain', 'plain'],
])('in CSV %j is %s', (blocked, cell) => {
  expect(benchCsvLine(sampleInterval(3, 1, { blocked })).endsWith(`,${cell}\r\n`)).toBe(true);
});

test('whatever the broker says, it comes back out of CSV', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (blocked) => {
      const [line] = parseCsv(benchCsvLine(sampleInterval(3, 1, { blocked })));
      // what a spreadsheet would run is made text
      expect(line?.at(-1)).toBe(/^[=+\-@\t\r]/.test(blocked) ? `'${blocked}` : blocked);
    }),
  );
});
