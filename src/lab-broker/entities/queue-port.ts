import type { BrokerClock } from '../clock.ts';
import type { BrokerEvent } from '../events.ts';
import type { Table } from '../wire/field.ts';
import type { Consumer } from './consumer.ts';
import type { Message, QueueEntry } from './message.ts';
import type { QueueSettings } from './queue-settings.ts';

export type QueueType = 'classic' | 'quorum' | 'stream';

/** How a delivery comes back to its queue. It decides what counts towards a delivery limit. */
export type GivenBack = 'nack' | 'reject' | 'recover' | 'close';

/** How a delivery is given up for good: a basic.reject counts as a failed delivery, a basic.nack does not. */
export type Discarded = 'reject' | 'nack';

/** Why a message leaves a queue for its dead-letter exchange, in x-death's words. */
export type DeathReason = 'rejected' | 'expired' | 'maxlen' | 'delivery_limit';

/** Why a queue goes: a client said so, its time was over, or what it lived by is gone. */
export type Dismissal = 'deleted' | 'expires' | 'auto-delete' | 'exclusive' | 'vhost-deleted';

/** What does not change in the life of a queue. */
export interface QueueIdentity {
  readonly name: string;
  readonly type: QueueType;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  /** The connection that alone may use it; undefined when all may. */
  readonly owner: object | undefined;
  readonly arguments: Table;
}

/** What a queue asks of its virtual host. */
export interface QueueHost {
  readonly name: string;
  readonly clock: BrokerClock;
  /** Counts what the broker holds in memory: bytes more, or less when negative. */
  hold(bytes: number): void;
  /** Publishes a message anew that a queue gives up. */
  deadLetter(queue: VhostQueue, entry: QueueEntry, reason: DeathReason): void;
  /** A queue has expired, or lost its last consumer. */
  removeQueue(queue: VhostQueue, why: Dismissal): void;
  /** Whether anybody listens to events. */
  readonly watched: boolean;
  tell(event: BrokerEvent): void;
}

/** A queue as channels and the virtual host see it, whatever its type. */
export interface VhostQueue extends QueueIdentity {
  /** As they are now: policies change them. */
  readonly settings: QueueSettings;
  readonly ready: number;
  readonly unacked: number;
  readonly readyBytes: number;
  readonly unackedBytes: number;
  /** Messages that came, since the broker began to run; those that it refused are not among them. */
  readonly published: number;
  /** Messages that went to clients, each as often as it did. */
  readonly delivered: number;
  readonly consumers: readonly Consumer[];
  /** How many a declare says consume it. */
  readonly consumerCount: number;
  /** With a single active consumer: the one that is. */
  readonly activeConsumer: Consumer | undefined;
  /** Takes a message in, or answers false when it is to be refused. */
  publish(message: Message): boolean;
  /** Drops what has expired, as much as there is time for in one turn; answers whether there is more. */
  expire(): boolean;
  /** The next message for basic.get. */
  take(noAck: boolean): Taken | undefined;
  /** A delivery is done with for good. */
  settle(entry: QueueEntry): void;
  /** Deliveries come back, oldest first. */
  giveBack(entries: readonly QueueEntry[], how: GivenBack): void;
  /** Deliveries are given up for good, oldest first: they are dead-lettered where there is somewhere to. */
  discard(entries: readonly QueueEntry[], how: Discarded): void;
  /** A consumer of its own may have room again. */
  wake(consumer: Consumer): void;
  subscribe(consumer: Consumer): void;
  unsubscribe(consumer: Consumer): void;
  /** Drops what is ready, and answers how many these were. */
  purge(): number;
  /** Has it go by other settings from now on. */
  configure(settings: QueueSettings): void;
  /** It was asked for by a declare or a get, so it does not expire yet. */
  touch(use: 'declare' | 'get'): void;
  /** One that it gave up has been published anew, or is not to be. */
  buried(entry: QueueEntry): void;
  /** Takes in what was there when the broker ended. Nothing leaves it before its next `configure`. */
  restore(): void;
  /** Ends it: drops the messages, cancels the consumers. */
  close(): void;
}

/** A message taken by basic.get, as the client is to see it. */
export interface Taken {
  readonly entry: QueueEntry;
  readonly message: Message;
}
