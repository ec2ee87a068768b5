import type { Broker } from '../client/broker.ts';
import { createReconnectDeadline, reconnect } from '../client/session.ts';
import { LabError } from '../errors.ts';
import type { ConsumeOrder, ConsumeProgress, StopReason } from './consume-request.ts';
import { Consumption } from './consumption.ts';
import type { PumpContext } from './pump.ts';
import type { Sink } from './sink.ts';

/** How consuming went. */
export interface ConsumeReport {
  /** Messages that were dealt with. */
  readonly finished: number;
  /** Messages that went back to the queue at the end. */
  readonly gaveBack: number;
  readonly stopped: StopReason;
}

/**
 * Consumes a queue into a sink (both may be made for each connection) until the request's end, across lost connections: each delivery is acknowledged only after
 * the sink has dealt with it, so what was in the air comes again, marked redelivered. Throws a LabError when the broker refuses, or
 * does not come back in time.
 */
export async function consume(
  request: ConsumeOrder,
  sinkFor: (broker: Broker) => Promise<Sink> | Sink,
  context: PumpContext,
): Promise<ConsumeReport> {
  const progress: ConsumeProgress = { received: 0, finished: 0, gaveBack: 0, startedAt: context.clock.now() };
  const deadline = createReconnectDeadline(context.reconnectFor, context.clock);
  let broker: Broker = await context.connect();
  let wanted = request;
  const runOnce = async (): Promise<StopReason | LabError> => {
    let sink: Sink;
    let { queue } = wanted;
    try {
      if (typeof queue !== 'string') queue = await queue(broker);
      sink = await sinkFor(broker);
    } catch (cause) {
      if (cause instanceof LabError && cause.kind === 'unreachable') return cause;
      throw cause;
    }
    return new Consumption(broker, { ...wanted, queue }, sink, progress, context).run();
  };
  try {
    for (;;) {
      const end = await runOnce();
      if (!(end instanceof LabError)) return { finished: progress.finished, gaveBack: progress.gaveBack, stopped: end };
      await broker.close();
      if (wanted.count !== undefined) wanted = { ...wanted, count: wanted.count + (request.moreAfterLoss ?? 0) };
      if (context.interrupted.aborted) throw context.interrupted.reason;
      broker = await reconnect(context.connect, end, {
        within: context.reconnectFor,
        deadline: deadline(progress.received),
        clock: context.clock,
        signal: context.interrupted,
        note: context.note,
      });
    }
  } finally {
    await broker.close();
  }
}
