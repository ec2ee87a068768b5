import { randomUUID } from 'node:crypto';
import type { Broker, Channel } from '../client/broker.ts';
import type { Delivery, Message } from '../client/message.ts';
import { withBroker } from '../client/session.ts';
import { LabError, UsageError } from '../errors.ts';
import { interruptible } from './interruptible.ts';
import type { PumpContext } from './pump.ts';
import type { Source } from './source.ts';

/** The pseudo-queue by which a reply comes straight back to the channel that asked (https://www.rabbitmq.com/docs/direct-reply-to). */
export const DIRECT_REPLY_TO = 'amq.rabbitmq.reply-to';

/** The header by which a server says that a reply is an error, and which. */
export const ERROR_HEADER = 'x-error';

/** What became of a call: a reply, or none. `refused`: the broker did not take the request. */
export type Answer =
  | { readonly outcome: 'reply'; readonly reply: Delivery }
  | { readonly outcome: 'late' }
  | { readonly outcome: 'returned' | 'refused'; readonly reason: string };

/** How to call. */
export interface CallRequest {
  /** Milliseconds for each reply. */
  readonly timeout: number;
  /** Calls of which the answer was not told yet, at a time. */
  readonly window: number;
  /** Told of each answer in the order of the requests, numbered from 1; the next comes when it has resolved. */
  readonly onAnswer: (answer: Answer, request: Message, number: number) => Promise<void>;
  /** Told of replies that nobody waits for: a `late` one was waited for once, a `foreign` one has an id that was never sent, or none. */
  readonly onStray: (reply: Delivery, why: 'late' | 'foreign') => void;
}

/**
 * Sends requests and matches the replies by their correlation id. Nothing is sent twice: after a lost connection nobody knows whether a request
 * was worked on, and the reply has nowhere to go, so that fails with the kind `unreachable`.
 */
export async function call(
  source: Source,
  request: CallRequest,
  context: Pick<PumpContext, 'connect' | 'clock' | 'interrupted'>,
): Promise<void> {
  await withBroker(context.connect, async (broker) => {
    const channel = await broker.openChannel({ confirms: true });
    const caller = new Caller(broker, channel, request, context);
    await caller.run(source);
    await channel.close();
  });
}

class Caller {
  readonly #channel: Channel;
  readonly #request: CallRequest;
  readonly #context: Pick<PumpContext, 'clock' | 'interrupted'>;
  readonly #waiting = new Map<string, (answer: Answer) => void>();
  readonly #late = new Set<string>();
  /** Aborted with why no more can be done. */
  readonly #failed = new AbortController();
  /** Answers told so far, one after the other. */
  #told: Promise<void> = Promise.resolve();
  #open = 0;
  #onRoom: () => void = () => undefined;

  constructor(broker: Broker, channel: Channel, request: CallRequest, context: Pick<PumpContext, 'clock' | 'interrupted'>) {
    this.#channel = channel;
    this.#request = request;
    this.#context = context;
    void channel.closed.then((failure) => this.#fail(failure ?? new LabError('unreachable', `${broker.address}: the connection was lost`)));
  }

  async run(source: Source): Promise<void> {
    const { interrupted } = this.#context;
    const { signal } = this.#failed;
    const onInterrupt = () => this.#fail(interrupted.reason);
    interrupted.addEventListener('abort', onInterrupt);
    if (interrupted.aborted) onInterrupt();
    const failed = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    try {
      const onCancelled = () => this.#fail(new LabError('unexpected', 'the broker ended the consumer of replies'));
      await this.#channel.consume(DIRECT_REPLY_TO, { noAck: true, onCancelled }, (reply) => this.#onReply(reply));
      let failure: unknown;
      try {
        for await (const batch of interruptible(source, signal)) for (const message of batch) await this.#send(message);
      } catch (cause) {
        // what was asked before still deserves its answer
        failure = cause;
      }
      await Promise.race([this.#told, failed]);
      if (signal.aborted) throw signal.reason;
      if (failure !== undefined) throw failure;
    } finally {
      interrupted.removeEventListener('abort', onInterrupt);
      this.#fail(new LabError('interrupted', 'over')); // ends the timers
    }
  }

  #fail(cause: unknown): void {
    this.#failed.abort(isLoss(cause) ? lostCall(cause, this.#waiting.size) : cause);
    this.#onRoom();
  }

  #count = 0;

  async #send(message: Message): Promise<void> {
    const { window, onAnswer } = this.#request;
    while (this.#open >= window && !this.#failed.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#onRoom = resolve;
      });
    }
    if (this.#failed.signal.aborted) throw this.#failed.signal.reason;
    this.#count += 1;
    this.#open += 1;
    const number = this.#count;
    const { answer, isFull } = this.#ask(message, number);
    this.#told = this.#told.then(async () => {
      await onAnswer(await answer, message, number);
      this.#open -= 1;
      this.#onRoom();
    });
    this.#told.catch((cause) => this.#fail(cause));
    if (isFull) await this.#channel.drained();
  }

  #ask(message: Message, number: number): { answer: Promise<Answer>; isFull: boolean } {
    const { clock } = this.#context;
    const correlationId = message.properties.correlationId ?? randomUUID();
    if (this.#waiting.has(correlationId)) {
      throw new UsageError(`call ${number}: the correlation id '${correlationId}' is waited for already`, {
        hint: 'leave out --correlation-id: each call gets one of its own',
      });
    }
    const properties = { ...message.properties, replyTo: DIRECT_REPLY_TO, correlationId };
    const timer = new AbortController();
    let settle: (answer: Answer) => void = () => undefined;
    const answer = new Promise<Answer>((resolve) => {
      settle = (how) => {
        timer.abort();
        this.#waiting.delete(correlationId);
        resolve(how);
      };
    });
    const isFull = !this.#channel.publish({ ...message, properties }, { mandatory: true }, (outcome, reason = 'the broker refused it') => {
      if (outcome === 'returned') settle({ outcome, reason });
      if (outcome === 'nacked') settle({ outcome: 'refused', reason });
    });
    this.#waiting.set(correlationId, settle);
    void clock.sleep(this.#request.timeout, AbortSignal.any([timer.signal, this.#failed.signal])).then(() => {
      if (timer.signal.aborted || this.#failed.signal.aborted) return;
      this.#late.add(correlationId);
      settle({ outcome: 'late' });
    });
    return { answer, isFull };
  }

  #onReply(reply: Delivery): void {
    const { correlationId = '' } = reply.properties;
    const settle = this.#waiting.get(correlationId);
    if (settle === undefined) this.#request.onStray(reply, this.#late.has(correlationId) ? 'late' : 'foreign');
    else settle({ outcome: 'reply', reply });
  }
}

function isLoss(cause: unknown): cause is LabError {
  return cause instanceof LabError && cause.kind === 'unreachable';
}

function lostCall(cause: LabError, waiting: number): LabError {
  if (waiting === 0) return cause;
  return new LabError('unreachable', `${cause.message}, with ${waiting === 1 ? 'a call' : `${waiting} calls`} waiting for a reply`, {
    cause,
    hint: 'nobody knows whether the request was worked on: call again if doing it twice does no harm',
  });
}
