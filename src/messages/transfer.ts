import type { Broker } from '../client/broker.ts';
import type { Clock } from '../client/clock.ts';
import type { Delivery, Message } from '../client/message.ts';
import { withoutQueueTraits, withoutSenderTraits } from '../client/sender-traits.ts';
import { LabError } from '../errors.ts';
import type { Verdict } from './ack-ledger.ts';
import { createOutlastingPublisher, createPublisher } from './mandatory-publisher.ts';
import type { Sink } from './sink.ts';

/** Where messages go, and which. */
export interface TransferRequest {
  /** The message to publish in place of a delivery. Throws a LabError when there is none: then it could not be moved. */
  readonly toMessage: (delivery: Delivery) => Message;
  /** What has to be found out before `toMessage` can answer; undefined: nothing. */
  readonly prepare?: (delivery: Delivery) => Promise<void> | undefined;
  /** Which deliveries to move; the others are held and given back. Absent: all. */
  readonly filter?: (delivery: Delivery) => boolean;
  /** How many deliveries that are not moved may be held; one more ends the transfer. */
  readonly hold: number;
  /** What could not be moved ends the transfer, unless it is to be held like what the filter skips. */
  readonly holdFailed?: boolean;
  /** Where the broker refuses one for want of rights, say, the others go on: for messages that go to different places. */
  readonly outlastsRefusals?: boolean;
  /** Told of each that could not be moved, and why. */
  readonly onFailed?: (why: string) => void;
  /** Ends after so many deliveries, whatever became of them: what is moved may come back to its queue, and would be moved for ever. */
  readonly deliveries?: number;
  /** Ends after so many that the filter has let through. */
  readonly most?: number;
  /** Messages a second; absent: as fast as it goes. */
  readonly rate?: number;
  readonly clock: Clock;
}

/** How a transfer has gone so far. */
export interface TransferTally {
  moved: number;
  skipped: number;
  failed: number;
  /** Why the first that failed did so. */
  firstFailure?: string;
}

/** Unconfirmed messages in the air at a time: as many may be in both places after a crash. */
export const WINDOW = 100;

/**
 * A sink that publishes each delivery elsewhere, mandatory and confirmed, and acks it only then: a crash at any point may
 * leave a message in both places, never in none. One sink for each connection; the tally goes on, save for what was held, which
 * comes again.
 */
export async function createTransferSink(broker: Broker, request: TransferRequest, tally: TransferTally): Promise<Sink> {
  const { clock, rate, deliveries = Number.POSITIVE_INFINITY, most = Number.POSITIVE_INFINITY } = request;
  let end: (reason: Error | undefined) => void = () => undefined;
  const ended = new Promise<Error | undefined>((resolve) => {
    end = resolve;
  });
  const unanswered = new Set<(verdict: Verdict) => void>();
  const publisher = await (request.outlastsRefusals ? createOutlastingPublisher : createPublisher)(broker, (failure) => {
    end(failure);
    // after whoever waits for the end has heard of it: these must not look like the last ones that were wanted
    void ended.then(() => {
      for (const done of unanswered) done('keep');
    });
  });
  const waiting: { readonly delivery: Delivery; readonly done: (verdict: Verdict) => void }[] = [];
  const stopped = new AbortController();
  let due = clock.now();
  let isPausing = false;
  let holdsTooMany = false;
  let seen = 0;
  let passed = 0;
  tally.skipped = 0;
  if (request.holdFailed) tally.failed = 0;

  const isFull = () => seen >= deliveries || passed >= most;
  /** Before the last verdict: an ack would make room for a delivery that nobody wants any more. */
  const endWhenDone = () => {
    if (isFull() && waiting.length === 0 && !isPausing && unanswered.size === 0) end(undefined);
  };
  const keep = (done: (verdict: Verdict) => void) => {
    endWhenDone();
    done('keep');
    const failed = request.holdFailed ? tally.failed : 0;
    if (tally.skipped + failed <= request.hold) return;
    holdsTooMany = true;
    const why = failed === 0 ? 'are not what the filter asks for' : 'could not be taken, or are not what the filter asks for';
    end(new LabError('not-taken', `more than ${request.hold} messages ${why}`, { hint: 'hold more of them meanwhile: --hold 5000' }));
  };
  const fail = (why: string, done: (verdict: Verdict) => void) => {
    tally.failed++;
    tally.firstFailure ??= why;
    request.onFailed?.(why);
    if (request.holdFailed) return keep(done);
    stopped.abort();
    done('keep');
    end(undefined);
  };
  const send = (delivery: Delivery, done: (verdict: Verdict) => void) => {
    if (stopped.signal.aborted) return done('requeue');
    let message: Message;
    try {
      message = request.toMessage(delivery);
    } catch (cause) {
      return fail((cause as Error).message, done);
    }
    unanswered.add(done);
    publisher.publish(message, (outcome, reason) => {
      unanswered.delete(done);
      if (outcome === 'confirmed') {
        tally.moved++;
        endWhenDone();
        done('ack');
      } else fail(whyOf(outcome, reason), done);
      pump();
    });
  };
  const pace = async (perSecond: number) => {
    due = Math.max(due, clock.now() - 1000) + 1000 / perSecond;
    await clock.sleep(due - clock.now(), stopped.signal);
  };
  const pause = (delivery: Delivery): Promise<void> | undefined =>
    rate === undefined ? request.prepare?.(delivery) : pace(rate).then(() => request.prepare?.(delivery));
  const pump = (): void => {
    while (!isPausing && (unanswered.size < WINDOW || stopped.signal.aborted)) {
      const next = waiting.shift();
      if (next === undefined) return;
      const { delivery, done } = next;
      const pausing = stopped.signal.aborted ? undefined : pause(delivery);
      if (pausing === undefined) {
        send(delivery, done);
        continue;
      }
      isPausing = true;
      void pausing
        .finally(() => {
          isPausing = false;
        })
        .then(
          () => send(delivery, done),
          // with a lost connection it comes again
          (cause: Error) => (isLoss(cause) ? undefined : fail(cause.message, done)),
        )
        .then(pump);
    }
  };

  return {
    ended,
    finishes: true,
    stop: () => {
      stopped.abort();
      pump();
    },
    take(delivery, done) {
      // one too many: it goes back with all that is held
      if (isFull() || holdsTooMany) return done('keep');
      seen++;
      if (request.filter !== undefined && !request.filter(delivery)) {
        tally.skipped++;
        return keep(done);
      }
      passed++;
      waiting.push({ delivery, done });
      pump();
    },
  };
}

function whyOf(outcome: 'returned' | 'nacked' | 'refused', reason = ''): string {
  if (outcome === 'nacked') return 'the broker refused it (a full queue, say)';
  return outcome === 'returned' ? `returned: ${reason}` : reason;
}

function isLoss(cause: Error): boolean {
  return cause instanceof LabError && cause.kind === 'unreachable';
}

/**
 * A delivery as the message to send elsewhere. `CC` and `BCC` headers would deliver more copies, and a user id of somebody else closes
 * the channel, so both are left out unless they are to be kept; a quorum queue's counts are left out always.
 */
export function republished(
  delivery: Message,
  to: { readonly exchange: string; readonly routingKey?: string },
  keep: { readonly cc: boolean; readonly userId: boolean },
): Message {
  return {
    exchange: to.exchange,
    routingKey: to.routingKey ?? delivery.routingKey,
    properties: withoutQueueTraits(withoutSenderTraits(delivery.properties, keep)),
    body: delivery.body,
  };
}
