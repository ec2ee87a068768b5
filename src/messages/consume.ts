import type { Broker } from '../client/broker.ts';
import { reconnect } from '../client/session.ts';
import { LabError } from '../errors.ts';
import type { ConsumeProgress, ConsumeRequest, StopReason } from './consume-request.ts';
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
 * Consumes a queue into a sink (made for each connection) until the request's end, across lost connections: each delivery is acknowledged only after
 * the sink has dealt with it, so what was in the air comes again, marked redelivered. Throws a LabError when the broker refuses, or
 * does not come back in time.
 */
export async function consume(
  request: ConsumeRequest,
  sinkFor: (broker: Broker) => Promise<Sink> | Sink,
  context: PumpContext,
): Promise<ConsumeReport> {
  const progress: ConsumeProgress = { finished: 0, gaveBack: 0, startedAt: context.clock.now() };
  let broker: Broker = await context.connect();
  try {
    for (;;) {
      const end = await new Consumption(broker, request, await sinkFor(broker), progress, context).run();
      if (!(end instanceof LabError)) return { finished: progress.finished, gaveBack: progress.gaveBack, stopped: end };
      await broker.close();
      if (context.interrupted.aborted) throw context.interrupted.reason;
      broker = await reconnect(context.connect, end, {
        within: context.reconnectFor,
        clock: context.clock,
        signal: context.interrupted,
        note: context.note,
      });
    }
  } finally {
    await broker.close();
  }
}
