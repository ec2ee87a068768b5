import type { Broker } from '../../src/client/broker.ts';
import type { Delivery } from '../../src/client/message.ts';
import type { Verdict } from '../../src/messages/ack-ledger.ts';
import { consume } from '../../src/messages/consume.ts';
import { consumeByGet } from '../../src/messages/consume-by-get.ts';
import type { ConsumeRequest } from '../../src/messages/consume-request.ts';
import type { Sink } from '../../src/messages/sink.ts';
import { createPort, type Port } from './port.ts';
import type { PortOptions } from './port-state.ts';
import { createQuietClock } from './quiet-clock.ts';

/** As many bodies: `0`, `1` … */
export const bodies = (count: number) => Array.from({ length: count }, (_, n) => String(n));

/** A sink that is done with a delivery when it likes: each turn of the event loop with `settle()` of those it has, any of them. */
export function createLazySink(
  verdictOf: (delivery: Delivery) => Verdict,
  settle: () => number = () => Number.POSITIVE_INFINITY,
  pick: () => number = () => 0,
) {
  const taken: string[] = [];
  const pending: { delivery: Delivery; done: (verdict: Verdict) => void }[] = [];
  let end: (reason: Error | undefined) => void = () => undefined;
  const ended = new Promise<Error | undefined>((resolve) => {
    end = resolve;
  });
  const work = () => {
    for (let left = settle(); left > 0 && pending.length > 0; left--) {
      const [chosen] = pending.splice(pick() % pending.length, 1);
      chosen?.done(verdictOf(chosen.delivery));
    }
    if (pending.length > 0) setImmediate(work);
  };
  const sink: Sink = {
    ended,
    take(delivery, done) {
      taken.push(delivery.body.toString());
      if (pending.push({ delivery, done }) === 1) setImmediate(work);
    },
  };
  return { sink, taken, end: (reason?: Error) => end(reason), isBusy: () => pending.length > 0 };
}

/** A consume pump on a broker in memory, with a clock that waits for both. */
export function createRig(sink: { sink: Sink; isBusy(): boolean }, options: PortOptions = {}, connect?: (port: Port) => Promise<Broker>) {
  const port = createPort(options);
  const notes: string[] = [];
  const interruption = new AbortController();
  const clock = createQuietClock(() => port.isBusy || sink.isBusy());
  const startedAt = clock.now();
  const context = {
    connect: () => connect?.(port) ?? port.connect(),
    reconnectFor: 60_000,
    clock,
    interrupted: interruption.signal,
    note: (line: string) => void notes.push(line),
  };
  return {
    port,
    notes,
    interruption,
    /** Milliseconds that have passed on its clock. */
    elapsed: () => clock.now() - startedAt,
    run: (request: Partial<ConsumeRequest> = {}) => consume({ queue: 'q', prefetch: 10, ...request }, () => sink.sink, context),
    runByGet: (request: Partial<ConsumeRequest> = {}) =>
      consumeByGet({ queue: 'q', prefetch: 10, noAck: true, ...request }, sink.sink, context),
  };
}
