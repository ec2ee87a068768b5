import type { Broker, Channel } from '../client/broker.ts';
import type { Delivery, Message } from '../client/message.ts';
import { giveBack } from '../client/session.ts';
import { LabError } from '../errors.ts';
import { rescueAtLimit } from './give-back.ts';
import type { PumpContext } from './pump.ts';

/** A channel that a person knows by a name, and what there is on it. */
export interface NamedChannel {
  readonly name: string;
  readonly channel: Channel;
  /** Unacknowledged deliveries by their tags. */
  readonly held: Map<number, { readonly queue: string; readonly delivery: Delivery }>;
  readonly consumers: Map<string, { readonly queue: string; readonly noAck: boolean }>;
  mode: 'plain' | 'confirms' | 'transaction';
  /** Deliveries settled in a transaction that is not committed. */
  settling: number[];
  prefetch: number;
  /** What `''` means where a queue is named: the last one that the channel declared. */
  lastQueue: string | undefined;
  /** Deliveries to consumers that came, and of which nobody waited for. */
  unseen: number;
  onDelivery: () => void;
}

/** What happens on channels without having been asked for. */
export interface ChannelNews {
  readonly onDelivery: (at: NamedChannel, consumerTag: string, delivery: Delivery) => void;
  readonly onCancelled: (at: NamedChannel, consumerTag: string) => void;
  readonly onReturned: (at: NamedChannel, message: Message, reason: string) => void;
  /** The broker closed a channel, and only that. */
  readonly onClosed: (at: NamedChannel, failure: LabError) => void;
  /** The connection has gone, and all channels with it. */
  readonly onLost: (failure: LabError) => void;
}

/** How long what has failed may take to be gone, in milliseconds. */
const SETTLING = 1_000;

/** Channels with names on one connection, each opened at its first use, and anew at the next use after the broker has closed it. */
export class NamedChannels {
  readonly #context: Pick<PumpContext, 'connect' | 'clock' | 'deliveryLimit' | 'note'>;
  readonly #news: ChannelNews;
  readonly #channels = new Map<string, NamedChannel>();
  #broker: Broker | undefined;
  #gone: Promise<unknown> = Promise.resolve();

  constructor(context: Pick<PumpContext, 'connect' | 'clock' | 'deliveryLimit' | 'note'>, news: ChannelNews) {
    this.#context = context;
    this.#news = news;
  }

  /** The open channels. */
  get all(): readonly NamedChannel[] {
    return [...this.#channels.values()];
  }

  /** The connection; a new one where there is none, or none any more. */
  async broker(): Promise<Broker> {
    if (this.#broker !== undefined) return this.#broker;
    const broker = await this.#context.connect();
    this.#broker = broker;
    this.#gone = broker.closed.then((failure) => {
      if (this.#broker === broker) this.#broker = undefined;
      if (failure === undefined) return;
      this.#channels.clear();
      this.#news.onLost(failure);
    });
    return broker;
  }

  /** Whether there is a connection. */
  get isConnected(): boolean {
    return this.#broker !== undefined;
  }

  /** The channel of this name, if it is open. */
  find(name: string): NamedChannel | undefined {
    return this.#channels.get(name);
  }

  /** The channel of this name; opened, if it is not. */
  async use(name: string): Promise<NamedChannel> {
    const known = this.#channels.get(name);
    if (known !== undefined) return known;
    const broker = await this.broker();
    const holder: { at?: NamedChannel } = {};
    const channel = await broker.openChannel({
      onReturned: (message, reason) => holder.at !== undefined && this.#news.onReturned(holder.at, message, reason),
    });
    const at: NamedChannel = {
      name,
      channel,
      held: new Map(),
      consumers: new Map(),
      mode: 'plain',
      settling: [],
      prefetch: 0,
      lastQueue: undefined,
      unseen: 0,
      onDelivery: () => undefined,
    };
    holder.at = at;
    this.#channels.set(name, at);
    void channel.closed.then((failure) => {
      if (this.#channels.get(name) !== at) return;
      this.#channels.delete(name);
      if (failure !== undefined && !isConnectionFailure(failure)) this.#news.onClosed(at, failure);
    });
    return at;
  }

  /** Starts a consumer and answers its tag. */
  async consume(
    at: NamedChannel,
    queue: string,
    options: Omit<Parameters<Channel['consume']>[1], 'onCancelled'> & { readonly noAck: boolean },
  ): Promise<string> {
    let tag = options.consumerTag ?? '';
    const early: Delivery[] = [];
    const deliver = (delivery: Delivery) => {
      if (!options.noAck) at.held.set(delivery.deliveryTag, { queue, delivery });
      at.unseen++;
      this.#news.onDelivery(at, tag, delivery);
      at.onDelivery();
    };
    const onCancelled = () => {
      at.consumers.delete(tag);
      this.#news.onCancelled(at, tag);
    };
    let answered = false;
    tag = await at.channel.consume(queue, { ...options, onCancelled }, (delivery) => {
      // the first ones come before the answer was read here
      if (answered) deliver(delivery);
      else early.push(delivery);
    });
    at.consumers.set(tag, { queue, noAck: options.noAck });
    // after whoever asked has the answer
    setImmediate(() => {
      answered = true;
      for (const delivery of early) deliver(delivery);
    });
    return tag;
  }

  /** Closes a channel over what it holds, as a program would that forgets to ack; answers how much went back. */
  async close(name: string): Promise<number> {
    const at = this.#channels.get(name);
    if (at === undefined) return 0;
    this.#channels.delete(name);
    await at.channel.close();
    return at.held.size;
  }

  /** After a refusal: waits until what it took down is known to have gone, the connection or this channel. */
  async settle(failure: LabError, at: NamedChannel | undefined): Promise<void> {
    const isLost = isConnectionFailure(failure);
    if (!isLost && (failure.replyCode === undefined || at === undefined)) return;
    // a reply that did not come in time may leave it as it is, and so may a refusal on another channel
    const timer = new AbortController();
    await Promise.race([isLost ? this.#gone : at?.channel.closed, this.#context.clock.sleep(SETTLING, timer.signal)]);
    timer.abort();
  }

  /** Gives back what is held (a transaction's is rolled back with its channel) and closes the connection; answers how much that was. */
  async end(): Promise<number> {
    let gaveBack = 0;
    for (const { channel, held, consumers, mode } of this.#channels.values()) {
      try {
        for (const tag of consumers.keys()) await channel.cancel(tag);
        if (held.size > 0 && mode !== 'transaction') await this.#giveBack(channel, [...held.values()]);
        gaveBack += held.size;
      } catch (cause) {
        if (!(cause instanceof LabError)) throw cause;
      }
    }
    this.#channels.clear();
    await this.#broker?.close();
    return gaveBack;
  }

  async #giveBack(channel: Channel, held: readonly { readonly queue: string; readonly delivery: Delivery }[]): Promise<void> {
    const broker = await this.broker();
    try {
      for (const queue of new Set(held.map((each) => each.queue))) {
        const deliveries = held.filter((each) => each.queue === queue).map(({ delivery }) => delivery);
        await rescueAtLimit(broker, channel, queue, deliveries, this.#context);
      }
    } finally {
      await giveBack(channel);
    }
  }
}

/** Whether a failure is one of the whole connection: the reply codes of 500 and more are, and 320. */
export function isConnectionFailure({ kind, replyCode }: LabError): boolean {
  return replyCode === undefined ? kind === 'unreachable' : replyCode >= 500 || replyCode === 320;
}
