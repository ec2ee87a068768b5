import type { Broker } from '../client/broker.ts';
import type { Delivery } from '../client/message.ts';
import { withBroker, withChannel } from '../client/session.ts';
import { LabError } from '../errors.ts';
import { consume } from './consume.ts';
import { checkDestination } from './destination.ts';
import { getUpTo } from './fetch.ts';
import type { Filter } from './filter.ts';
import { checkReturns, giveBackSafely } from './give-back.ts';
import type { PumpContext } from './pump.ts';
import { originExchange, type ReplayRules, replayed } from './replayed.ts';
import { createTransferSink, type TransferTally, WINDOW } from './transfer.ts';

/** What to replay, and how. */
export interface ReplayRequest extends ReplayRules {
  readonly queue: string;
  readonly filter?: Filter;
  /** At most so many; absent: as many as were ready when it began. */
  readonly count?: number;
  /** Messages a second. */
  readonly rate?: number;
  /** What the filter skips and what fails is held until the end, at most so many. */
  readonly hold: number;
}

/** How a replay went. */
export interface ReplayReport {
  readonly replayed: number;
  readonly skipped: number;
  readonly failed: number;
  /** Messages by why they failed. */
  readonly failures: Readonly<Record<string, number>>;
  readonly interrupted: boolean;
  /** Why it ended before its time. */
  readonly cause?: LabError;
}

/**
 * Replays dead letters: each is published where it came from, mandatory, and acknowledged in its queue only when the broker has
 * confirmed it. Interrupted or killed at any point it may leave a message in both places, never in none. What is returned or refused
 * (for want of rights to its exchange, say) is held, and given back at the end with what the filter skips, in one go; the others go on.
 * Where all go to one place a want of rights ends it, as it ends a move.
 */
export async function replayMessages(request: ReplayRequest, context: PumpContext): Promise<ReplayReport> {
  const { queue, filter, rate, count, to } = request;
  const ready = await withBroker(context.connect, async (broker) => {
    if (to !== undefined) await checkDestination(broker, to);
    await checkReturns(broker, queue, context);
    return withChannel(broker, async (channel) => (await channel.checkQueue(queue)).messages);
  });
  const tally: TransferTally = { moved: 0, skipped: 0, failed: 0 };
  const failures = new Map<string, number>();
  const report = (interrupted: boolean, cause?: LabError): ReplayReport => ({
    replayed: tally.moved,
    skipped: tally.skipped,
    failed: tally.failed,
    failures: Object.fromEntries(failures),
    interrupted,
    ...(cause === undefined ? {} : { cause }),
  });
  if (ready === 0) return report(false);
  const exact = filter === undefined && count !== undefined ? exactly(Math.min(count, ready), request.hold) : undefined;
  const hold = exact?.hold ?? request.hold;
  let connections = 0;
  try {
    const { stopped } = await consume(
      { queue, untilEmpty: true, ...(exact?.consume ?? { prefetch: Math.min(WINDOW + hold, 65_535) }) },
      (broker) => {
        failures.clear();
        // of what was acknowledged when a connection was lost some may come again
        const again = connections++ === 0 ? 0 : WINDOW;
        return createTransferSink(
          broker,
          {
            ...createOrigins(broker, request),
            hold,
            holdFailed: true,
            // to one place, what is refused once is refused again
            outlastsRefusals: to === undefined,
            onFailed: (why) => failures.set(why, (failures.get(why) ?? 0) + 1),
            deliveries: ready - tally.moved + again,
            most: (count ?? Number.POSITIVE_INFINITY) - tally.moved,
            clock: context.clock,
            ...(filter === undefined ? {} : { filter }),
            ...(rate === undefined ? {} : { rate }),
          },
          tally,
        );
      },
      context,
    );
    return report(stopped === 'interrupted');
  } catch (cause) {
    if (!(cause instanceof LabError)) throw cause;
    return report(context.interrupted.aborted, cause);
  }
}

/**
 * Never more deliveries than are wanted: what is taken and given back is marked. With room for the window only, a few more failures
 * would leave none for what is still to come.
 */
function exactly(count: number, hold: number) {
  const prefetch = Math.min(WINDOW, count);
  return { consume: { prefetch, count }, hold: count > prefetch ? Math.min(hold, prefetch - 1) : hold };
}

/** What a replay would do with a message. */
export interface ReplayPreview {
  readonly wouldReplay: number;
  readonly wouldSkip: number;
  readonly wouldFail: number;
  readonly failures: Readonly<Record<string, number>>;
  /** Where to, the most frequent first. */
  readonly destinations: readonly { readonly exchange: string; readonly routingKey: string; readonly messages: number }[];
  /** Messages that were not looked at: more than may be held. */
  readonly unseen: number;
}

/** Looks at what a replay would do: it holds the messages while it looks, and gives them back once. */
export async function previewReplay(request: ReplayRequest, context: PumpContext): Promise<ReplayPreview> {
  const { queue, filter, hold, to, count = Number.POSITIVE_INFINITY } = request;
  return withBroker(context.connect, async (broker) => {
    if (to !== undefined) await checkDestination(broker, to);
    await checkReturns(broker, queue, context);
    const { prepare, toMessage } = createOrigins(broker, request);
    return withChannel(broker, async (channel) => {
      const { messages: ready } = await channel.checkQueue(queue);
      let [skipped, wouldReplay, seen] = [0, 0, 0];
      const failures = new Map<string, number>();
      const destinations = new Map<string, { exchange: string; routingKey: string; messages: number }>();
      const returnedBefore: Delivery[] = [];
      try {
        for await (const delivery of getUpTo(channel, queue, Math.min(ready, hold))) {
          seen++;
          if (delivery.redelivered) returnedBefore.push(delivery);
          if (context.interrupted.aborted) break;
          if (filter?.(delivery) === false || wouldReplay >= count) {
            skipped++;
            continue;
          }
          await prepare(delivery);
          try {
            const { exchange, routingKey } = toMessage(delivery);
            const id = JSON.stringify([exchange, routingKey]);
            destinations.set(id, { exchange, routingKey, messages: (destinations.get(id)?.messages ?? 0) + 1 });
            wouldReplay++;
          } catch (cause) {
            if (!(cause instanceof LabError)) throw cause;
            failures.set(cause.message, (failures.get(cause.message) ?? 0) + 1);
          }
        }
      } finally {
        await giveBackSafely(broker, channel, queue, returnedBefore, context);
      }
      return {
        wouldReplay,
        wouldSkip: skipped,
        wouldFail: seen - skipped - wouldReplay,
        failures: Object.fromEntries(failures),
        destinations: [...destinations.values()].sort((one, other) => other.messages - one.messages),
        unseen: Math.max(0, ready - seen),
      };
    });
  });
}

/** Makes the messages to send, and finds out which of the exchanges that they came from are still there: each is asked for once. */
function createOrigins(broker: Broker, rules: ReplayRules) {
  const known = new Map<string, boolean>();
  return {
    prepare: (delivery: Delivery): Promise<void> | undefined => {
      const exchange = originExchange(delivery, rules);
      if (exchange === undefined || known.has(exchange)) return undefined;
      return isThere(broker, exchange).then((there) => void known.set(exchange, there));
    },
    toMessage: (delivery: Delivery) => replayed(delivery, rules, (exchange) => known.get(exchange) === true),
  };
}

/** On a channel of its own: the broker closes it where there is no such exchange. */
async function isThere(broker: Broker, exchange: string): Promise<boolean> {
  try {
    await withChannel(broker, (channel) => channel.checkExchange(exchange));
    return true;
  } catch (cause) {
    if (cause instanceof LabError && cause.replyCode === 404) return false;
    throw cause;
  }
}
