import type { Channel } from '../client/broker.ts';
import { createReconnectDeadline, reconnect } from '../client/session.ts';
import { LabError } from '../errors.ts';
import type { ConsumeReport } from './consume.ts';
import type { ConsumeRequest, StopReason } from './consume-request.ts';
import type { PumpContext } from './pump.ts';
import type { Sink } from './sink.ts';

/** Pause between looks at an empty queue, in milliseconds. */
const PAUSE = 100;

/**
 * Consumes a number of messages without acks by fetching them one at a time: a consumer without acks is sent all that there is,
 * and what it was sent beyond the number asked for would be lost.
 */
export async function consumeByGet(request: ConsumeRequest, sink: Sink, context: PumpContext): Promise<ConsumeReport> {
  const { clock, interrupted, connect, reconnectFor, note } = context;
  const { queue, count = 1, untilEmpty, idleTimeout, timeout } = request;
  const startedAt = clock.now();
  let lastActivity = startedAt;
  let finished = 0;
  let sinkEnded = false;
  let onEnd: () => void = () => undefined;
  void sink.ended.then(() => {
    sinkEnded = true;
    onEnd();
  });
  const stopReason = (isEmpty: boolean): StopReason | undefined => {
    if (finished >= count) return 'count';
    if (sinkEnded) return 'sink';
    if (interrupted.aborted) return 'interrupted';
    if (timeout !== undefined && clock.now() - startedAt >= timeout) return 'timeout';
    if (isEmpty && untilEmpty) return 'empty';
    return isEmpty && idleTimeout !== undefined && clock.now() - lastActivity >= idleTimeout ? 'idle' : undefined;
  };

  const deadline = createReconnectDeadline(reconnectFor, clock);
  let broker = await connect();
  let channel: Channel | undefined;
  const next = async () => {
    channel ??= await broker.openChannel();
    return channel.get(queue, { noAck: true });
  };
  try {
    for (;;) {
      const delivery = await next().catch((cause: LabError) => cause);
      if (delivery instanceof LabError) {
        if (delivery.kind !== 'unreachable') throw delivery;
        await broker.close();
        broker = await reconnect(connect, delivery, {
          within: reconnectFor,
          deadline: deadline(finished),
          clock,
          signal: interrupted,
          note,
        });
        channel = undefined;
        continue;
      }
      if (delivery !== undefined) {
        lastActivity = clock.now();
        await new Promise<void>((resolve) => {
          onEnd = resolve;
          sink.take(delivery, () => resolve());
        });
        finished++;
      }
      const stopped = stopReason(delivery === undefined);
      if (stopped !== undefined) return { finished, gaveBack: 0, stopped };
      if (delivery === undefined) await clock.sleep(PAUSE, interrupted);
    }
  } finally {
    await broker.close();
  }
}
