import { figuresOf } from '../../src/bench/figures.ts';
import { Histogram, type SavedHistogram } from '../../src/bench/histogram.ts';
import type { BenchCounts, BenchInterval, BenchParameters, Latencies, SavedBench } from '../../src/bench/report.ts';

const NO_COUNTS: BenchCounts = {
  ...{ sent: 0, sentBytes: 0, confirmed: 0, returned: 0, nacked: 0, unanswered: 0 },
  ...{ received: 0, receivedBytes: 0, acked: 0, redelivered: 0 },
};

const NOTHING: SavedHistogram = new Histogram().save();

/** A histogram of microseconds. */
export function histogramOf(microseconds: readonly number[]): SavedHistogram {
  const histogram = new Histogram();
  for (const value of microseconds) histogram.record(value * 1e3);
  return histogram.save();
}

/** 1, 2 … µs times `unit`, so many. */
export function ramp(count: number, unit = 1): number[] {
  return Array.from({ length: count }, (_, i) => (i + 1) * unit);
}

export const PARAMETERS: BenchParameters = {
  ...{
    producers: 1,
    consumers: 1,
    producerChannels: 1,
    consumerChannels: 1,
    sizes: [100],
    sizeSteps: [],
    rates: [],
    count: Number.POSITIVE_INFINITY,
  },
  ...{ confirm: 500, persistent: true, mandatory: false, prefetch: 500, ack: true, multiAck: 1, consumerDelay: 0 },
  ...{
    queueType: 'classic',
    queues: 1,
    arguments: {},
    exchange: undefined,
    routingKeys: 1,
    duration: 10,
    warmup: 2,
    drain: 10,
    threads: 1,
  },
};

/** An interval of one second in which as many came as were sent. */
export function sampleInterval(at: number, rate: number, more: Partial<BenchInterval> = {}): BenchInterval {
  const counts = {
    ...NO_COUNTS,
    sent: rate,
    confirmed: rate,
    received: rate,
    acked: rate,
    sentBytes: rate * 100,
    receivedBytes: rate * 100,
  };
  const latency: Latencies = { endToEnd: figuresOf(histogramOf(ramp(100, at * 10))), confirm: figuresOf(histogramOf(ramp(100, 5))) };
  return { phase: at <= 2 ? 'warm-up' : 'measured', at, seconds: 1, counts, latency, ...more };
}

/** A run of 10 s at 25,000 msg/s that went well; `end` to end, `confirm` latencies in µs, `sent` those not corrected. */
export function sampleBench(
  more: Partial<SavedBench> = {},
  latencies: { end?: SavedHistogram; confirm?: SavedHistogram; sent?: SavedHistogram } = {},
): SavedBench {
  const { end = histogramOf(ramp(1_000, 10)), confirm = histogramOf(ramp(1_000, 4)), sent = end } = latencies;
  const confirmSent = confirm.count === 0 ? NOTHING : confirm;
  const figures = (due: SavedHistogram, confirms: SavedHistogram): Latencies => ({
    endToEnd: figuresOf(due),
    confirm: figuresOf(confirms),
  });
  return {
    name: 'rmq-lab.bench.a1b2c3',
    startedAt: '2026-11-24T12:00:00.000Z',
    parameters: PARAMETERS,
    broker: { product: 'RabbitMQ', version: '4.3.0', lab: false },
    addresses: ['amqp://guest@127.0.0.1:5430'],
    machine: { platform: 'linux x64', cpu: 'Xeon 2.8 GHz', cpus: 2, memory: 8e9, node: 'v20.17.0' },
    seconds: { sending: 10, receiving: 10.2 },
    totals: {
      ...NO_COUNTS,
      ...{ sent: 250_000, sentBytes: 25e6, confirmed: 250_000, received: 250_000, receivedBytes: 25e6, acked: 250_000 },
      ...{ lost: 0, duplicates: 0, reordered: 0, left: 0, foreign: 0 },
    },
    rates: { sent: 25_000, confirmed: 25_000, received: 24_510, sentBytes: 2.5e6, receivedBytes: 2.451e6 },
    latency: figures(end, confirm),
    uncorrected: figures(sent, confirmSent),
    cpu: { seconds: 7.5, perMessage: 15, busiest: 0.62 },
    generatorBound: false,
    ended: 'time',
    intervals: Array.from({ length: 12 }, (_, i) => sampleInterval(i + 1, 25_000)),
    histograms: { endToEnd: { due: end, sent }, confirm: { due: confirm, sent: confirmSent } },
    ...more,
  };
}

/** A paced run in which the broker stalled for half a second: only what is counted from when a message was due shows it. */
export function stalledBench(more: Partial<SavedBench> = {}): SavedBench {
  const end = histogramOf([...ramp(20_000, 0.1), ...ramp(500, 1_000)]);
  const intervals = ramp(14).map((at) =>
    sampleInterval(at, at === 7 ? 3_000 : 25_000, {
      ...(at === 7 || at === 8 ? { blocked: 'low on memory' } : {}),
      ...(at > 12 ? { phase: 'drain' } : {}),
    }),
  );
  const paced = { ...PARAMETERS, rates: [{ rate: 25_000, seconds: 1 }] };
  return { ...sampleBench({ parameters: paced, intervals }, { end, sent: histogramOf(ramp(20_500, 0.1)) }), ...more };
}
