import type { Binding, ExchangeDeclaration, QueueDeclaration } from '../client/broker.ts';
import type { FieldTable, Properties } from '../client/message.ts';

/** Where the bytes of a message come from: the text itself, a file, or stdin. */
export type BodySource = { readonly text: string } | { readonly file: string } | 'stdin';

/** When consuming ends; nothing given: when it is stopped. */
export interface Limits {
  readonly count?: number;
  /** Milliseconds without a message. */
  readonly idleTimeout?: number;
  /** Milliseconds in all. */
  readonly timeout?: number;
}

export interface PublishTask {
  readonly kind: 'publish';
  readonly exchange: string;
  readonly routingKey: string;
  readonly properties: Properties;
  readonly body: BodySource;
  readonly count: number;
  /** Unconfirmed messages at a time; 0: no confirms. */
  readonly window: number;
  readonly mandatory: boolean;
}

export interface ConsumeTask extends Limits {
  readonly kind: 'consume';
  readonly queue: string;
  readonly prefetch: number;
  readonly mode: 'ack' | 'reject' | 'requeue' | 'none';
  readonly exclusive: boolean;
  readonly untilEmpty: boolean;
  readonly arguments: FieldTable;
  /** Bodies with nothing between them. */
  readonly raw: boolean;
}

export interface GetTask {
  readonly kind: 'get';
  readonly queue: string;
  readonly count: number;
  readonly raw: boolean;
}

export interface CallTask {
  readonly kind: 'call';
  readonly exchange: string;
  readonly routingKey: string;
  readonly properties: Properties;
  readonly body: BodySource;
  /** Milliseconds to wait for the reply. */
  readonly timeout: number;
  readonly raw: boolean;
}

export interface ServeTask extends Limits {
  readonly kind: 'serve';
  readonly queue: string;
  /** For the shell. */
  readonly command: string;
  readonly requeue: boolean;
  readonly prefetch: number;
  /** Of the replies. */
  readonly properties: Properties;
}

/** What a program is to do: a command line, understood. */
export type Task =
  | PublishTask
  | ConsumeTask
  | GetTask
  | CallTask
  | ServeTask
  | { readonly kind: 'declare-queue'; readonly declaration: QueueDeclaration; readonly passive: boolean }
  | { readonly kind: 'declare-exchange'; readonly declaration: ExchangeDeclaration; readonly passive: boolean }
  | { readonly kind: 'bind'; readonly bindings: readonly Binding[] };

/** What a program says at its top. */
export interface Heading {
  /** The words of the command line that it is equal to, without `rmq-lab`. */
  readonly words: readonly string[];
  /** The broker's URL where the environment names none; absent where it has a password that must not stand in a program. */
  readonly url?: string;
}
