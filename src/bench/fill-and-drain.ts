import type { Broker, Channel } from '../client/broker.ts';
import type { Clock } from '../client/clock.ts';
import type { Message } from '../client/message.ts';
import { withChannel } from '../client/session.ts';
import { LabError } from '../errors.ts';

/** Unconfirmed messages at a time, and unacknowledged ones. */
const WINDOW = 1_000;

/** A queue and the load that is put on it. */
export interface Load {
  readonly queue: string;
  readonly count: number;
  /** Bytes of a body. */
  readonly size: number;
}

/** Publishes the load with pipelined confirms and answers messages a second, to the last confirm. Rejects when one is not confirmed. */
export function fill(broker: Broker, { queue, count, size }: Load, clock: Clock, signal: AbortSignal): Promise<number> {
  const message: Message = { exchange: '', routingKey: queue, properties: { deliveryMode: 2 }, body: Buffer.alloc(size, 'x') };
  return timed(broker, count, clock, signal, { confirms: true }, async (channel, done, fail) => {
    let settled = 0;
    let wake: () => void = () => undefined;
    for (let sent = 0; sent < count; sent++) {
      if (signal.aborted) return; // then nobody waits for this any more
      const room = channel.publish(message, { mandatory: true }, (outcome) => {
        // of what is lost, the end of the channel tells why
        if (outcome === 'nacked' || outcome === 'returned') fail(new LabError('refused', `queue '${queue}': a message was ${outcome}`));
        settled++;
        wake();
        if (settled === count) done();
      });
      if (!room) await channel.drained();
      while (sent + 1 - settled >= WINDOW && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  });
}

/** Consumes and acknowledges as many messages and answers messages a second, until the broker has seen the last ack. */
export function drain(broker: Broker, { queue, count }: Load, clock: Clock, signal: AbortSignal): Promise<number> {
  return timed(broker, count, clock, signal, {}, async (channel, done, fail) => {
    let received = 0;
    await channel.prefetch(WINDOW);
    const options = { onCancelled: () => fail(new LabError('refused', `queue '${queue}' was deleted`)) };
    await channel.consume(queue, options, ({ deliveryTag }) => {
      channel.ack(deliveryTag);
      received++;
      if (received === count) channel.roundTrip().then(done, fail);
    });
  });
}

type Work = (channel: Channel, done: () => void, fail: (cause: unknown) => void) => Promise<void>;

function timed(
  broker: Broker,
  count: number,
  clock: Clock,
  signal: AbortSignal,
  options: { confirms?: boolean },
  work: Work,
): Promise<number> {
  const run = async (channel: Channel): Promise<number> => {
    const startedAt = clock.now();
    await new Promise<void>((resolve, reject) => {
      const onAbort = () => reject(signal.reason);
      if (signal.aborted) onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      void channel.closed.then((failure) => reject(failure ?? new LabError('unexpected', 'the channel was closed')));
      const done = () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      work(channel, done, reject).catch(reject);
    });
    return count / (Math.max(clock.now() - startedAt, 1) / 1000);
  };
  return options.confirms ? withConfirmChannel(broker, run) : withChannel(broker, run);
}

async function withConfirmChannel<T>(broker: Broker, use: (channel: Channel) => Promise<T>): Promise<T> {
  const channel = await broker.openChannel({ confirms: true });
  try {
    return await use(channel);
  } finally {
    await channel.close();
  }
}
