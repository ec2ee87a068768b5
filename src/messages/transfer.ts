import type { Broker } from '../client/broker.ts';
import type { Clock } from '../client/clock.ts';
import type { Delivery, Message } from '../client/message.ts';
import { withoutQueueTraits, withoutSenderTraits } from '../client/sender-traits.ts';
import { LabError } from '../errors.ts';
import type { Verdict } from './ack-ledger.ts';
import type { Sink } from './sink.ts';

/** Where messages go, and which. */
export interface TransferRequest {
  /** The message to publish in place of a delivery. */
  readonly toMessage: (delivery: Delivery) => Message;
  /** Which deliveries to move; the others are held and given back. Absent: all. */
  readonly filter?: (delivery: Delivery) => boolean;
  /** How many deliveries that are not to be moved may be held; one more ends the transfer. */
  readonly hold: number;
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

/**
 * A sink that publishes each delivery elsewhere, mandatory and confirmed, and acks it only then: a crash at any point may
 * leave a message in both places, never in none. What could not be taken there is held, and ends the transfer. One sink for each
 * connection; the tally goes on, save for what was skipped, which comes again.
 */
export async function createTransferSink(broker: Broker, request: TransferRequest, tally: TransferTally): Promise<Sink> {
  const { clock, rate } = request;
  let end: (reason: Error | undefined) => void = () => undefined;
  const ended = new Promise<Error | undefined>((resolve) => {
    end = resolve;
  });
  const channel = await broker.openChannel({ confirms: true });
  void channel.closed.then((failure) => {
    // a lost connection is the consumer's affair: it sees the same
    if (failure === undefined || failure.kind === 'unreachable') return;
    end(failure);
    // after whoever waits for the end has heard of it: these must not look like the last ones that were wanted
    void ended.then(() => {
      for (const done of unanswered) done('keep');
    });
  });
  const unanswered = new Set<(verdict: Verdict) => void>();
  const stopped = new AbortController();
  let due = clock.now();
  let turn: Promise<void> = Promise.resolve();
  tally.skipped = 0;

  const fail = (why: string, done: (verdict: Verdict) => void) => {
    tally.failed++;
    tally.firstFailure ??= why;
    stopped.abort();
    done('keep');
    end(undefined);
  };
  const send = (delivery: Delivery, done: (verdict: Verdict) => void) => {
    if (stopped.signal.aborted) return done('requeue');
    unanswered.add(done);
    try {
      channel.publish(request.toMessage(delivery), { mandatory: true }, (outcome, reason) => {
        if (outcome !== 'lost') unanswered.delete(done);
        if (outcome === 'confirmed') {
          tally.moved++;
          done('ack');
        } else if (outcome !== 'lost') {
          fail(outcome === 'returned' ? `returned: ${reason}` : 'the broker refused it (a full queue, or one without a leader)', done);
        }
      });
    } catch (cause) {
      unanswered.delete(done);
      fail((cause as Error).message, done);
    }
  };
  const pace = async () => {
    due = Math.max(due, clock.now() - 1000) + 1000 / (rate as number);
    await clock.sleep(due - clock.now(), stopped.signal);
  };

  return {
    ended,
    finishes: true,
    stop: () => stopped.abort(),
    take(delivery, done) {
      if (request.filter !== undefined && !request.filter(delivery)) {
        tally.skipped++;
        done('keep');
        if (tally.skipped > request.hold) {
          end(
            new LabError('not-taken', `more than ${request.hold} messages are not what the filter asks for`, {
              hint: 'hold more of them meanwhile: --hold 5000',
            }),
          );
        }
      } else if (rate === undefined) send(delivery, done);
      else turn = turn.then(pace).then(() => send(delivery, done));
    },
  };
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
