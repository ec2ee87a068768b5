import { fieldFromJson, fieldToJson, isTable } from '../client/field-json.ts';
import type { FieldTable } from '../client/message.ts';
import { UsageError } from '../errors.ts';
import { isWhole, type SavedHistogram } from './histogram.ts';
import { amount, type Check, count, Damage, fields, flag, listOfAll, maybe, oneOf, text } from './json-check.ts';
import type { RateStep, SizeStep } from './pace.ts';
import type { BenchCounts, BenchInterval, BenchParameters, BenchReport, Latencies, LatencyFigures, SavedBench } from './report.ts';

/** Marks a file, and says in which form it is. */
const VERSION = 1;

/** A run as `--save` writes it. Who reads it is `parseSavedBench`. */
export function savedBenchText(bench: SavedBench): string {
  // a count without a limit is Infinity, which JSON writes as null
  const parameters = { ...bench.parameters, arguments: fieldToJson(bench.parameters.arguments) };
  return `${JSON.stringify({ rmqLabBench: VERSION, ...bench, parameters })}\n`;
}

/** A run from the text of such a file. `name` is that of the file. Throws UsageError for anything else, saying what is wrong. */
export function parseSavedBench(content: string, name: string): SavedBench {
  const hint = 'give files that rmq-lab bench --save FILE has written';
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (cause) {
    throw new UsageError(`${name} is not a saved bench: it is not JSON`, { hint, cause });
  }
  if (!isTable(json) || !Object.hasOwn(json, 'rmqLabBench')) throw new UsageError(`${name} is not a saved bench`, { hint });
  if (json.rmqLabBench !== VERSION) {
    throw new UsageError(
      `${name} is a bench saved in another form (${JSON.stringify(json.rmqLabBench)}) than this program knows (${VERSION})`,
      {
        hint: 'read it with the version of rmq-lab that wrote it',
      },
    );
  }
  try {
    return BENCH(json, '');
  } catch (cause) {
    if (cause instanceof Damage) throw new UsageError(`${name} is damaged: ${cause.message}`, { hint, cause });
    throw cause;
  }
}

const endless: Check<number> = (value, path) => (value === null ? Number.POSITIVE_INFINITY : count(value, path));

const argumentTable: Check<FieldTable> = (value, path) => {
  try {
    const table = fieldFromJson(value, path);
    // bytes and tagged values are objects, too
    if (isTable(table) && Object.getPrototypeOf(table) === Object.prototype) return table as FieldTable;
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
  }
  throw new Damage(path, 'a table of arguments');
};

const histogram: Check<SavedHistogram> = (value, path) => {
  const found = fields<SavedHistogram>({ count, sum: amount, min: count, max: count, counters: listOfAll(count) })(value, path);
  if (isWhole(found)) return found;
  throw new Damage(path, 'a histogram: its counters do not fit together');
};

const FIGURES = fields<LatencyFigures>({
  ...{ count, min: amount, mean: amount, p50: amount, p75: amount, p95: amount, p99: amount, p999: amount, p9999: amount, max: amount },
});
const LATENCIES = fields<Latencies>({ endToEnd: FIGURES, confirm: FIGURES });
const COUNTED = {
  ...{ sent: count, sentBytes: count, confirmed: count, returned: count, nacked: count, unanswered: count },
  ...{ received: count, receivedBytes: count, acked: count, redelivered: count },
};
const HISTOGRAMS = fields<SavedBench['histograms']['endToEnd']>({ due: histogram, sent: histogram });

const PARAMETERS = fields<BenchParameters>({
  ...{ producers: count, consumers: count, producerChannels: count, consumerChannels: count },
  sizes: listOfAll(count),
  sizeSteps: listOfAll(fields<SizeStep>({ size: count, seconds: amount })),
  rates: listOfAll(fields<RateStep>({ rate: amount, seconds: amount })),
  count: endless,
  ...{ confirm: count, persistent: flag, mandatory: flag, prefetch: count, ack: flag, multiAck: count, consumerDelay: amount },
  queueType: oneOf(['classic', 'quorum', 'stream']),
  queues: count,
  arguments: argumentTable,
  exchange: maybe(oneOf(['direct', 'fanout', 'topic', 'headers'])),
  routingKeys: count,
  duration: maybe(amount),
  ...{ warmup: amount, drain: amount, threads: count },
});

const time: Check<string> = (value, path) => {
  const found = text(value, path);
  if (!Number.isNaN(Date.parse(found))) return found;
  throw new Damage(path, 'a time');
};

const INTERVAL = fields<BenchInterval>({
  phase: oneOf(['warm-up', 'measured', 'drain']),
  ...{ at: amount, seconds: amount },
  counts: fields<BenchCounts>(COUNTED),
  latency: LATENCIES,
  blocked: maybe(text),
});

const BENCH = fields<SavedBench>({
  ...{ name: text, startedAt: time, parameters: PARAMETERS },
  broker: fields<BenchReport['broker']>({ product: text, version: text, lab: flag }),
  addresses: listOfAll(text),
  machine: fields<BenchReport['machine']>({ platform: text, cpu: text, cpus: count, memory: amount, node: text }),
  seconds: fields<BenchReport['seconds']>({ sending: amount, receiving: amount }),
  totals: fields<BenchReport['totals']>({ ...COUNTED, lost: count, duplicates: count, reordered: count, left: count, foreign: count }),
  rates: fields<BenchReport['rates']>({ sent: amount, confirmed: amount, received: amount, sentBytes: amount, receivedBytes: amount }),
  ...{ latency: LATENCIES, uncorrected: LATENCIES },
  cpu: fields<BenchReport['cpu']>({ seconds: amount, perMessage: amount, busiest: amount }),
  generatorBound: flag,
  ended: oneOf(['time', 'count', 'interrupted', 'failed', 'drain']),
  failure: maybe(text),
  parts: maybe(listOfAll(text)),
  intervals: listOfAll(INTERVAL),
  histograms: fields<SavedBench['histograms']>({ endToEnd: HISTOGRAMS, confirm: HISTOGRAMS }),
});
