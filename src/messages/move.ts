import type { Delivery } from '../client/message.ts';
import { withBroker, withChannel } from '../client/session.ts';
import { consume } from './consume.ts';
import { checkDestination, type Destination } from './destination.ts';
import { getUpTo } from './fetch.ts';
import type { Filter } from './filter.ts';
import { checkReturns, giveBackSafely } from './give-back.ts';
import type { PumpContext } from './pump.ts';
import { createTransferSink, republished, type TransferTally, WINDOW } from './transfer.ts';

/** What to move, and where to. */
export interface MoveRequest {
  readonly queue: string;
  readonly to: Destination;
  readonly filter?: Filter;
  /** At most so many; absent: as many as were ready when it began. */
  readonly count?: number;
  readonly rate?: number;
  /** Messages that the filter skips are held until the end, at most so many. */
  readonly hold: number;
  readonly keep: { readonly cc: boolean; readonly userId: boolean };
}

/** How a move went. */
export interface MoveReport extends Readonly<TransferTally> {
  readonly stopped: 'done' | 'interrupted';
}

/**
 * Moves messages from a queue to an exchange or another queue: each is published mandatory, and acknowledged at its source only
 * when the broker has confirmed it there. Interrupted or killed at any point it may leave a message in both, never in none. It
 * stops at the first that is not taken, and gives back what it holds.
 */
export async function moveMessages(request: MoveRequest, context: PumpContext): Promise<MoveReport> {
  const { queue, to, filter, rate, hold } = request;
  const ready = await withBroker(context.connect, async (broker) => {
    await checkDestination(broker, to);
    await checkReturns(broker, queue, context);
    return withChannel(broker, async (channel) => (await channel.checkQueue(queue)).messages);
  });
  const limit = Math.min(request.count ?? Number.POSITIVE_INFINITY, ready);
  const tally: TransferTally = { moved: 0, skipped: 0, failed: 0 };
  if (limit === 0) return { ...tally, stopped: 'done' };
  // what the filter skips is held and so must not use up what the count allows
  const count = filter === undefined ? limit : ready;
  const upTo = (most: number, chosen: Filter): Filter => {
    let taken = 0;
    return (delivery) => chosen(delivery) && taken++ < most;
  };
  const prefetch = filter === undefined ? WINDOW : Math.min(WINDOW + hold, 65_535);
  const report = await consume(
    { queue, prefetch, count, untilEmpty: true, ...(request.count === undefined ? { moreAfterLoss: prefetch } : {}) },
    (broker) =>
      createTransferSink(
        broker,
        {
          toMessage: (delivery: Delivery) => republished(delivery, to, request.keep),
          hold,
          clock: context.clock,
          ...(filter === undefined ? {} : { filter: upTo((request.count ?? Number.POSITIVE_INFINITY) - tally.moved, filter) }),
          ...(rate === undefined ? {} : { rate }),
        },
        tally,
      ),
    context,
  );
  return { ...tally, stopped: report.stopped === 'interrupted' ? 'interrupted' : 'done' };
}

/** Looks at what a move would take: with a filter it holds the messages while it looks and gives them back once. */
export async function previewMove(
  request: MoveRequest,
  context: PumpContext,
): Promise<{ readonly matching: number; readonly others: number }> {
  const { queue, filter, hold, count = Number.POSITIVE_INFINITY } = request;
  return withBroker(context.connect, async (broker) => {
    await checkDestination(broker, request.to);
    await checkReturns(broker, queue, context);
    return withChannel(broker, async (channel) => {
      const { messages } = await channel.checkQueue(queue);
      if (filter === undefined) return { matching: Math.min(messages, count), others: messages - Math.min(messages, count) };
      let matching = 0;
      let others = 0;
      const held: Delivery[] = [];
      for await (const delivery of getUpTo(channel, queue, Math.min(messages, hold))) {
        if (delivery.redelivered) held.push(delivery);
        if (filter(delivery) && matching < count) matching++;
        else others++;
      }
      await giveBackSafely(broker, channel, queue, held, context);
      return { matching, others };
    });
  });
}
