import type { Broker } from '../client/broker.ts';
import { LabError } from '../errors.ts';
import { type Consumer, type ConsumerTally, startConsumer } from './consumer.ts';
import { Histogram, type SavedHistogram } from './histogram.ts';
import type { PlannedConnection } from './plan.ts';
import { type BenchClock, type Producer, type ProducerTally, startProducer } from './producer.ts';

/** What producers and consumers did together since they were last asked, in a form that can be sent to another thread. */
export interface HostTally {
  readonly counts: Readonly<Record<(typeof COUNTS)[number], number>>;
  /** Nanoseconds, from when a message was due, and (`sent`) from when it was really sent. */
  readonly latency: { readonly due: SavedHistogram; readonly sent: SavedHistogram };
  readonly confirm: { readonly due: SavedHistogram; readonly sent: SavedHistogram };
}

const COUNTS = [
  ...(['sent', 'sentBytes', 'confirmed', 'returned', 'nacked', 'unanswered'] as const),
  ...(['received', 'receivedBytes', 'acked', 'redelivered', 'foreign'] as const),
] as const;

/** What one consumer has received of each producer, as a `SequenceSet` saves it. */
export interface ReceivedSequences {
  readonly queue: string;
  readonly producer: number;
  readonly bits: Uint8Array;
  readonly reordered: number;
  /** All, duplicates included. */
  readonly received: number;
}

/** Connections with their producers and consumers, on one thread. */
export interface BenchHost {
  /** Has the producers begin. */
  produce(): void;
  /** Resolves when the producers have sent what they were to send. */
  readonly produced: Promise<void>;
  /** Has them end; resolves when they have. */
  stopProducing(): Promise<void>;
  /** What happened since the last time. */
  take(): HostTally;
  /** By producer number: how many it has sent in all. */
  sent(): readonly (readonly [producer: number, count: number])[];
  sequences(): readonly ReceivedSequences[];
  /** Resolves with the reason when the broker ended a connection, a channel or a consumer before its time. */
  readonly failed: Promise<LabError>;
  /** Told that the broker takes no messages for now, and (undefined) that it does again. */
  onBlocked(listener: (reason: string | undefined) => void): void;
  /** Ends all, connections included. Never rejects. */
  close(): Promise<void>;
}

/** Connects, opens the channels and begins to consume. Rejects with what the broker refuses, all connections closed then. */
export async function openHost(
  planned: readonly PlannedConnection[],
  connect: () => Promise<Broker>,
  clock: BenchClock,
): Promise<BenchHost> {
  const brokers: Broker[] = [];
  const consumers: { readonly consumer: Consumer; readonly queue: string }[] = [];
  const starts: (() => Producer)[] = [];
  const stop = new AbortController();
  let closing = false;
  let fail: (reason: LabError) => void = () => {};
  const failed = new Promise<LabError>((resolve) => {
    fail = (reason) => {
      if (!closing) resolve(reason);
    };
  });
  const watch = (closed: Promise<LabError | undefined>) => void closed.then((reason) => reason !== undefined && fail(reason));
  const close = async () => {
    closing = true;
    stop.abort();
    await Promise.all(brokers.map((broker) => broker.close()));
  };

  try {
    for (const { producers, consumers: consuming } of planned) {
      const broker = await connect();
      brokers.push(broker);
      watch(broker.closed);
      for (const spec of consuming) {
        const channel = await broker.openChannel();
        watch(channel.closed);
        const consumer = await startConsumer(channel, spec, clock);
        consumers.push({ consumer, queue: spec.queue });
        void consumer.ended.then(() => fail(new LabError('refused', `the broker ended the consumer of queue '${spec.queue}'`)));
      }
      for (const spec of producers) {
        const channel = await broker.openChannel({ confirms: spec.confirm > 0 });
        watch(channel.closed);
        starts.push(() => startProducer(channel, spec, clock, stop.signal));
      }
    }
  } catch (cause) {
    await close();
    throw cause;
  }

  const numbers = planned.flatMap(({ producers }) => producers.map(({ producer }) => producer));
  let producers: readonly Producer[] = [];
  let begun: () => void = () => {};
  const produced = new Promise<void>((resolve) => {
    begun = resolve;
  }).then(() => Promise.all(producers.map(({ done }) => done)).then(() => undefined));

  return {
    produced,
    failed,
    produce() {
      producers = starts.map((start) => start());
      begun();
    },
    async stopProducing() {
      stop.abort();
      await Promise.all(producers.map(({ done }) => done));
    },
    take: () =>
      together(
        producers.map((producer) => producer.take()),
        consumers.map(({ consumer }) => consumer.take()),
      ),
    sent: () => producers.map(({ sent }, i) => [numbers[i] ?? 0, sent]),
    sequences: () =>
      consumers.flatMap(({ consumer, queue }) =>
        [...consumer.sequences].map(([producer, set]) => ({
          queue,
          producer,
          bits: set.save(),
          reordered: set.reordered,
          received: set.taken,
        })),
      ),
    onBlocked(listener) {
      for (const broker of brokers) broker.onBlocked(listener);
    },
    close,
  };
}

function together(sent: readonly ProducerTally[], received: readonly ConsumerTally[]): HostTally {
  const counts = Object.fromEntries(COUNTS.map((name) => [name, 0])) as Record<(typeof COUNTS)[number], number>;
  const [latency, latencySent, confirm, confirmSent] = [new Histogram(), new Histogram(), new Histogram(), new Histogram()];
  for (const tally of sent) {
    counts.sent += tally.sent;
    counts.sentBytes += tally.bytes;
    counts.confirmed += tally.confirmed;
    counts.returned += tally.returned;
    counts.nacked += tally.nacked;
    counts.unanswered += tally.lost;
    confirm.add(tally.confirms.save());
    confirmSent.add(tally.uncorrectedConfirms.save());
  }
  for (const tally of received) {
    counts.received += tally.received;
    counts.receivedBytes += tally.bytes;
    counts.acked += tally.acked;
    counts.redelivered += tally.redelivered;
    counts.foreign += tally.foreign;
    latency.add(tally.latency.save());
    latencySent.add(tally.uncorrected.save());
  }
  return {
    counts,
    latency: { due: latency.save(), sent: latencySent.save() },
    confirm: { due: confirm.save(), sent: confirmSent.save() },
  };
}
