import type { QueueEntry } from './message.ts';
import type { QueueIdentity } from './queue-port.ts';

/** By which a definition is known: its kind, its virtual host (empty where it has none), and names. */
export type DefinitionKey = readonly [kind: string, vhost: string, ...names: string[]];

/** Somebody who has promised something that is not safe yet. */
export interface SafetyWaiter {
  flush(): void;
}

/**
 * Where the core tells what is to outlast the broker: a record for each change, numbered from 1. A broker that keeps nothing has none.
 * All is told at once and written later: what has been promised to a client must wait until it is `safe`.
 */
export interface Journal {
  /** The number of the last record. */
  readonly told: number;
  /** The number of the last one that nothing can take back. */
  readonly safe: number;
  /** The number of the last one that changed a definition: its client is to be answered only when that is safe. */
  readonly decided: number;
  /** Calls `flush` once, when more is safe than now. */
  wait(waiter: SafetyWaiter): void;
  /** What exists from now on, or is otherwise than before. The same once more is no record. */
  define(key: DefinitionKey, content: Buffer): void;
  /** What exists no longer. */
  forget(key: DefinitionKey): void;
  /** Forgets all of a kind, or of all kinds, in whose keys these names stand. */
  forgetAll(matches: (key: DefinitionKey) => boolean): void;
  /** A durable queue, new or found again. */
  openQueue(vhost: string, identity: QueueIdentity): QueueJournal;
}

/** What a queue tells of its messages. Those that need not outlast the broker are told as well, and passed over. */
export interface QueueJournal {
  /** What was in the queue when the broker ended, in order. */
  recovered(): QueueEntry[];
  entered(entry: QueueEntry): void;
  left(entry: QueueEntry): void;
  /** A client has it, who may have seen it whatever happens next. */
  handedOut(entry: QueueEntry): void;
  takenIn(entry: QueueEntry): void;
  /** It came back, and that counts. */
  returned(entry: QueueEntry): void;
  /** All that no client has is gone. */
  cleared(): void;
  /** The queue is gone. */
  close(): void;
}
