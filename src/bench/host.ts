import type { Broker } from '../client/broker.ts';
import { LabError } from '../errors.ts';
import { type Consumer, startConsumer } from './consumer.ts';
import { Meter, type Tally } from './meter.ts';
import type { PlannedConnection } from './plan.ts';
import { type BenchClock, type Producer, startProducer } from './producer.ts';

/** What one producer has sent in all. */
export interface SentSequences {
  readonly producer: number;
  readonly count: number;
  /** Which of them were confirmed, as a `SequenceSet` saves it; undefined without confirms. */
  readonly confirmed: Uint8Array | undefined;
}

/** What one consumer has received of each producer, as a `SequenceSet` saves it. */
export interface ReceivedSequences {
  readonly queue: string;
  readonly producer: number;
  readonly bits: Uint8Array;
  readonly reordered: number;
  /** All, duplicates included. */
  readonly received: number;
}

/** Connections with their producers and consumers, on one thread, which need not be that of who asks. */
export interface BenchHost {
  /** Has the producers begin, and send until then. What is due from `measureFrom` on is measured. Both on the clock, in nanoseconds. */
  produce(measureFrom: number, until: number): void;
  /** Resolves when the producers have sent what they were to send, and have had their answers. */
  readonly produced: Promise<void>;
  /** Has them end. Answers that come later still count. */
  stopProducing(): void;
  /** What happened since the last time; and how many nanoseconds the thread's loop was busy, and how many it was not, since it began. */
  take(): Promise<{ readonly tally: Tally; readonly loop: { readonly active: number; readonly idle: number } }>;
  /** Gets no more, and acknowledges what the consumers hold; then what was sent and what came, message by message. */
  account(): Promise<{ readonly sent: readonly SentSequences[]; readonly received: readonly ReceivedSequences[] }>;
  /** Resolves with the reason when the broker ended a connection, a channel or a consumer before its time. */
  readonly failed: Promise<LabError>;
  /** Told that the broker takes no messages for now, and (undefined) that it does again. */
  onBlocked(listener: (reason: string | undefined) => void): void;
  /** Ends all, connections included. Never rejects. */
  close(): Promise<void>;
}

/**
 * Connects, opens the channels and begins to consume. `connect` is given the number of the connection, from 0. Rejects with what the broker
 * refuses, all connections closed then.
 */
export async function openHost(
  planned: readonly PlannedConnection[],
  connect: (number: number) => Promise<Broker>,
  clock: BenchClock,
): Promise<BenchHost> {
  const brokers: Broker[] = [];
  const consumers: { readonly consumer: Consumer; readonly queue: string }[] = [];
  const starts: { readonly number: number; readonly start: (until: number) => Producer }[] = [];
  const meter = new Meter();
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
    for (const { number, producers, consumers: consuming } of planned) {
      const broker = await connect(number);
      brokers.push(broker);
      watch(broker.closed);
      for (const spec of consuming) {
        const channel = await broker.openChannel();
        watch(channel.closed);
        const consumer = await startConsumer(channel, spec, clock, meter);
        consumers.push({ consumer, queue: spec.queue });
        void consumer.ended.then(() => fail(new LabError('refused', `the broker ended the consumer of queue '${spec.queue}'`)));
      }
      for (const spec of producers) {
        const channel = await broker.openChannel({ confirms: spec.confirm > 0 });
        watch(channel.closed);
        starts.push({
          number: spec.producer,
          start: (until) => startProducer(channel, spec, { clock, signal: stop.signal, meter, until }),
        });
      }
    }
  } catch (cause) {
    await close();
    throw cause;
  }

  let producers: readonly (Producer & { readonly number: number })[] = [];
  let begun: () => void = () => {};
  const produced = new Promise<void>((resolve) => {
    begun = resolve;
  }).then(() => Promise.all(producers.map(({ done }) => done)).then(() => undefined));

  return {
    produced,
    failed,
    produce(measureFrom, until) {
      meter.measureFrom = measureFrom;
      producers = starts.map(({ number, start }) => Object.assign(start(until), { number }));
      begun();
    },
    stopProducing: () => stop.abort(),
    take: async () => ({ tally: meter.take(), loop: clock.loop() }),
    async account() {
      closing = true;
      // one whose channel is gone has nothing to stop
      await Promise.allSettled(consumers.map(({ consumer }) => consumer.stop()));
      return {
        sent: producers.map(({ number, sent, confirmed }) => ({ producer: number, count: sent, confirmed: confirmed?.save() })),
        received: consumers.flatMap(({ consumer, queue }) =>
          [...consumer.sequences].map(([producer, set]) => ({
            queue,
            producer,
            bits: set.save(),
            reordered: set.reordered,
            received: set.taken,
          })),
        ),
      };
    },
    onBlocked(listener) {
      for (const broker of brokers) broker.onBlocked(listener);
    },
    close,
  };
}
