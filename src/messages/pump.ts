import type { Broker } from '../client/broker.ts';
import type { Clock } from '../client/clock.ts';

/** What every pump needs of the world. */
export interface PumpContext {
  readonly connect: () => Promise<Broker>;
  /** Milliseconds for which a lost broker is waited for. */
  readonly reconnectFor: number;
  readonly clock: Clock;
  /** Aborted by SIGINT or SIGTERM, with the LabError to end with as its reason. */
  readonly interrupted: AbortSignal;
  /** Returns after which a queue drops a message that a nack gives back once more; Infinity where it never does. */
  readonly deliveryLimit?: (queue: string, broker: Broker) => Promise<number>;
  /** A line for the person, on stderr. */
  readonly note: (line: string) => void;
}
