import type { Binding, ExchangeDeclaration, QueueDeclaration } from '../client/broker.ts';
import type { FieldTable, Properties } from '../client/message.ts';
import type { ConsumerSpec } from './consumer.ts';
import type { RateStep, SizeStep } from './pace.ts';
import type { BenchRoute, ProducerSpec } from './producer.ts';

/** The shape of a run, all of it said. */
export interface BenchShape {
  /** Connections. */
  readonly producers: number;
  readonly consumers: number;
  /** Channels on each connection. */
  readonly producerChannels: number;
  readonly consumerChannels: number;
  /** Bytes of a body, in turn. */
  readonly sizes: readonly number[];
  /** Sizes that change with time, in their place. */
  readonly sizeSteps: readonly SizeStep[];
  /** Messages a second of each producer, in steps; none: as fast as it goes. */
  readonly rates: readonly RateStep[];
  /** Messages of each producer; Infinity: as many as there is time for. */
  readonly count: number;
  /** Unconfirmed messages of each producer at most; 0: no confirms. */
  readonly confirm: number;
  readonly persistent: boolean;
  readonly mandatory: boolean;
  readonly prefetch: number;
  readonly ack: boolean;
  readonly multiAck: number;
  /** Milliseconds. */
  readonly consumerDelay: number;
  readonly queueType: 'classic' | 'quorum' | 'stream';
  readonly queues: number;
  /** More arguments of the queues. */
  readonly arguments: FieldTable;
  /** Undefined: the default exchange. */
  readonly exchange: 'direct' | 'fanout' | 'topic' | 'headers' | undefined;
  /** Keys that lead to the queues in turn, at least one for each; not of a fanout exchange. */
  readonly routingKeys: number;
}

/** One connection, with what each of its channels does. */
export interface PlannedConnection {
  /** From 0. */
  readonly number: number;
  readonly producers: readonly ProducerSpec[];
  readonly consumers: readonly ConsumerSpec[];
}

/** What a run makes on the broker, and who does what. */
export interface BenchPlan {
  /** Stands in the names of all that it makes. */
  readonly name: string;
  readonly exchange: ExchangeDeclaration | undefined;
  readonly queues: readonly QueueDeclaration[];
  readonly bindings: readonly Binding[];
  readonly connections: readonly PlannedConnection[];
  /** Whether the consumers of a queue share its messages; those of a stream get all of them each. */
  readonly isShared: boolean;
  /** For each route of every producer, in turn, the queues to which it leads. */
  readonly destinations: readonly (readonly string[])[];
}

/** Lays a shape out under a name of its own. `run` marks its messages: any number below 2^32 that others are unlikely to have. */
export function planBench(shape: BenchShape, name: string, run: number): BenchPlan {
  const queues = Array.from({ length: shape.queues }, (_, i) => queueOf(shape, `${name}.${i + 1}`));
  const names = queues.map(({ queue }) => queue);
  const ways = waysOf(shape, name, names);
  const producing = Array.from({ length: shape.producers }, (_, connection) => ({
    producers: Array.from({ length: shape.producerChannels }, (_each, channel) =>
      producerOf(shape, run, connection * shape.producerChannels + channel, ways),
    ),
    consumers: [],
  }));
  const consuming = Array.from({ length: shape.consumers }, (_, connection) => ({
    producers: [],
    consumers: Array.from({ length: shape.consumerChannels }, (_each, channel) =>
      consumerOf(shape, run, names[(connection * shape.consumerChannels + channel) % names.length] ?? ''),
    ),
  }));
  return {
    name,
    queues,
    isShared: shape.queueType !== 'stream',
    exchange:
      shape.exchange === undefined
        ? undefined
        : { exchange: name, type: shape.exchange, durable: true, autoDelete: false, internal: false, arguments: {} },
    bindings: ways.flatMap(({ binding }) => binding),
    connections: [...consuming, ...producing].map((connection, number) => ({ number, ...connection })),
    destinations: ways.map(({ destinations }) => destinations),
  };
}

function queueOf({ queueType, arguments: more }: BenchShape, queue: string): QueueDeclaration {
  return { queue, durable: true, exclusive: false, autoDelete: false, arguments: { 'x-queue-type': queueType, ...more } };
}

interface Way {
  readonly route: BenchRoute;
  readonly destinations: readonly string[];
  readonly binding: readonly Binding[];
}

/** The ways from producers to queues, each with its binding: one for a fanout exchange, else one for each key. */
function waysOf({ exchange, persistent, routingKeys }: BenchShape, name: string, queues: readonly string[]): readonly Way[] {
  const properties: Properties = { deliveryMode: persistent ? 2 : 1 };
  if (exchange === undefined) {
    return queues.map((queue) => ({ route: { exchange: '', routingKey: queue, properties }, destinations: [queue], binding: [] }));
  }
  const bind = (destination: string, routingKey: string, table: FieldTable = {}): Binding => ({
    ...{ source: name, destination, destinationType: 'queue', routingKey, arguments: table },
  });
  if (exchange === 'fanout') {
    const route = { exchange: name, routingKey: '', properties };
    return [{ route, destinations: queues, binding: queues.map((queue) => bind(queue, '')) }];
  }
  return Array.from({ length: Math.max(routingKeys, queues.length) }, (_, i): Way => {
    const queue = queues[i % queues.length] ?? '';
    const key = `key.${i + 1}`;
    const isHeaders = exchange === 'headers';
    return {
      route: { exchange: name, routingKey: key, properties: isHeaders ? { ...properties, headers: { key } } : properties },
      destinations: [queue],
      binding: [isHeaders ? bind(queue, '', { 'x-match': 'all', key }) : bind(queue, key)],
    };
  });
}

function producerOf(shape: BenchShape, run: number, producer: number, ways: readonly Way[]): ProducerSpec {
  const { sizes, sizeSteps, rates, count, confirm, mandatory } = shape;
  const routes = ways.map(({ route }) => route);
  return { run, producer, routes, sizes, sizeSteps, confirm, mandatory, count, rates };
}

function consumerOf(shape: BenchShape, run: number, queue: string): ConsumerSpec {
  const { prefetch, ack, multiAck, consumerDelay, queueType } = shape;
  const table: FieldTable = queueType === 'stream' ? { 'x-stream-offset': 'first' } : {};
  return { run, queue, prefetch, noAck: !ack, multiAck, delay: consumerDelay, arguments: table };
}

/** How many consumers each queue has that has any. */
export function readersOf({ connections }: BenchPlan): ReadonlyMap<string, number> {
  const readers = new Map<string, number>();
  for (const { queue } of connections.flatMap(({ consumers }) => consumers)) readers.set(queue, (readers.get(queue) ?? 0) + 1);
  return readers;
}

/** How many copies of a message consumers get, on average over the routes. */
export function copiesOf(plan: BenchPlan): number {
  const readers = readersOf(plan);
  const copies = plan.destinations
    .flat()
    .map((queue) => (plan.isShared ? Math.min(readers.get(queue) ?? 0, 1) : (readers.get(queue) ?? 0)));
  return copies.reduce((sum, count) => sum + count, 0) / plan.destinations.length;
}

/** Of the messages that a producer sent, the numbers of those that must come to a queue. */
export function* expectedIn({ destinations }: BenchPlan, queue: string, sent: number): Iterable<number> {
  const leading = destinations.map((names) => names.includes(queue));
  for (let sequence = 0; sequence < sent; sequence++) {
    if (leading[sequence % leading.length] === true) yield sequence;
  }
}
