import type { Channel } from '../client/broker.ts';
import type { FieldTable } from '../client/message.ts';
import { Histogram } from './histogram.ts';
import type { BenchClock } from './producer.ts';
import { SequenceSet } from './sequence-set.ts';
import { readStamp } from './stamp.ts';

/** What one consumer is to do. */
export interface ConsumerSpec {
  readonly run: number;
  readonly queue: string;
  /** Unacknowledged deliveries at most; 0 is no limit. */
  readonly prefetch: number;
  readonly noAck: boolean;
  /** Deliveries that one ack stands for. */
  readonly multiAck: number;
  /** Milliseconds that it takes for each message before it acknowledges; nothing without acknowledgements. */
  readonly delay: number;
  readonly arguments: FieldTable;
}

/** What a consumer has done since it was last asked. */
export interface ConsumerTally {
  received: number;
  bytes: number;
  acked: number;
  redelivered: number;
  /** What bears no stamp of this run. */
  foreign: number;
  /** Nanoseconds from when a message was due to when it came. */
  readonly latency: Histogram;
  /** The same from when it was really sent. */
  readonly uncorrected: Histogram;
}

/** A consumer at work. */
export interface Consumer {
  /** Messages of this run that it has received, warm-up and duplicates included. */
  readonly received: number;
  /** What came, by producer. */
  readonly sequences: ReadonlyMap<number, SequenceSet>;
  /** Resolves when the broker ended it, or the channel went. */
  readonly ended: Promise<void>;
  /** What it did since the last time. */
  take(): ConsumerTally;
  /** Gets no more, and acknowledges what it holds. */
  stop(): Promise<void>;
}

function emptyTally(): ConsumerTally {
  return { received: 0, bytes: 0, acked: 0, redelivered: 0, foreign: 0, latency: new Histogram(), uncorrected: new Histogram() };
}

/** Begins to consume. Throws what the broker refuses. */
export async function startConsumer(channel: Channel, spec: ConsumerSpec, clock: BenchClock): Promise<Consumer> {
  const { run, queue, prefetch, noAck, multiAck, delay, arguments: table } = spec;
  const sequences = new Map<number, SequenceSet>();
  let tally = emptyTally();
  let [received, unacked, lastTag] = [0, 0, 0];
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  void channel.closed.then(end);
  const stopped = new AbortController();

  const ackAll = () => {
    if (unacked === 0) return;
    channel.ack(lastTag, unacked > 1);
    tally.acked += unacked;
    unacked = 0;
  };
  const handled = (deliveryTag: number) => {
    lastTag = deliveryTag;
    unacked++;
    if (unacked >= multiAck) ackAll();
  };
  // one after the other, as a consumer that works on each
  const waiting: number[] = [];
  let working: Promise<void> | undefined;
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await clock.pause(delay, stopped.signal);
      handled(next);
    }
    working = undefined;
  };

  if (prefetch > 0) await channel.prefetch(prefetch);
  const tag = await channel.consume(queue, { noAck, arguments: table, onCancelled: end }, (delivery) => {
    const now = clock.now();
    const stamp = readStamp(delivery.body);
    if (stamp?.run === run) {
      received++;
      tally.received++;
      tally.bytes += delivery.body.length;
      tally.latency.record(now - stamp.dueAt);
      tally.uncorrected.record(now - stamp.sentAt);
      let sequence = sequences.get(stamp.producer);
      if (sequence === undefined) {
        sequence = new SequenceSet();
        sequences.set(stamp.producer, sequence);
      }
      sequence.take(stamp.sequence);
    } else tally.foreign++;
    if (delivery.redelivered) tally.redelivered++;
    if (noAck) return;
    if (delay === 0) return handled(delivery.deliveryTag);
    waiting.push(delivery.deliveryTag);
    working ??= work();
  });

  return {
    get received() {
      return received;
    },
    sequences,
    ended,
    take() {
      const taken = tally;
      tally = emptyTally();
      return taken;
    },
    async stop() {
      await channel.cancel(tag);
      stopped.abort();
      await working;
      ackAll();
      await channel.roundTrip();
    },
  };
}
