import type { Command } from 'commander';
import type { RateStep, SizeStep } from '../bench/pace.ts';
import type { BenchShape } from '../bench/plan.ts';
import type { BenchParameters } from '../bench/report.ts';
import { STAMP_SIZE } from '../bench/stamp.ts';
import { UsageError } from '../errors.ts';
import { parseInteger, parseSize } from '../values.ts';
import { queueDeclaration } from './declaration.ts';
import { collect, parseChoice, parseMilliseconds } from './options.ts';

/** The options that say what load is made, as commander gives them. */
export interface LoadFlags {
  readonly producers: string;
  readonly consumers: string;
  readonly producerChannels: string;
  readonly consumerChannels: string;
  readonly size: string;
  readonly variableSize: readonly string[];
  readonly rate?: string;
  readonly variableRate: readonly string[];
  readonly duration?: string;
  readonly count?: string;
  readonly warmup?: string;
  readonly drain: string;
  /** False: --no-confirm. */
  readonly confirm: string | false;
  readonly transient?: boolean;
  readonly mandatory?: boolean;
  readonly prefetch: string;
  readonly ackMode: string;
  readonly multiAck: string;
  readonly consumerDelay: string;
  readonly queueType: string;
  readonly lazy?: boolean;
  readonly queues: string;
  readonly exchange?: string;
  readonly routingKeys?: string;
  readonly ttl?: string;
  readonly maxLength?: string;
  readonly arg: readonly string[];
  readonly threads?: string;
}

const EXCHANGES = ['direct', 'fanout', 'topic', 'headers'] as const;
const QUEUE_TYPES = ['classic', 'quorum', 'stream'] as const;

/** Adds the options that say what load is made. */
export function withLoadOptions(command: Command): Command {
  return command
    .option('-x, --producers <n>', 'connections that publish', '1')
    .option('-y, --consumers <n>', 'connections that consume', '1')
    .option('-X, --producer-channels <n>', 'channels on each, with a producer on each', '1')
    .option('-Y, --consumer-channels <n>', 'channels on each, with a consumer on each', '1')
    .option('-s, --size <size>', `of a body, at least ${STAMP_SIZE} bytes: 100, 4kB, or several, in turn: 100,1kB,10kB`, '100')
    .option('--variable-size <size:duration>', 'for so long this size, then the next (repeatable): 1kB:10s', collect, [])
    .option('--rate <n>', 'messages a second of each producer, evenly paced (default: as fast as it goes)')
    .option('--variable-rate <n:duration>', 'for so long this rate, then the next (repeatable): 500:10s', collect, [])
    .option('-z, --duration <duration>', 'how long to measure (default 10s)')
    .option('-C, --count <n>', 'messages of each producer, in place of a duration')
    .option('--warmup <duration>', 'before it is measured (default 2s; 0 with --count)')
    .option('--drain <duration>', 'how long consumers may go on after the last message was sent', '30s')
    .option('-c, --confirm <n>', 'unconfirmed messages of each producer at most; --no-confirm asks for no confirms', '500')
    .option('--no-confirm', 'publish without confirms')
    .option('--transient', 'messages that no restart survives (default: persistent)')
    .option('--mandatory', 'have what finds no queue returned')
    .option('--prefetch <n>', 'unacknowledged messages of each consumer at most; 0 is no limit', '500')
    .option('--ack-mode <mode>', 'ack or none', 'ack')
    .option('--multi-ack <n>', 'acknowledge so many at once', '1')
    .option('--consumer-delay <duration>', 'that a consumer takes for each message before it acknowledges', '0')
    .option('--queue-type <type>', QUEUE_TYPES.join(', '), 'classic')
    .option('--lazy', 'with x-queue-mode=lazy, which counts up to RabbitMQ 3.11')
    .option('--queues <n>', 'queues, over which messages and consumers are spread', '1')
    .option('--exchange <type>', `an exchange of this type (${EXCHANGES.join(', ')}) in place of the default exchange`)
    .option('--routing-keys <n>', 'different keys, which lead to the queues in turn')
    .option('--ttl <duration>', 'x-message-ttl of the queues')
    .option('--max-length <n>', 'x-max-length of the queues')
    .option('--arg <k=v>', 'another argument of the queues, typed: x-max-length-bytes:int=1000000 (repeatable)', collect, [])
    .option(
      '--threads <n>',
      'threads for the load; 0 makes it on the thread of the program (default: as connections, but one less than cores)',
    );
}

/** What the options ask for. `cpus`: how many threads the machine can run at a time. Throws UsageError. */
export function benchParameters(flags: LoadFlags, cpus: number): BenchParameters {
  const whole = (text: string, option: string, min: number, max = 10_000) => parseInteger(text, option, min, max);
  const seconds = (text: string, option: string) => parseMilliseconds(text, option) / 1_000;
  if (flags.count !== undefined && flags.duration !== undefined) {
    throw new UsageError('--count and --duration exclude each other', { hint: 'give one of them: the run ends by it' });
  }
  const producers = whole(flags.producers, '--producers', 0);
  const consumers = whole(flags.consumers, '--consumers', 0);
  if (producers + consumers === 0) throw new UsageError('there is nobody to measure', { hint: 'give --producers or --consumers' });
  if (producers === 0) {
    throw new UsageError('--producers 0: the queues of a bench are its own, and nothing would come', {
      hint: 'give at least one producer',
    });
  }
  const shape: BenchShape = {
    producers,
    consumers,
    producerChannels: whole(flags.producerChannels, '--producer-channels', 1, 2_000),
    consumerChannels: whole(flags.consumerChannels, '--consumer-channels', 1, 2_000),
    sizes: flags.size.split(',').map((size) => bodySize(size, '--size')),
    sizeSteps: flags.variableSize.map((step): SizeStep => {
      const [size, time] = stepOf(step, '--variable-size', '1kB:10s');
      return { size: bodySize(size, '--variable-size'), seconds: lasting(time, '--variable-size') };
    }),
    rates: ratesOf(flags),
    count: flags.count === undefined ? Number.POSITIVE_INFINITY : whole(flags.count, '--count', 1, 1e9),
    confirm: flags.confirm === false ? 0 : whole(flags.confirm, '--confirm', 1, 1_000_000),
    persistent: flags.transient !== true,
    mandatory: flags.mandatory === true,
    prefetch: whole(flags.prefetch, '--prefetch', 0, 65_535),
    ack: parseChoice(flags.ackMode, '--ack-mode', ['ack', 'none']) === 'ack',
    multiAck: whole(flags.multiAck, '--multi-ack', 1, 65_535),
    consumerDelay: parseMilliseconds(flags.consumerDelay, '--consumer-delay'),
    queueType: parseChoice(flags.queueType, '--queue-type', QUEUE_TYPES),
    queues: whole(flags.queues, '--queues', 1, 10_000),
    arguments: queueArguments(flags),
    exchange: flags.exchange === undefined ? undefined : parseChoice(flags.exchange, '--exchange', EXCHANGES),
    routingKeys: flags.routingKeys === undefined ? 0 : whole(flags.routingKeys, '--routing-keys', 1, 100_000),
  };
  refuseContradictions(shape, flags);
  const connections = producers + consumers;
  return {
    ...shape,
    duration: flags.count === undefined ? lasting(flags.duration ?? '10s', '--duration') : undefined,
    warmup: seconds(flags.warmup ?? (flags.count === undefined ? '2s' : '0'), '--warmup'),
    drain: seconds(flags.drain, '--drain'),
    threads: flags.threads === undefined ? (cpus > 1 ? Math.min(cpus - 1, connections) : 0) : whole(flags.threads, '--threads', 0, 256),
  };
}

function bodySize(text: string, option: string): number {
  const size = parseSize(text, option);
  if (size >= STAMP_SIZE && size <= 128 * 1024 ** 2) return size;
  throw new UsageError(`${option}: a body of ${size} bytes cannot be measured`, {
    hint: `give from ${STAMP_SIZE} (each message bears its number and when it was due) to 128MiB`,
  });
}

function lasting(text: string, option: string): number {
  const milliseconds = parseMilliseconds(text, option);
  if (milliseconds < 100) throw new UsageError(`${option}: '${text}' is too short to measure`, { hint: 'give 100ms or more' });
  return milliseconds / 1_000;
}

function stepOf(text: string, option: string, example: string): readonly [string, string] {
  const match = /^([^:]+):([^:]+)$/.exec(text);
  if (match?.[1] !== undefined && match[2] !== undefined) return [match[1], match[2]];
  throw new UsageError(`${option}: '${text}' is not VALUE:DURATION`, { hint: `write ${example}` });
}

function ratesOf({ rate, variableRate }: LoadFlags): readonly RateStep[] {
  const each = (text: string, option: string, min: number) => parseInteger(text, option, min, 10_000_000);
  if (variableRate.length === 0) return rate === undefined ? [] : [{ rate: each(rate, '--rate', 1), seconds: 1 }];
  if (rate !== undefined) throw new UsageError('--rate and --variable-rate exclude each other', { hint: 'give one of them' });
  const steps = variableRate.map((step) => {
    const [value, time] = stepOf(step, '--variable-rate', '500:10s');
    return { rate: each(value, '--variable-rate', 0), seconds: lasting(time, '--variable-rate') };
  });
  if (steps.every((step) => step.rate * step.seconds < 1))
    throw new UsageError('--variable-rate: nothing is ever sent', { hint: 'write 500:10s' });
  return steps;
}

function queueArguments({ ttl, maxLength, lazy, arg, queueType }: LoadFlags): BenchShape['arguments'] {
  const { arguments: table } = queueDeclaration('bench', {
    ...{ arg, type: queueType },
    ...(ttl === undefined ? {} : { messageTtl: ttl }),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(lazy === true ? { lazy } : {}),
  });
  return table;
}

function refuseContradictions(shape: BenchShape, { routingKeys }: LoadFlags): void {
  const { queueType, ack, prefetch, exchange, multiAck } = shape;
  if (queueType === 'stream' && (!ack || prefetch === 0)) {
    throw new UsageError('a stream is read with acknowledgements and a prefetch', { hint: 'leave out --ack-mode none and --prefetch 0' });
  }
  if (routingKeys !== undefined && (exchange === undefined || exchange === 'fanout')) {
    throw new UsageError(
      `--routing-keys: ${exchange === undefined ? 'the default exchange takes the names of queues' : 'a fanout exchange looks at no key'}`,
      {
        hint: 'add --exchange direct, topic or headers',
      },
    );
  }
  if (ack && prefetch > 0 && multiAck > prefetch) {
    throw new UsageError(`--multi-ack ${multiAck} would never be reached with --prefetch ${prefetch}`, {
      hint: 'give at most as many as --prefetch',
    });
  }
}
