import type { Broker, Channel } from '../client/broker.ts';
import type { Delivery } from '../client/message.ts';
import { countsReturns, deliveryCountOf, LIMIT_MARGIN, rescueAll } from '../client/rescue.ts';
import { giveBack } from '../client/session.ts';
import { LabError } from '../errors.ts';
import { differencesOfMessage, type MessageExpectation } from './expected-message.ts';
import { type Look, type PollOptions, pollUntil } from './poll.ts';

/** What a search of a queue found. */
export interface MessageSearch {
  readonly queue: string;
  readonly exists: boolean;
  /** Messages that were looked at. */
  readonly looked: number;
  /** The first that is as expected. */
  readonly match?: Delivery;
  /** The first few that are not, and why. */
  readonly misses: readonly { readonly message: Delivery; readonly differences: readonly string[] }[];
  /** Why it ended before all was seen. */
  readonly cut?: 'too-many' | 'delivery-limit';
}

/** How to search. */
export interface SearchOptions extends PollOptions {
  /** Messages held at most. */
  readonly limit: number;
  /** The queue's delivery limit; asked only when its messages count their deliveries. */
  readonly deliveryLimit: () => Promise<number>;
}

const MISSES_KEPT = 5;

/**
 * Looks for a message by taking one after the other, unacknowledged, and gives all of them back once, at the end: looking costs a
 * message of a quorum queue one delivery at most. New messages are waited for as `within` allows; with `absent`, a message that is
 * as described ends the search at once, since looking again would mean giving back and taking over and over.
 */
export async function searchMessages(broker: Broker, expected: MessageExpectation, options: SearchOptions): Promise<Look<MessageSearch>> {
  const search = createSearch(broker, expected, options);
  let found: Look<MessageSearch>;
  try {
    found = await pollUntil(search.look, options);
  } catch (cause) {
    await search.end().catch(() => undefined);
    throw cause;
  }
  await search.end();
  return found;
}

function createSearch(broker: Broker, expected: MessageExpectation, { limit, deliveryLimit, signal }: SearchOptions) {
  const { queue, absent } = expected;
  const misses: { message: Delivery; differences: readonly string[] }[] = [];
  const doomed: Delivery[] = [];
  let channel: Channel | undefined;
  let looked = 0;

  const state = (more: Partial<MessageSearch> = {}): MessageSearch => ({ queue, exists: true, looked, misses, ...more });
  const ended = (met: boolean, more: Partial<MessageSearch>): Look<MessageSearch> => ({ met, final: true, found: state(more) });

  /** The next message; undefined when there is none, null when there is no queue: the 404 has closed the channel then. */
  const next = async (): Promise<Delivery | undefined | null> => {
    channel ??= await broker.openChannel();
    try {
      return await channel.get(queue);
    } catch (cause) {
      if (!(cause instanceof LabError) || cause.replyCode !== 404) throw cause;
      channel = undefined;
      return null;
    }
  };

  return {
    async look(): Promise<Look<MessageSearch>> {
      while (!signal.aborted) {
        if (looked === limit) return ended(false, { cut: 'too-many' });
        const message = await next();
        if (message === null) return { met: false, found: state({ exists: false }) };
        if (message === undefined) return { met: absent, found: state() };
        looked++;
        const count = deliveryCountOf(message) ?? 0;
        // with a limit of 0 even the first return drops a message
        const isDangerous = count > 0 || countsReturns(broker.server.version);
        const allowed = isDangerous ? await deliveryLimit() : Number.POSITIVE_INFINITY;
        if (count >= allowed) doomed.push(message);
        const differences = differencesOfMessage(message, expected);
        if (differences.length === 0) return ended(!absent, { match: message });
        if (misses.length < MISSES_KEPT) misses.push({ message, differences });
        if (count >= allowed || (count > 0 && count + LIMIT_MARGIN > allowed)) return ended(false, { cut: 'delivery-limit' });
      }
      throw signal.reason;
    },
    async end(): Promise<void> {
      if (channel === undefined) return;
      try {
        await rescueAll(broker, channel, queue, doomed);
      } finally {
        if (looked > 0) await giveBack(channel);
        await channel.close();
      }
    },
  };
}
