import type { Delivery } from '../client/message.ts';
import type { Verdict } from './ack-ledger.ts';

/** Where deliveries end: stdout, a command per message, another queue. */
export interface Sink {
  /** Takes one delivery and calls `done` once when it was dealt with. Must not throw; it is called again before `done`. */
  take(delivery: Delivery, done: (verdict: Verdict) => void): void;
  /** Resolves with why the sink can take no more (stdout was closed: undefined; a failure: that), never rejects. */
  readonly ended: Promise<Error | undefined>;
  /** Whether it goes on to finish what it has taken after it has ended. */
  readonly finishes?: boolean;
  /** Milliseconds that it may take to finish what it is at when all has to end; 5 s unless it says otherwise. */
  readonly patience?: number;
  /** Called when all has to end: what it has taken and not begun with is requeued now. It may be given more later. */
  readonly stop?: () => void;
  /** Called when its patience is over: what it is at will not count any more. */
  readonly abandon?: () => void;
}
