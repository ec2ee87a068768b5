import type { Broker } from '../client/broker.ts';
import type { FieldTable } from '../client/message.ts';

/** What to consume, and when to stop. */
export interface ConsumeRequest {
  readonly queue: string;
  /** Unacknowledged deliveries at a time, 1–65535; never more than `count` still wants. */
  readonly prefetch: number;
  /** Stop after so many that were dealt with; a requeued one does not count. */
  readonly count?: number;
  /** Added to `count` at each lost connection: acks on their way may be lost with it, and what they were for comes again. */
  readonly moreAfterLoss?: number;
  /** Stop when the queue has no ready message left. */
  readonly untilEmpty?: boolean;
  /** Stop after so many milliseconds without a message. */
  readonly idleTimeout?: number;
  /** Stop after so many milliseconds. */
  readonly timeout?: number;
  /** The broker forgets each message as it sends it. Not with `count`: what it had sent beyond would be lost. */
  readonly noAck?: boolean;
  readonly exclusive?: boolean;
  readonly arguments?: FieldTable;
  /** Cut the connection, as a crash would, after so many were dealt with. */
  readonly crashAfter?: number;
  /** Deliveries that a lost connection leaves open do not come again: their queue goes with it. */
  readonly once?: boolean;
}

/** A request whose queue may be one that each connection makes for itself. */
export interface ConsumeOrder extends Omit<ConsumeRequest, 'queue'> {
  readonly queue: string | ((broker: Broker) => Promise<string>);
}

/** Why consuming ended. `sink`: nobody takes the output any more; `kept`: a sink asked to end. */
export type StopReason = 'count' | 'empty' | 'idle' | 'timeout' | 'interrupted' | 'sink' | 'crash';

/** How far the work has come, over all connections. */
export interface ConsumeProgress {
  /** Deliveries that came. */
  received: number;
  /** Deliveries that were dealt with. */
  finished: number;
  /** Deliveries that went back to the queue at the end. */
  gaveBack: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}
