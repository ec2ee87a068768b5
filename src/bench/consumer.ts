import type { Channel } from '../client/broker.ts';
import type { FieldTable } from '../client/message.ts';
import type { Meter } from './meter.ts';
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

/** A consumer at work. */
export interface Consumer {
  /** What came, by producer. */
  readonly sequences: ReadonlyMap<number, SequenceSet>;
  /** Resolves when the broker ended it, or the channel went. */
  readonly ended: Promise<void>;
  /** Gets no more, and acknowledges what it holds. */
  stop(): Promise<void>;
}

/** Begins to consume. Throws what the broker refuses. */
export async function startConsumer(channel: Channel, spec: ConsumerSpec, clock: BenchClock, meter: Meter): Promise<Consumer> {
  const { run, queue, prefetch, noAck, multiAck, delay, arguments: table } = spec;
  const sequences = new Map<number, SequenceSet>();
  let [unacked, lastTag] = [0, 0];
  // of the messages that are not acknowledged yet, those that are measured
  let unackedMeasured = 0;
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  void channel.closed.then(end);
  const stopped = new AbortController();

  const ackAll = () => {
    if (unacked === 0) return;
    channel.ack(lastTag, unacked > 1);
    meter.countsOf(Number.POSITIVE_INFINITY).acked += unackedMeasured;
    meter.countsOf(Number.NEGATIVE_INFINITY).acked += unacked - unackedMeasured;
    unacked = 0;
    unackedMeasured = 0;
  };
  const handled = (deliveryTag: number, dueAt: number) => {
    lastTag = deliveryTag;
    unacked++;
    if (meter.isMeasured(dueAt)) unackedMeasured++;
    if (unacked >= multiAck) ackAll();
  };
  // one after the other, as a consumer that works on each
  const waiting: (readonly [deliveryTag: number, dueAt: number])[] = [];
  let working: Promise<void> | undefined;
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await clock.pause(delay, stopped.signal);
      handled(...next);
    }
    working = undefined;
  };

  if (prefetch > 0) await channel.prefetch(prefetch);
  const tag = await channel.consume(queue, { noAck, arguments: table, withoutProperties: true, onCancelled: end }, (delivery) => {
    const stamp = readStamp(delivery.body);
    const isOwn = stamp?.run === run;
    const dueAt = isOwn ? stamp.dueAt : clock.now();
    const counts = meter.countsOf(dueAt);
    if (isOwn) {
      counts.received++;
      counts.receivedBytes += delivery.body.length;
      if (meter.isMeasured(dueAt)) {
        const now = clock.now();
        meter.lastReceivedAt = now;
        meter.endToEnd.record(now, dueAt, stamp.sentAt);
      }
      let sequence = sequences.get(stamp.producer);
      if (sequence === undefined) {
        sequence = new SequenceSet();
        sequences.set(stamp.producer, sequence);
      }
      sequence.take(stamp.sequence);
    } else counts.foreign++;
    if (delivery.redelivered) counts.redelivered++;
    if (noAck) return;
    if (delay === 0) return handled(delivery.deliveryTag, dueAt);
    waiting.push([delivery.deliveryTag, dueAt]);
    working ??= work();
  });

  return {
    sequences,
    ended,
    async stop() {
      await channel.cancel(tag);
      stopped.abort();
      await working;
      ackAll();
      await channel.roundTrip();
    },
  };
}
