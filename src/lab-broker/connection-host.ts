import type { Connection } from './connection.ts';
import type { DirectReplies } from './direct-replies.ts';
import type { Realm } from './entities/realm.ts';

/** What all connections of a broker share. */
export interface ConnectionHost {
  readonly realm: Realm;
  readonly replies: DirectReplies;
  /** Whether what upstream RabbitMQ no longer permits is refused. */
  readonly strict: boolean;
  /** Bytes of the largest body. */
  readonly maxMessageSize: number;
  /** Has the output flushed at the end of this turn of the event loop. */
  flushSoon(connection: Connection): void;
}
