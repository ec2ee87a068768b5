import { LabError } from '../errors.ts';
import type { Broker, Channel } from './broker.ts';
import type { Clock } from './clock.ts';

/** Runs `use` with a connection and closes it afterwards, whatever happens. */
export async function withBroker<T>(connect: () => Promise<Broker>, use: (broker: Broker) => Promise<T>): Promise<T> {
  const broker = await connect();
  try {
    return await use(broker);
  } finally {
    await broker.close();
  }
}

/** Runs `use` with a channel and closes it afterwards; a close also makes sure that the broker has seen all acks. */
export async function withChannel<T>(broker: Broker, use: (channel: Channel) => Promise<T>): Promise<T> {
  const channel = await broker.openChannel();
  try {
    return await use(channel);
  } finally {
    await channel.close();
  }
}

/**
 * Gives back all that a channel holds unacknowledged: one nack with multiple and requeue, then a round trip. Closing over
 * unacked deliveries, or returning them one by one, counts towards a quorum queue's delivery limit, and in the end drops them.
 * Cancel the consumer first, else the broker hands the same messages out again.
 */
export async function giveBack(channel: Channel): Promise<void> {
  channel.nack(0, { multiple: true, requeue: true });
  await channel.roundTrip();
}

/** How to wait for a lost broker. */
export interface ReconnectOptions {
  /** Milliseconds from now; 0 gives up at once. */
  readonly within: number;
  /** When to give up instead, in milliseconds since 1970. */
  readonly deadline?: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Says that it is being tried again, once a second at most. */
  readonly note: (line: string) => void;
}

const FIRST_DELAY = 100;
const LONGEST_DELAY = 5_000;

/**
 * Connects again with growing pauses. Fails with the kind `unreachable` (exit 5) when the broker is not back in time, with the
 * signal's reason when interrupted, at once when the broker refuses the login or the vhost.
 */
export async function reconnect<T = Broker>(connect: () => Promise<T>, lost: LabError, options: ReconnectOptions): Promise<T> {
  const { within, clock, signal, note } = options;
  const deadline = options.deadline ?? clock.now() + within;
  if (deadline > clock.now()) note(`${lost.message}; trying again for ${Math.ceil((deadline - clock.now()) / 1000)} s`);
  let last = lost;
  let delay = FIRST_DELAY;
  for (let left = deadline - clock.now(); left > 0; left = deadline - clock.now()) {
    await clock.sleep(Math.min(delay, left), signal);
    delay = Math.min(delay * 2, LONGEST_DELAY);
    if (signal.aborted) throw signal.reason;
    try {
      const broker = await connect();
      note('connected again');
      return broker;
    } catch (cause) {
      if (!(cause instanceof LabError) || cause.kind === 'usage' || cause.kind === 'access-refused') throw cause;
      if (signal.aborted) throw signal.reason;
      last = cause;
    }
  }
  throw new LabError('unreachable', `the broker was lost and not back within ${within / 1000} s: ${last.message}`, {
    hint: 'start it again, or wait longer: --reconnect-for 10m',
    cause: last,
  });
}

/** A connection that has lasted so long, in milliseconds, is one: losing it is a new loss. */
const LASTING = 5_000;

/**
 * Answers, at each loss, until when to try again. The time starts anew only when there was some progress, or the connection lasted:
 * a broker that lets one in and drops one again must not be tried for ever.
 */
export function createReconnectDeadline(within: number, clock: Clock): (progress: number) => number {
  let last = { at: Number.NEGATIVE_INFINITY, progress: Number.NaN, deadline: Number.NEGATIVE_INFINITY };
  return (progress) => {
    const at = clock.now();
    const isNew = progress !== last.progress || at > last.at + LASTING + LONGEST_DELAY;
    last = { at, progress, deadline: isNew ? at + within : last.deadline };
    return last.deadline;
  };
}

/** Tries the connects in order and answers the first that succeeds; fails with the first failure when none does. */
export async function connectFirst(attempts: readonly (() => Promise<Broker>)[]): Promise<Broker> {
  const failures: unknown[] = [];
  for (const attempt of attempts) {
    try {
      return await attempt();
    } catch (cause) {
      if (!(cause instanceof LabError) || cause.kind !== 'unreachable') throw cause;
      failures.push(cause);
    }
  }
  const [first] = failures as LabError[];
  if (failures.length === 1 && first !== undefined) throw first;
  throw new LabError('unreachable', `none of ${failures.length} brokers answers`, {
    detail: (failures as LabError[]).map((failure) => failure.message).join('\n'),
    ...(first?.hint === undefined ? {} : { hint: first.hint }),
  });
}
