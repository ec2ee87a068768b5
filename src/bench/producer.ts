import type { Channel, Outcome } from '../client/broker.ts';
import type { Message, Properties } from '../client/message.ts';
import type { Meter } from './meter.ts';
import { Pace, type RateStep, type SizeStep, sizeAt } from './pace.ts';
import { SequenceSet } from './sequence-set.ts';
import { STAMP_SIZE, writeStamp } from './stamp.ts';

/** A clock that goes on evenly and is the same in all processes of a machine, and a way to wait. */
export interface BenchClock {
  /** Nanoseconds. */
  now(): number;
  /** How many nanoseconds this thread's loop was busy, and how many it was not, since it began. */
  loop(): { readonly active: number; readonly idle: number };
  /**
   * Resolves after about so many milliseconds, or when the signal is aborted; with 0 after the loop's next turn. Below 1 it may resolve earlier,
   * and sleeps with the whole thread, which a timer's loop would keep busy.
   */
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
  /** Sizes that change with time, in place of `sizes`; none: those. */
  readonly sizeSteps: readonly SizeStep[];
  /** Unconfirmed messages at most; 0 asks for no confirms, which the channel must know as well. */
  readonly confirm: number;
  readonly mandatory: boolean;
  /** Messages a second, in steps; none: as fast as it goes. */
  readonly rates: readonly RateStep[];
  /** Messages to send; Infinity goes on until the signal. */
  readonly count: number;
}

const NOWHERE: BenchRoute = { exchange: '', routingKey: '', properties: {} };

/** A producer at work. */
export interface Producer {
  /** Resolves when all is sent, and answered where confirms were asked for; or when the signal came, with what is open still open. */
  readonly done: Promise<void>;
  /** All that it has sent so far, warm-up included. */
  readonly sent: number;
  /** Which of them the broker confirmed; undefined without confirms. */
  readonly confirmed: SequenceSet | undefined;
}

/** Longest pause of a paced producer, in milliseconds: the signal must be heard. */
const LONGEST_PAUSE = 100;
/** A pause below a millisecond, which the clock keeps to more exactly. */
const SHORT_PAUSE = 0.5;
/** A timer comes up to so many milliseconds late: a producer wakes as much before a message is due, and goes on in short pauses. */
const TIMER_SLACK = 1.5;
/** Messages that may be sent after the time is up. */
const CLOSE = 16;
/** Messages in a row, after which others of the loop have a turn. */
const BURST = 256;

/** Where and how long a producer works. */
export interface ProducerGround {
  readonly clock: BenchClock;
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly meter: Meter;
  /** When it sends no more, on the clock; Infinity: when the signal says so. */
  readonly until: number;
}

/** Sends on a channel until all is sent, the time is up, or the signal is aborted. A channel that goes ends it: `done` resolves, the rest is `lost`. */
export function startProducer(channel: Channel, spec: ProducerSpec, { clock, signal, meter, until }: ProducerGround): Producer {
  const { routes, sizes, sizeSteps, confirm, mandatory, rates, count } = spec;
  const pace = rates.length === 0 ? undefined : new Pace(rates);
  const confirmed = confirm > 0 ? new SequenceSet() : undefined;
  const startedAt = clock.now();
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

  const settled = (sequence: number, dueAt: number, sentAt: number, outcome: Outcome) => {
    open--;
    meter.countsOf(dueAt)[outcome === 'lost' ? 'unanswered' : outcome]++;
    if (outcome === 'confirmed') {
      confirmed?.take(sequence);
      if (meter.isMeasured(dueAt)) meter.confirm.record(clock.now(), dueAt, sentAt);
    }
    wake();
  };

  // one message for each route and size, with a new stamp each time: what is sent is copied at once, save where it may be returned, and is told by
  // its body then
  const messages = routes.map(() => new Map<number, Message>());
  const messageOf = (route: number, size: number): Message => {
    let message = mandatory ? undefined : messages[route]?.get(size);
    if (message === undefined) {
      message = { ...(routes[route] ?? NOWHERE), body: Buffer.allocUnsafe(size).fill('x', STAMP_SIZE) };
      messages[route]?.set(size, message);
    }
    return message;
  };

  const send = (due: number): boolean => {
    const sentAt = clock.now();
    const dueAt = pace === undefined ? sentAt : due;
    const size = sizeSteps.length > 0 ? sizeAt(sizeSteps, (sentAt - startedAt) / 1e9) : (sizes[sent % sizes.length] ?? STAMP_SIZE);
    const message = messageOf(sent % routes.length, size);
    writeStamp(message.body, { run: spec.run, producer: spec.producer, sequence: sent, dueAt, sentAt });
    const sequence = sent++;
    const counts = meter.countsOf(dueAt);
    counts.sent++;
    counts.sentBytes += size;
    if (confirm === 0) return channel.publish(message, { mandatory });
    open++;
    return channel.publish(message, { mandatory }, (outcome) => settled(sequence, dueAt, sentAt, outcome));
  };

  const run = async (): Promise<void> => {
    // the clock is asked after each wait, and once for several messages that are sent in a row
    let unasked = CLOSE;
    const isOver = () => {
      if (stopped()) return true;
      if (unasked++ < CLOSE) return false;
      unasked = 0;
      return clock.now() >= until;
    };
    for (let row = 1; sent < count && !isOver(); row++) {
      const dueAt = pace === undefined ? 0 : startedAt + pace.dueAt(sent);
      const early = pace === undefined ? 0 : dueAt - clock.now();
      if (early > 0) {
        const ms = early / 1e6;
        await clock.pause(ms < 1 + TIMER_SLACK ? Math.min(ms, SHORT_PAUSE) : Math.min(ms - TIMER_SLACK, LONGEST_PAUSE), signal);
        unasked = CLOSE;
        continue;
      }
      const hasRoom = send(dueAt);
      const isFull = confirm > 0 && open >= confirm;
      if (hasRoom && !isFull && row % BURST !== 0) continue;
      unasked = CLOSE;
      if (!hasRoom) await Promise.race([channel.drained(), woken()]);
      else if (!isFull) await clock.pause(0, signal);
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
    confirmed,
  };
}
