import type { AppliedPolicies } from './policies.ts';

/** What happens to a message when its queue is full. */
export type Overflow = 'drop-head' | 'reject-publish' | 'reject-publish-dlx';

/** What a queue's arguments and policies come to. */
export interface QueueSettings {
  /** Milliseconds that a message may be ready; Infinity without x-message-ttl. */
  readonly messageTtl: number;
  /** Milliseconds that a queue may be unused; Infinity without x-expires. */
  readonly expires: number;
  /** Ready messages; Infinity without x-max-length. */
  readonly maxLength: number;
  /** Bytes of ready bodies; Infinity without x-max-length-bytes. */
  readonly maxLengthBytes: number;
  readonly overflow: Overflow;
  readonly deadLetterExchange: string | undefined;
  /** What replaces the routing keys of a dead message; undefined keeps them. */
  readonly deadLetterRoutingKey: string | undefined;
  /** 0 without x-max-priority. */
  readonly maxPriority: number;
  readonly singleActiveConsumer: boolean;
  /** Deliveries that may come back before a quorum queue gives a message up; Infinity for no limit. */
  readonly deliveryLimit: number;
  /** Milliseconds that a stream keeps a message; Infinity without x-max-age. */
  readonly maxAge: number;
  /** Which policies had a part in it. */
  readonly policies: AppliedPolicies;
}
