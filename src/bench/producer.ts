import type { Channel, Outcome } from '../client/broker.ts';
import type { Message, Properties } from '../client/message.ts';
import { Histogram } from './histogram.ts';
import type { Pace } from './pace.ts';
import { STAMP_SIZE, writeStamp } from './stamp.ts';

/** A clock that goes on evenly and is the same in all processes of a machine, and a way to wait. */
export interface BenchClock {
  /** Nanoseconds. */
  now(): number;
  /** Resolves after about so many milliseconds, or when the signal is aborted; with 0 after the loop's next turn. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

/** Where a producer sends, and with what. */
export interface BenchRoute {
  readonly exchange: string;
  readonly routingKey: string;
  readonly properties: Properties;
}

/** What one producer is to do. */
export interface ProducerSpec {
  readonly run: number;
  readonly producer: number;
  /** Where to, in turn: message n takes route n, from 0, and begins again after the last. */
  readonly routes: readonly BenchRoute[];
  /** Bytes of a body, in turn; at least STAMP_SIZE each. */
  readonly sizes: readonly number[];
  /** Unconfirmed messages at most; 0 asks for no confirms, which the channel must know as well. */
  readonly confirm: number;
  readonly mandatory: boolean;
  /** Undefined: as fast as it goes. */
  readonly pace: Pace | undefined;
  /** Messages to send; Infinity goes on until the signal. */
  readonly count: number;
}

/** What a producer has done since it was last asked. */
export interface ProducerTally {
  sent: number;
  bytes: number;
  confirmed: number;
  returned: number;
  nacked: number;
  /** Sent, and never answered, since the channel went. */
  lost: number;
  /** Nanoseconds from when a message was due to its confirm. */
  readonly confirms: Histogram;
  /** The same from when it was really sent. */
  readonly uncorrectedConfirms: Histogram;
}

const NOWHERE: BenchRoute = { exchange: '', routingKey: '', properties: {} };

/** A tally of nothing. */
function emptyTally(): ProducerTally {
  const counts = { sent: 0, bytes: 0, confirmed: 0, returned: 0, nacked: 0, lost: 0 };
  return { ...counts, confirms: new Histogram(), uncorrectedConfirms: new Histogram() };
}

/** A producer at work. */
export interface Producer {
  /** Resolves when all is sent, and answered where confirms were asked for; or when the signal came, with what is open still open. */
  readonly done: Promise<void>;
  /** All that it has sent so far, warm-up included. */
  readonly sent: number;
  /** What it did since the last time. */
  take(): ProducerTally;
}

/** Longest pause of a paced producer, in milliseconds: the signal must be heard. */
const LONGEST_PAUSE = 100;
/** A timer comes up to so many milliseconds late: a producer wakes as much before a message is due, and turns round with the loop. */
const TIMER_SLACK = 1.5;
/** Messages in a row, after which others of the loop have a turn. */
const BURST = 256;

/** Sends on a channel until all is sent or the signal is aborted. A channel that goes ends it: `done` resolves, the rest is `lost`. */
export function startProducer(channel: Channel, spec: ProducerSpec, clock: BenchClock, signal: AbortSignal): Producer {
  const { routes, sizes, confirm, mandatory, pace, count } = spec;
  let tally = emptyTally();
  let [sent, open] = [0, 0];
  let gone = false;
  let wake = () => {};
  const woken = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  void channel.closed.then(() => {
    gone = true;
    wake();
  });
  signal.addEventListener('abort', () => wake(), { once: true });
  const stopped = () => gone || signal.aborted;

  const settled = (dueAt: number, sentAt: number, outcome: Outcome) => {
    open--;
    tally[outcome]++;
    if (outcome === 'confirmed') {
      const now = clock.now();
      tally.confirms.record(now - dueAt);
      tally.uncorrectedConfirms.record(now - sentAt);
    }
    wake();
  };

  const send = (dueAt: number): boolean => {
    const body = Buffer.allocUnsafe(sizes[sent % sizes.length] ?? STAMP_SIZE).fill('x', STAMP_SIZE);
    const sentAt = clock.now();
    writeStamp(body, { run: spec.run, producer: spec.producer, sequence: sent, dueAt: pace === undefined ? sentAt : dueAt, sentAt });
    const message: Message = { ...(routes[sent % routes.length] ?? NOWHERE), body };
    sent++;
    tally.sent++;
    tally.bytes += body.length;
    if (confirm === 0) return channel.publish(message, { mandatory });
    open++;
    const from = pace === undefined ? sentAt : dueAt;
    return channel.publish(message, { mandatory }, (outcome) => settled(from, sentAt, outcome));
  };

  const run = async (): Promise<void> => {
    const startedAt = clock.now();
    for (let row = 0; sent < count && !stopped(); row++) {
      const dueAt = pace === undefined ? 0 : startedAt + pace.dueAt(sent);
      const early = pace === undefined ? 0 : dueAt - clock.now();
      if (early > 0) {
        await clock.pause(Math.min(Math.max(early / 1e6 - TIMER_SLACK, 0), LONGEST_PAUSE), signal);
        continue;
      }
      const hasRoom = send(dueAt);
      if (!hasRoom) await Promise.race([channel.drained(), woken()]);
      else if (row % BURST === BURST - 1) await clock.pause(0, signal);
      while (confirm > 0 && open >= confirm && !stopped()) await woken();
    }
    while (open > 0 && !stopped()) await woken();
  };

  const done = run();
  return {
    done,
    get sent() {
      return sent;
    },
    take() {
      const taken = tally;
      tally = emptyTally();
      return taken;
    },
  };
}
