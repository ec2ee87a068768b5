import type { Broker, Channel } from '../client/broker.ts';
import type { Delivery } from '../client/message.ts';
import { deliveryCountOf } from '../client/rescue.ts';
import { LabError } from '../errors.ts';
import { AckLedger, type Verdict } from './ack-ledger.ts';
import type { ConsumeProgress, ConsumeRequest, StopReason } from './consume-request.ts';
import { giveBackSafely } from './give-back.ts';
import type { PumpContext } from './pump.ts';
import type { Sink } from './sink.ts';
import { createStop, watchLimits } from './stop.ts';

/** How long a sink may finish what it is at when everything has to end, in milliseconds. */
const GRACE = 5_000;
/** Without acks nothing but this bounds memory: the consumer is cancelled at so many unfinished messages, and comes back at half. */
const UNFINISHED_LIMIT = 2_000;

/**
 * One consumer on one connection, from subscribing to giving back what it did not take. It never holds more than the request
 * still wants: as the end comes near it keeps acks back, so that the broker has no room for a message too many.
 */
export class Consumption {
  readonly #broker: Broker;
  readonly #request: ConsumeRequest;
  readonly #sink: Sink;
  readonly #progress: ConsumeProgress;
  readonly #context: PumpContext;
  readonly #ledger = new AckLedger();
  /** Held deliveries that came back before: on a quorum queue one more return may be one too many. */
  readonly #returnedBefore = new Map<number, Delivery>();
  readonly #end = createStop();
  readonly #prefetch: number;
  /** Deliveries that may still be given to the sink. */
  #wanted: number;
  /** Deliveries that the sink is at. */
  #given = 0;
  #lastActivity: number;
  #isStream: boolean;
  #consumerTag: string | undefined;
  #isPaused = false;
  /** The last change between paused and not, when it has been made. */
  #turning: Promise<void> = Promise.resolve();
  #telling = false;
  #left = false;
  /** Deliveries of which the broker was told when leaving; certain only with the answer that follows. */
  #toldLast = 0;
  /** Set when this connection's deliveries are no longer ours: what a sink says of them later means nothing. */
  #isOver = false;
  #onIdle: () => void = () => undefined;

  constructor(broker: Broker, request: ConsumeRequest, sink: Sink, progress: ConsumeProgress, context: PumpContext) {
    this.#broker = broker;
    this.#request = request;
    this.#sink = sink;
    this.#progress = progress;
    this.#context = context;
    this.#wanted = (request.count ?? Number.POSITIVE_INFINITY) - progress.finished;
    this.#prefetch = Math.min(request.prefetch, this.#wanted);
    this.#lastActivity = context.clock.now();
    this.#isStream = request.arguments?.['x-stream-offset'] !== undefined;
  }

  /** Runs to its end. Answers why it ended; a LabError of the kind `unreachable` means that the broker was lost. Throws other failures. */
  async run(): Promise<StopReason | LabError> {
    const { interrupted } = this.#context;
    const onInterrupt = () => this.#end.stop('interrupted');
    interrupted.addEventListener('abort', onInterrupt);
    try {
      if (interrupted.aborted) return 'interrupted';
      const channel = await this.#broker.openChannel();
      void channel.closed.then((failure) => this.#end.stop(failure ?? this.#lost()));
      void this.#sink.ended.then((failure) => this.#end.stop(failure === undefined ? 'sink' : outputFailure(failure)));
      return await this.#consume(channel);
    } catch (cause) {
      if (cause instanceof LabError && cause.kind === 'unreachable') return cause;
      throw cause;
    } finally {
      this.#end.stop('interrupted');
      interrupted.removeEventListener('abort', onInterrupt);
      this.#isOver = true;
      this.#sink.stop?.();
      // the broker does not know of the latter, and hands them out again; what goes with the connection comes from the sink all the same
      if (!this.#left) this.#progress.finished += this.#request.once ? this.#given : -(this.#ledger.untold + this.#toldLast);
    }
  }

  async #consume(channel: Channel): Promise<StopReason | LabError> {
    if (!this.#request.noAck) await channel.prefetch(this.#prefetch);
    await this.#subscribe(channel);
    watchLimits(
      this.#request,
      {
        startedAt: this.#progress.startedAt,
        lastActivity: () => this.#lastActivity,
        isWorking: () => this.#given > 0,
        ready: async () => (await channel.checkQueue(this.#request.queue)).messages,
      },
      this.#end,
      this.#context,
    );
    const reason = await this.#end.reason;
    if (reason === 'crash') await this.#crash(channel);
    else if (!(reason instanceof LabError && reason.kind === 'unreachable')) await this.#leave(channel, reason);
    if (reason instanceof LabError && reason.kind !== 'unreachable') throw reason;
    return reason;
  }

  async #subscribe(channel: Channel): Promise<void> {
    const { queue, noAck = false, exclusive = false, arguments: table = {} } = this.#request;
    const onCancelled = () =>
      this.#end.stop(
        new LabError('refused', `the broker ended the consumer of queue '${queue}': the queue was deleted or has moved`, {
          hint: `see whether it is still there: rmq-lab declare-queue ${queue} --passive`,
        }),
      );
    this.#consumerTag = await channel.consume(queue, { noAck, exclusive, arguments: table, onCancelled }, (delivery) =>
      this.#onDelivery(channel, delivery),
    );
  }

  #onDelivery(channel: Channel, delivery: Delivery): void {
    const { noAck, crashAfter = Number.POSITIVE_INFINITY } = this.#request;
    this.#lastActivity = this.#context.clock.now();
    this.#progress.received++;
    this.#ledger.add(delivery.deliveryTag);
    if (delivery.properties.headers?.['x-stream-offset'] !== undefined) this.#isStream = true;
    if ((deliveryCountOf(delivery) ?? 0) > 0) this.#returnedBefore.set(delivery.deliveryTag, delivery);
    // without acks the broker has forgotten it already, so even now it must go out
    if (this.#end.signal.aborted && !noAck) return;
    // a stream of 3.10 hands out more than the prefetch
    if (this.#wanted <= 0 || this.#progress.finished + this.#given >= crashAfter) return;
    this.#wanted--;
    this.#given++;
    this.#sink.take(delivery, (verdict) => this.#onVerdict(channel, delivery.deliveryTag, verdict));
    if (noAck && !this.#isPaused && this.#given > UNFINISHED_LIMIT) this.#pause(channel);
  }

  #onVerdict(channel: Channel, deliveryTag: number, verdict: Verdict): void {
    if (this.#isOver) return;
    const { count, crashAfter = Number.POSITIVE_INFINITY } = this.#request;
    // a crash comes before the last ack
    if (this.#progress.finished + 1 >= crashAfter && !this.#end.signal.aborted) this.#tell(channel, 0);
    if (!this.#ledger.settle(deliveryTag, verdict)) return;
    this.#given--;
    if (verdict === 'ack' || verdict === 'reject') this.#returnedBefore.delete(deliveryTag);
    this.#lastActivity = this.#context.clock.now();
    if (verdict === 'requeue') this.#wanted++;
    else this.#progress.finished++;
    if (count !== undefined && this.#progress.finished >= count) this.#end.stop('count');
    if (this.#progress.finished >= crashAfter) this.#end.stop('crash');
    this.#tellSoon(channel);
    if (this.#given === 0) this.#onIdle();
    if (this.#isPaused && this.#given < UNFINISHED_LIMIT / 2) this.#resume(channel);
  }

  /** Tells the broker what was dealt with, once for all that is settled in this turn of the event loop. */
  #tellSoon(channel: Channel): void {
    if (this.#telling) return;
    this.#telling = true;
    queueMicrotask(() => {
      this.#telling = false;
      // room that the broker must not fill with what nobody wants any more
      if (this.#end.signal.aborted) return;
      this.#tell(channel, this.#wanted === Number.POSITIVE_INFINITY ? 0 : this.#prefetch - this.#wanted);
    });
  }

  #tell(channel: Channel, holdBack: number): void {
    for (const { verdict, deliveryTag, multiple } of this.#ledger.take(holdBack)) {
      if (this.#request.noAck) continue;
      this.#returnedBefore.delete(deliveryTag);
      if (verdict === 'ack') channel.ack(deliveryTag, multiple);
      else channel.nack(deliveryTag, { requeue: verdict === 'requeue' });
    }
  }

  /** Cancel first, then acks, then one nack for the rest and a round trip: see `giveBackSafely`. */
  async #leave(channel: Channel, reason: StopReason | LabError): Promise<void> {
    this.#sink.stop?.();
    await this.#turning;
    if (this.#consumerTag !== undefined) await channel.cancel(this.#consumerTag);
    const isBroken = reason === 'sink' && this.#sink.finishes !== true;
    if (this.#given > 0 && !isBroken) await this.#untilIdle();
    // what is to be requeued goes back with the rest: one return for all
    this.#ledger.keepRequeues();
    const { untold } = this.#ledger;
    this.#tell(channel, 0);
    this.#toldLast = untold - this.#ledger.untold;
    const { held } = this.#ledger;
    if (held > 0 && !this.#request.noAck && !this.#isStream) {
      await giveBackSafely(this.#broker, channel, this.#request.queue, [...this.#returnedBefore.values()], this.#context);
    } else if (this.#toldLast > 0) await channel.roundTrip();
    this.#left = true;
    this.#progress.gaveBack += held;
    await channel.close();
  }

  /** Cuts the connection: the broker knows of all acks but the last. */
  async #crash(channel: Channel): Promise<void> {
    await channel.roundTrip();
    this.#broker.drop();
  }

  /** Resolves when the sink has finished all that it was given, after its patience at the latest. */
  async #untilIdle(): Promise<void> {
    const timer = new AbortController();
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    const broken = this.#sink.finishes ? [] : [this.#sink.ended];
    await Promise.race([idle, ...broken, this.#context.clock.sleep(this.#sink.patience ?? GRACE, timer.signal)]);
    timer.abort();
    if (this.#given > 0) this.#sink.abandon?.();
  }

  #pause(channel: Channel): void {
    this.#isPaused = true;
    this.#turning = this.#turning
      .then(() => channel.cancel(this.#consumerTag as string))
      .then(() => {
        this.#consumerTag = undefined;
      })
      .catch(() => undefined);
  }

  #resume(channel: Channel): void {
    this.#isPaused = false;
    this.#turning = this.#turning
      .then(() => (this.#end.signal.aborted ? undefined : this.#subscribe(channel)))
      .catch((cause) => this.#end.stop(cause as LabError));
  }

  #lost(): LabError {
    return new LabError('unreachable', `${this.#broker.address}: the connection was lost`, { hint: 'try again when the broker is back' });
  }
}

function outputFailure(cause: Error): LabError {
  if (cause instanceof LabError) return cause;
  return new LabError('unexpected', `the output cannot be written: ${cause.message}`, { cause });
}
