import type { Broker, Channel, Outcome } from '../client/broker.ts';
import type { Message } from '../client/message.ts';
import { createReconnectDeadline, reconnect } from '../client/session.ts';
import { LabError } from '../errors.ts';
import { interruptible } from './interruptible.ts';
import type { PumpContext } from './pump.ts';
import type { Source } from './source.ts';

/** How to publish. */
export interface PublishRequest {
  /** Unconfirmed messages at a time, from 1 up; 0 asks for no confirms at all. */
  readonly window: number;
  readonly mandatory: boolean;
  /** Messages a second, evenly paced; absent: as fast as it goes. */
  readonly rate?: number;
  /** Told of each message that was not taken. */
  readonly onRejected: (message: Message, outcome: 'returned' | 'nacked', reason: string) => void;
  /** Told how far it has come, at every message. */
  readonly onProgress?: (report: PublishReport) => void;
}

/** How publishing went. What was sent and is in none of the last three was never answered. */
export interface PublishReport {
  /** Messages sent, each counted once however often it was sent again. */
  readonly published: number;
  readonly confirmed: number;
  readonly returned: number;
  readonly nacked: number;
}

/**
 * Sends a source's messages, keeps at most a window of them unconfirmed, and after a lost connection sends again what was not
 * confirmed: at least once, never lost. Without confirms a lost connection may lose what was on its way, and says so.
 *
 * A failure (of the source, the broker, an interruption) comes beside the report, since what was confirmed before it stays confirmed.
 */
export async function publish(
  source: Source,
  request: PublishRequest,
  context: PumpContext,
): Promise<{ report: PublishReport; failure?: unknown }> {
  const publisher = new Publisher(request, context);
  try {
    await publisher.run(source);
    return { report: publisher.report };
  } catch (failure) {
    return { report: publisher.report, failure };
  } finally {
    await publisher.close();
  }
}

/** How long an interrupted publish waits for the answers to what it has sent, in milliseconds. */
const GRACE = 5_000;

class Publisher {
  readonly #request: PublishRequest;
  readonly #context: PumpContext;
  readonly #tally = { published: 0, confirmed: 0, returned: 0, nacked: 0 };
  /** Sent and not answered, in order of sending. */
  readonly #unanswered = new Set<Message>();
  #broker: Broker | undefined;
  #channel: Channel | undefined;
  #lost: LabError | undefined;
  #wake: () => void = () => undefined;
  #wakeAt = 0;
  /** Whether the write buffer asked to wait. */
  #full = false;
  /** Ends the wait for more input: the broker is gone for good. */
  readonly #gone = new AbortController();
  #recovering: Promise<void> | undefined;
  /** Ends a wait for the broker that nobody needs any more. */
  readonly #closing = new AbortController();

  constructor(request: PublishRequest, context: PumpContext) {
    this.#request = request;
    this.#context = context;
  }

  get report(): PublishReport {
    return { ...this.#tally };
  }

  async run(source: Source): Promise<void> {
    const { interrupted } = this.#context;
    const onInterrupt = () => this.#wake();
    interrupted.addEventListener('abort', onInterrupt);
    try {
      await this.#open(await this.#context.connect());
      let failure: unknown;
      try {
        for await (const batch of interruptible(source, AbortSignal.any([interrupted, this.#gone.signal]))) {
          for (const message of batch) if (!this.#sendAtOnce(message)) await this.#send(message);
        }
      } catch (cause) {
        // what was sent before still deserves its answer, unless the broker has just refused to go on
        if (this.#lost !== undefined && this.#lost === cause) throw cause;
        failure = cause;
      }
      if (this.#gone.signal.aborted && this.#lost !== undefined) throw this.#lost;
      await this.#settleAll();
      if (failure !== undefined) throw failure;
      if (interrupted.aborted) throw interrupted.reason;
    } finally {
      interrupted.removeEventListener('abort', onInterrupt);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#recovering?.catch(() => undefined);
    await this.#channel?.close();
    await this.#broker?.close();
  }

  async #open(broker: Broker): Promise<void> {
    this.#broker = broker;
    broker.onBlocked((reason) =>
      this.#context.note(reason === undefined ? 'the broker takes messages again' : `the broker takes no messages at present: ${reason}`),
    );
    const channel = await broker.openChannel({
      confirms: this.#request.window > 0,
      onReturned: (message, reason) => this.#settled(message, 'returned', reason),
    });
    this.#channel = channel;
    this.#lost = undefined;
    void channel.closed.then((failure) => {
      if (this.#channel !== channel || this.#closing.signal.aborted) return;
      this.#lost = failure ?? new LabError('unreachable', `${broker.address}: the connection was lost`);
      // at once, and not with the next message: the source may be long in coming, and what is unanswered should not wait for it
      void this.#recover().catch(() => this.#gone.abort());
      this.#wake();
    });
  }

  /** Sends without waiting for anything; false when something has to be waited for first. */
  #sendAtOnce(message: Message): boolean {
    const { window, rate } = this.#request;
    if (rate !== undefined || this.#full || window === 0 || this.#unanswered.size >= window) return false;
    if (this.#lost !== undefined || this.#recovering !== undefined || this.#context.interrupted.aborted) return false;
    this.#full = !this.#count(message);
    return true;
  }

  /** Sends a message that was not sent before; false asks to wait until the write buffer has drained. */
  #count(message: Message): boolean {
    // an equal object may be in the air already (a repeated body): each sending needs an identity of its own
    const more = this.#transmit(this.#unanswered.has(message) ? { ...message } : message);
    this.#tally.published++;
    this.#request.onProgress?.(this.#tally);
    return more;
  }

  async #send(message: Message): Promise<void> {
    const { window, rate } = this.#request;
    const { interrupted, clock } = this.#context;
    if (rate !== undefined) await this.#pace(rate);
    if (this.#full) {
      this.#full = false;
      await this.#channel?.drained();
    }
    if (window > 0 && this.#unanswered.size >= window) await this.#until(Math.max(window - 1 - (window >> 3), 0));
    if (interrupted.aborted) throw interrupted.reason;
    if (this.#lost !== undefined || this.#recovering !== undefined) await this.#recover();
    this.#full = !this.#count(message);
    // lets confirms in when the source has everything at hand
    if (window === 0 && this.#tally.published % 1000 === 0) await clock.sleep(0);
  }

  #transmit(message: Message): boolean {
    const { mandatory, window } = this.#request;
    if (window === 0) return (this.#channel as Channel).publish(message, { mandatory });
    this.#unanswered.add(message);
    try {
      return (this.#channel as Channel).publish(message, { mandatory }, (outcome, reason) => this.#settled(message, outcome, reason));
    } catch (cause) {
      this.#unanswered.delete(message);
      throw cause;
    }
  }

  #settled(message: Message, outcome: Outcome, reason = 'the broker refused it (a full queue, or one without a leader)'): void {
    if (outcome === 'lost') return;
    this.#unanswered.delete(message);
    this.#tally[outcome]++;
    if (outcome !== 'confirmed') this.#request.onRejected(message, outcome, reason);
    if (this.#unanswered.size <= this.#wakeAt) this.#wake();
  }

  /** Waits until no more than `size` messages are unanswered, over lost connections. */
  async #until(size: number): Promise<void> {
    const { interrupted } = this.#context;
    while (this.#unanswered.size > size) {
      if (this.#lost !== undefined) await this.#recover();
      else {
        const answered = new Promise<void>((resolve) => {
          this.#wakeAt = size;
          this.#wake = resolve;
        });
        if (!interrupted.aborted) await answered;
        else if (size > 0 || !(await this.#inGrace(answered))) return;
      }
    }
  }

  /** After an interruption: waits a little for the answers to what was sent; false when the time is over. */
  async #inGrace(answered: Promise<void>): Promise<boolean> {
    const { clock } = this.#context;
    this.#graceEnd ??= clock.now() + GRACE;
    const left = this.#graceEnd - clock.now();
    if (left <= 0) return false;
    const timer = new AbortController();
    await Promise.race([answered, clock.sleep(left, timer.signal)]);
    timer.abort();
    return true;
  }
  #graceEnd: number | undefined;

  /** Waits for every answer; without confirms for the returns, which a round trip flushes out. */
  async #settleAll(): Promise<void> {
    if (this.#request.window > 0) return this.#until(0);
    if (this.#lost !== undefined) throw this.#lost;
    await this.#channel?.roundTrip();
  }

  /** Connects again after a lost connection and sends again what was not answered, once for all who wait; throws what cannot be mended. */
  #recover(): Promise<void> {
    this.#recovering ??= this.#reconnect().finally(() => {
      this.#recovering = undefined;
    });
    return this.#recovering;
  }

  async #reconnect(): Promise<void> {
    const lost = this.#lost as LabError;
    if (lost.kind !== 'unreachable') throw lost;
    const { connect, reconnectFor, clock, interrupted, note } = this.#context;
    await this.#broker?.close();
    if (interrupted.aborted) throw interrupted.reason;
    const { published, confirmed, returned, nacked } = this.#tally;
    this.#deadline ??= createReconnectDeadline(reconnectFor, clock);
    const deadline = this.#deadline(this.#request.window === 0 ? published : confirmed + returned + nacked);
    const open = async () => {
      const broker = await connect();
      await this.#open(broker).catch(async (cause) => {
        await broker.close();
        throw cause;
      });
    };
    const signal = AbortSignal.any([interrupted, this.#closing.signal]);
    await reconnect(open, lost, { within: reconnectFor, deadline, clock, signal, note }).catch((cause) => {
      this.#lost = cause as LabError;
      throw cause;
    });
    if (this.#request.window === 0) return note('without confirms, messages that were on their way may be lost');
    // they stay unanswered all the while: whoever waits for the last answer must not find none missing
    const again = [...this.#unanswered];
    if (again.length > 0) note(`sending ${again.length} unconfirmed messages again`);
    for (const message of again) if (!this.#transmit(message)) await this.#channel?.drained();
    if (this.#lost !== undefined) await this.#reconnect();
  }

  async #pace(rate: number): Promise<void> {
    const { clock, interrupted } = this.#context;
    this.#startedAt ??= clock.now();
    const due = this.#startedAt + (this.#tally.published / rate) * 1000;
    const wait = due - clock.now();
    if (wait > 0) await clock.sleep(wait, interrupted);
  }
  #startedAt: number | undefined;
  #deadline: ((progress: number) => number) | undefined;
}
