import type { Table } from '../wire/field.ts';
import type { Message, QueueEntry } from './message.ts';
import type { VhostQueue } from './queue-port.ts';

/** What a consumer's channel does for it. */
export interface DeliveryPort {
  /** False while the client's connection has taken too little of what was sent to it, or while the channel is closing. */
  readonly writable: boolean;
  /** Sends an entry as `message`, and keeps it until it is settled, unless the consumer needs no acks. */
  deliver(consumer: Consumer, entry: QueueEntry, message: Message): void;
  /** Tells the client that its consumer is gone. */
  cancelled(consumer: Consumer): void;
}

/** One subscription of a channel to a queue. */
export class Consumer {
  readonly tag: string;
  /** The tag as a short string. */
  readonly tagBytes: Buffer;
  readonly port: DeliveryPort;
  readonly queue: VhostQueue;
  readonly noAck: boolean;
  readonly exclusive: boolean;
  readonly priority: number;
  /** Unacknowledged deliveries that it may hold; 0 is no limit. */
  readonly prefetch: number;
  readonly arguments: Table;
  /** Unacknowledged deliveries that it holds. */
  unacked = 0;
  /** Whether it waits outside the round for room. */
  parked = false;

  constructor(fields: ConsumerFields) {
    this.tag = fields.tag;
    const tag = Buffer.from(fields.tag);
    this.tagBytes = Buffer.concat([Buffer.of(tag.length), tag]);
    this.port = fields.port;
    this.queue = fields.queue;
    this.noAck = fields.noAck;
    this.exclusive = fields.exclusive;
    this.priority = fields.priority;
    this.prefetch = fields.prefetch;
    this.arguments = fields.arguments;
  }

  /** Whether one more delivery may go to it now. */
  get ready(): boolean {
    return (this.noAck || this.prefetch === 0 || this.unacked < this.prefetch) && this.port.writable;
  }

  /** One of its deliveries was settled. */
  settled(): void {
    this.unacked--;
    if (this.parked) this.queue.wake(this);
  }
}

/** What a Consumer is made of. */
export interface ConsumerFields {
  readonly tag: string;
  readonly port: DeliveryPort;
  readonly queue: VhostQueue;
  readonly noAck: boolean;
  readonly exclusive: boolean;
  readonly priority: number;
  readonly prefetch: number;
  readonly arguments: Table;
}
