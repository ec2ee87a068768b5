import { Histogram } from '../../../src/bench/histogram.ts';
import type { SavedBench } from '../../../src/bench/report.ts';
import { benchFindings } from '../../../src/output/bench-findings.ts';
import { benchSummaryView } from '../../../src/output/bench-summary-view.ts';
import { histogramOf, PARAMETERS, ramp, sampleBench, sampleInterval } from '../../support/sample-bench.ts';

const display = { color: false, ascii: false, columns: 80 };
const show = (bench: SavedBench, more: Partial<typeof display> = {}) => benchSummaryView(bench, { ...display, ...more }, String);
const nothing = new Histogram().save();
const well = sampleBench();
const paced = sampleBench(
  { parameters: { ...PARAMETERS, rates: [{ rate: 1_000, seconds: 1 }] } },
  { end: histogramOf([...ramp(900, 10), ...ramp(100, 5_000)]), sent: histogramOf(ramp(1_000, 10)) },
);

test('what was run, what came of it, and that all is well', () => {
  const text = show(well);
  expect(text).toMatch(/^sent by {3}1 producer, 100 B persistent, as fast as it goes, 500 unconfirmed at\n {10}most\n/m);
  expect(text).toMatch(/^through {3}1 classic queue\nto {8}1 consumer, ack of each, prefetch 500\n/m);
  expect(text).toMatch(/^measured {2}10 s after 2 s of warm-up, the last message 0\.2 s later$/m);
  expect(text).toMatch(/^broker {4}RabbitMQ 4\.3\.0 at amqp:\/\/guest@127\.0\.0\.1:5430$/m);
  expect(text).toMatch(
    /^ +messages +msg\/s +bytes\nsent +250,000 +25,000 +2\.5 MB\/s\nconfirmed +250,000 +25,000\nreceived +250,000 +24,510 +2\.5 MB\/s$/m,
  );
  expect(text).toMatch(/^end-to-end latency: 1,000 messages, mean 5\.00 ms\n {2}min {8}10 µs {2}█+\n {2}p50 {6}5\.00 ms {2}█+$/m);
  expect(text).toMatch(/^load generator: busiest thread 62 % busy, 7\.5 s of CPU time, 15 µs for each$/m);
  expect(text).toMatch(/\n\n✓ No message was lost, none came twice, all came in order\.$/);
});

test('a bar is as long as its part of the powers of ten, on one scale for both latencies', () => {
  const text = show(sampleBench({}, { end: histogramOf([100, 1_000, 10_000, 10_000]), confirm: histogramOf([10, 10]) }), { ascii: true });
  const bars = text.split('\n').filter((line) => line.includes('#'));
  expect(bars.map((line) => [line.trim().split(/ +/)[0], line.replaceAll(/[^#]/g, '').length])).toEqual([
    ...[
      ['min', 13],
      ['p50', 27],
      ['p75', 40],
      ['max', 40],
    ],
    ...[
      ['min', 1],
      ['p50', 1],
      ['max', 1],
    ],
  ]);
  expect(text).toContain('Bars are logarithmic, from 10 us to 10 ms.');
});

test('with a rate, the latency from when it was sent stands beside it, where it is another', () => {
  expect(show(paced)).toMatch(/^ +from due +from sent$/m);
  expect(show(paced)).toMatch(/^ {2}p99 +450 ms +9\.90 ms +█+$/m);
  expect(show(paced)).toMatch(/^confirm latency.*\n {2}min +4\.0 µs {2}█+$/m);
  expect(show(sampleBench({ parameters: paced.parameters }))).not.toContain('from sent  ');
  expect(show(well)).not.toContain('from sent');
});

test('queues with their arguments, exchanges with their keys, and rates, sizes and delays that are not the usual', () => {
  const parameters = {
    ...PARAMETERS,
    ...{
      queues: 2,
      queueType: 'quorum' as const,
      arguments: { 'x-queue-type': 'quorum', 'x-max-length': 5 },
      exchange: 'topic' as const,
      routingKeys: 8,
    },
    ...{
      producers: 3,
      producerChannels: 2,
      sizes: [100, 1_000],
      rates: [
        { rate: 10, seconds: 5 },
        { rate: 0, seconds: 1.5 },
      ],
      count: 7,
    },
    ...{ persistent: false, mandatory: true, confirm: 0, multiAck: 10, prefetch: 0, consumerDelay: 250 },
  };
  expect(show(sampleBench({ parameters }), { columns: 200 }).split('\n').slice(1, 4)).toEqual([
    'sent by   3 producers of 2 channels, 100 B, 1 kB transient mandatory, at 10 msg/s for 5 s, then 0 msg/s for 1.5 s each, 7 messages each, no confirms',
    'through   topic exchange with 8 routing keys, 2 quorum queues, x-max-length=5',
    'to        1 consumer, one ack for 10, no prefetch limit, 250ms for each message',
  ]);
  const changing = {
    ...PARAMETERS,
    sizeSteps: [
      { size: 100, seconds: 1 },
      { size: 1_000, seconds: 2 },
    ],
    ack: false,
  };
  expect(show(sampleBench({ parameters: changing }), { columns: 200 })).toMatch(
    /100 B for 1 s, then 1 kB for 2 s persistent(.*\n)+to +1 consumer, no acks\n/,
  );
});

test('what was not measured is not there', () => {
  const unread = sampleBench({ parameters: { ...PARAMETERS, consumers: 0, confirm: 0 } }, { end: nothing, confirm: nothing });
  expect(show(unread)).toContain('to        no consumer');
  expect(show(unread)).not.toMatch(/latency|^received|confirmed|acked|lost|last message/m);
  expect(show(sampleBench({ parameters: { ...PARAMETERS, confirm: 0 } }, { confirm: nothing }))).not.toContain('confirm latency');
});

test.each<[string, Partial<SavedBench>, string[]]>([
  ['all well', {}, ['good No message was lost, none came twice, all came in order.']],
  [
    'lost, doubled, out of order',
    { totals: { ...well.totals, lost: 3, duplicates: 1, reordered: 2 } },
    [
      'warning 2 messages REORDERED: received after a later one of the same producer.',
      'error 3 messages LOST: sent, not refused, never received, in no queue.',
      'error 1 message DUPLICATED: received more often than sent.',
    ],
  ],
  [
    'refused and left',
    { totals: { ...well.totals, returned: 1, nacked: 2, unanswered: 3, left: 4, redelivered: 5, foreign: 6 } },
    [
      'good No message was lost, none came twice, all came in order.',
      'warning 4 messages LEFT in the queues: more was sent than was consumed in the time.',
      'warning 6 deliveries not of this run: somebody else sends here.',
      'warning 1 message RETURNED: no queue took them.',
      'warning 2 messages NACKED: the broker refused them, as a full queue does.',
      'warning 3 messages UNANSWERED: whether the broker has them is not known.',
      'warning 5 messages REDELIVERED.',
    ],
  ],
  [
    'interrupted',
    { ended: 'interrupted' },
    [
      'good No message was lost, none came twice, all came in order.',
      'warning INTERRUPTED after 10 s of measuring: this is what was measured until then.',
    ],
  ],
  ['failed', { ended: 'failed', failure: 'gone\x1b[2J' }, ['error FAILED after 10 s of measuring: gone\\x1b[2J']],
  [
    'not done',
    { ended: 'drain' },
    [
      'good No message was lost, none came twice, all came in order.',
      'warning The consumers were NOT DONE 10 s after the last message was sent.',
    ],
  ],
  [
    'blocked',
    { intervals: [sampleInterval(3, 5, { blocked: 'low on memory' }), sampleInterval(4, 5, { blocked: 'low on memory' })] },
    [
      'good No message was lost, none came twice, all came in order.',
      'warning The broker BLOCKED publishers in 2 intervals: low on memory.',
    ],
  ],
])('%s', (_, more, expected) => {
  expect(benchFindings(sampleBench(more)).map(({ level, text }) => `${level} ${text}`)).toEqual(expected);
});

test.each([
  [1, 2, 'give it more --threads (it had 1; the machine has 2 CPUs)'],
  [0, 2, 'give it more --threads (it had none of its own; the machine has 2 CPUs)'],
  [4, 2, 'give it fewer --threads (it had 4; the machine has 2 CPUs), or run it on another machine'],
  [2, 2, 'run it on another machine than the broker'],
])('a load generator with %i threads on %i CPUs that was the limit says what to do', (threads, cpus, advice) => {
  const bench = sampleBench({ generatorBound: true, parameters: { ...PARAMETERS, threads }, machine: { ...well.machine, cpus } });
  expect(benchFindings(bench).at(-1)?.text).toContain(advice);
});

test('no line is as wide as the terminal; ASCII is ASCII', () => {
  const bad = { ...paced, ended: 'failed' as const, failure: 'x '.repeat(200), generatorBound: true, parts: ['a', 'b'] };
  for (const bench of [well, paced, bad]) {
    for (const columns of [60, 80, 200]) {
      expect(
        Math.max(
          ...show(bench, { columns })
            .split('\n')
            .map(({ length }) => length),
        ),
      ).toBeLessThan(columns);
    }
    expect(show(bench, { ascii: true })).not.toMatch(/[^\n\x20-\x7e]/);
  }
});

test('errors are red, warnings yellow', () => {
  const text = show(sampleBench({ totals: { ...well.totals, lost: 1, left: 1 } }), { color: true });
  expect(text).toContain('\x1b[33m! 1 message LEFT');
  expect(text).toContain('\x1b[31m\x1b[1m!! 1 message LOST');
});
