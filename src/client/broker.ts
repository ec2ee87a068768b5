import type { LabError } from '../errors.ts';
import type { Delivery, FieldTable, Message } from './message.ts';

/** What a broker says of itself in its greeting. */
export interface ServerInfo {
  readonly product: string;
  /** E.g. `4.0.5`. */
  readonly version: string;
  /** Whether it is this program's own lab broker: then `version` is that of the RabbitMQ whose behaviour it shows. */
  readonly lab: boolean;
}

/** How a queue is declared. All fields are sent as they stand: a port has no defaults. */
export interface QueueDeclaration {
  /** `''` asks the server for a name. */
  readonly queue: string;
  readonly durable: boolean;
  readonly exclusive: boolean;
  readonly autoDelete: boolean;
  readonly arguments: FieldTable;
}

/** How an exchange is declared. */
export interface ExchangeDeclaration {
  readonly exchange: string;
  /** Any name: plugins add types. */
  readonly type: string;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly internal: boolean;
  readonly arguments: FieldTable;
}

/** One binding, in the direction in which messages flow. */
export interface Binding {
  readonly source: string;
  readonly destination: string;
  readonly destinationType: 'queue' | 'exchange';
  readonly routingKey: string;
  readonly arguments: FieldTable;
}

/** What a declare answers; `messages` counts *ready* messages only. */
export interface QueueState {
  readonly queue: string;
  readonly messages: number;
  readonly consumers: number;
}

/**
 * What became of a published message: `confirmed` (taken into every queue that it was routed to, maybe none),
 * `nacked` (refused), `returned` (mandatory, and routed to no queue), `lost` (the channel or connection went before an answer:
 * it may or may not have arrived).
 */
export type Outcome = 'confirmed' | 'nacked' | 'returned' | 'lost';

/** How a consumer is made. */
export interface ConsumeOptions {
  /** Deliveries need no ack: the broker forgets each as it is sent. */
  readonly noAck?: boolean;
  readonly exclusive?: boolean;
  /** A name of one's own, once for each channel; absent: the broker chooses. */
  readonly consumerTag?: string;
  /** x-priority, x-stream-offset … */
  readonly arguments?: FieldTable;
  /** Deliveries come with empty properties, whatever they have: for who does not look at them, and counts by the hundred thousand. */
  readonly withoutProperties?: boolean;
  /** The broker ended the consumer (its queue was deleted, say). Deliveries held stay held. */
  readonly onCancelled: () => void;
}

/**
 * One channel. Every promise rejects with a LabError; a refusal (4xx) closes the channel, after which nothing on it works and
 * unacknowledged deliveries go back to their queues.
 */
export interface Channel {
  declareQueue(declaration: QueueDeclaration): Promise<QueueState>;
  /** Asks without changing (a passive declare); but it does renew `x-expires` on classic queues. */
  checkQueue(queue: string): Promise<QueueState>;
  /** Answers the number of messages that went with it. A queue that is not there is deleted with success. */
  deleteQueue(queue: string, options?: { ifUnused?: boolean; ifEmpty?: boolean }): Promise<number>;
  purgeQueue(queue: string): Promise<number>;
  declareExchange(declaration: ExchangeDeclaration): Promise<void>;
  checkExchange(exchange: string): Promise<void>;
  deleteExchange(exchange: string, options?: { ifUnused?: boolean }): Promise<void>;
  bind(binding: Binding): Promise<void>;
  unbind(binding: Binding): Promise<void>;
  /**
   * Sends a message. On a confirm channel `settled` is called once with what became of it, on another never: there, a returned
   * message comes back through `onReturned` of `openChannel`.
   * False asks to wait for `drained()` before sending more. Throws UsageError when a property cannot be put on the wire.
   */
  publish(message: Message, options: { mandatory: boolean }, settled?: (outcome: Outcome, reason?: string) => void): boolean;
  /** Resolves when the write buffer has room again, or the channel is gone. */
  drained(): Promise<void>;
  get(queue: string, options?: { noAck?: boolean }): Promise<(Delivery & { readonly messagesLeft: number }) | undefined>;
  /** Answers the consumer tag. Set `prefetch` before: it holds for the consumers that follow. */
  consume(queue: string, options: ConsumeOptions, onDelivery: (delivery: Delivery) => void): Promise<string>;
  cancel(consumerTag: string): Promise<void>;
  /** Unacknowledged deliveries allowed to each later consumer of this channel, `global`: to all of it together; 0 is no limit. */
  prefetch(count: number, options?: { readonly global: boolean }): Promise<void>;
  /** From now on each publish is answered. A channel in a transaction refuses it. */
  selectConfirms(): Promise<void>;
  /** Begins to gather publishes and acks, lets those take effect that were gathered since, or drops them. */
  transact(step: 'select' | 'commit' | 'rollback'): Promise<void>;
  ack(deliveryTag: number, multiple?: boolean): void;
  nack(deliveryTag: number, options: { multiple?: boolean; requeue: boolean }): void;
  reject(deliveryTag: number, options: { requeue: boolean }): void;
  /** Resolves when the broker has worked off all that was sent on this channel before. */
  roundTrip(): Promise<void>;
  close(): Promise<void>;
  /** Resolves when the channel has gone: with its failure, or undefined when it was closed from here. Never rejects. */
  readonly closed: Promise<LabError | undefined>;
}

/** How a channel is opened. */
export interface OpenChannelOptions {
  /** Every publish is answered. */
  readonly confirms?: boolean;
  /** Called with each mandatory message that came back and that no confirm will answer. */
  readonly onReturned?: (message: Message, reason: string) => void;
}

/** One connection to one broker: the port that all of the program above this room talks to. */
export interface Broker {
  readonly server: ServerInfo;
  /** Where it is, without the password. */
  readonly address: string;
  openChannel(options?: OpenChannelOptions): Promise<Channel>;
  /** Closes with a handshake, at most for the reply time-out; then cuts the connection. Never rejects. */
  close(): Promise<void>;
  /** Cuts the connection without a word, as a crash would. */
  drop(): void;
  /** Called when the broker stops taking publishes (memory or disk alarm), and with undefined when it goes on. */
  onBlocked(listener: (reason: string | undefined) => void): void;
  /** Resolves when the connection has gone: with its failure, or undefined when it was closed from here. Never rejects. */
  readonly closed: Promise<LabError | undefined>;
}
