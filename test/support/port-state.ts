import type { Channel } from '../../src/client/broker.ts';
import type { Message } from '../../src/client/message.ts';
import { LabError } from '../../src/errors.ts';

/** A message in a queue. `seq` keeps its place, also when it is given back. */
export interface Stored {
  readonly message: Message;
  readonly seq: number;
  /** How often it was handed out. */
  handedOut: number;
}

export interface PortConsumer {
  readonly tag: string;
  /** Where it lives; it is told when there is something to hand out, and when its queue has gone. */
  readonly channel: { dispatch(queue: PortQueue): void; cancelled(tag: string): void };
  readonly prefetch: number;
  readonly noAck: boolean;
  readonly onDelivery: Parameters<Channel['consume']>[2];
  readonly onCancelled: () => void;
}

export interface PortQueue {
  readonly ready: Stored[];
  readonly consumers: PortConsumer[];
}

export interface PortOptions {
  /** Queues that are there, with the bodies in them. */
  readonly queues?: Readonly<Record<string, readonly string[]>>;
  /** Exchanges that are there beside the default one, with the queues that each message goes to, whatever its key. */
  readonly exchanges?: Readonly<Record<string, readonly string[]>>;
  /** How many of the broker's frames reach the client in each turn of the event loop; all of them unless it says. */
  readonly pace?: () => number;
  /** By how many places a confirm may overtake others. */
  readonly overtake?: () => number;
  /** Whether the write buffer is full after a publish. */
  readonly isFull?: () => boolean;
  /** Whether the broker refuses a message that it could route. */
  readonly refuses?: (message: Message) => boolean;
  /** Called after each frame that reached the client. */
  readonly onFrame?: () => void;
  /** Called after each message that was handed out. */
  readonly onHand?: () => void;
}

/** What the channels of a port share. */
export interface PortState {
  readonly options: PortOptions;
  readonly queues: Map<string, PortQueue>;
  readonly exchanges: Map<string, string[]>;
  readonly log: string[];
  /** Settled for good: acked, rejected, or handed out without acks. */
  taken: number;
  /** Handed out and not settled. */
  held: number;
  /** Given back by a channel or connection that closed over them. */
  spilled: number;
  /** The most messages that one channel had unconfirmed. */
  mostUnconfirmed: number;
  seq: number;
  store(queue: PortQueue, message: Message): void;
}

/** How a lost connection fails. */
export function lostFailure(): LabError {
  return new LabError('unreachable', 'amqp://port: the connection was lost', { hint: 'try again' });
}
