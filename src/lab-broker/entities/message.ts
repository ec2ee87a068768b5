import type { Deaths } from '../dead-letter/deaths.ts';
import { decodeProperties, type Properties } from '../wire/properties.ts';
import { shortTextSize, writeShortText } from '../wire/short-text.ts';

/**
 * A message as it lies in queues. Its exchange and key, its content header and its body stay the bytes that came in, one after the
 * other in one buffer: a delivery repeats them as they are, and what nobody asks for is never decoded. A message is shared by all
 * queues that it was routed to, and never changed.
 */
export class Message {
  /** By which it is known in events: its place in the order of publishing, from 1. A dead letter keeps it. 0: nobody gave it one. */
  readonly number: number;
  /** Exchange and routing key as two short strings, then the payload of the content header, then the body. */
  readonly content: Buffer;
  readonly addressSize: number;
  readonly headerSize: number;
  readonly exchange: string;
  readonly routingKey: string;
  readonly persistent: boolean;
  /** 0 to 255; -1 where the message has none. */
  readonly priority: number;
  /** Its own time to live in milliseconds; -1 where it has none. */
  readonly expiration: number;
  /** What CC and BCC add to the routing key; undefined as a rule. */
  readonly copies: readonly string[] | undefined;
  /** How often and where it died; undefined as a rule. */
  readonly deaths: Deaths | undefined;
  /** How often it had failed, and been handed out, in the queues where it died. */
  readonly past: Past | undefined;

  constructor(fields: MessageFields) {
    this.number = fields.number ?? 0;
    this.content = fields.content;
    this.addressSize = fields.addressSize;
    this.headerSize = fields.headerSize;
    this.exchange = fields.exchange;
    this.routingKey = fields.routingKey;
    this.persistent = fields.persistent;
    this.priority = fields.priority;
    this.expiration = fields.expiration;
    this.copies = fields.copies;
    this.deaths = fields.deaths;
    this.past = fields.past;
  }

  /** Bytes of the body. */
  get bodySize(): number {
    return this.content.length - this.addressSize - this.headerSize;
  }

  get header(): Buffer {
    return this.content.subarray(this.addressSize, this.addressSize + this.headerSize);
  }

  get body(): Buffer {
    return this.content.subarray(this.addressSize + this.headerSize);
  }

  /** The basic properties, decoded anew at each call. */
  properties(): Properties {
    return decodeProperties(this.header);
  }
}

/** What a Message is made of. */
export interface MessageFields {
  readonly number?: number;
  readonly content: Buffer;
  readonly addressSize: number;
  readonly headerSize: number;
  readonly exchange: string;
  readonly routingKey: string;
  readonly persistent: boolean;
  readonly priority: number;
  readonly expiration: number;
  readonly copies?: readonly string[] | undefined;
  readonly deaths?: Deaths | undefined;
  readonly past?: Past | undefined;
}

/** What a dead letter takes along from queue to queue. */
export interface Past {
  readonly deliveryCount: number;
  readonly acquiredCount: number;
}

/** The same message with another content header, and maybe another address: the body is copied. */
export function withHeader(message: Message, header: Buffer, changes: Partial<MessageFields> = {}): Message {
  const exchange = changes.exchange ?? message.exchange;
  const routingKey = changes.routingKey ?? message.routingKey;
  const moved = exchange !== message.exchange || routingKey !== message.routingKey;
  const address = moved ? encodeAddress(exchange, routingKey) : message.content.subarray(0, message.addressSize);
  return new Message({
    number: message.number,
    exchange,
    routingKey,
    persistent: message.persistent,
    priority: message.priority,
    expiration: message.expiration,
    copies: message.copies,
    deaths: message.deaths,
    past: message.past,
    ...changes,
    content: Buffer.concat([address, header, message.body]),
    addressSize: address.length,
    headerSize: header.length,
  });
}

/** Exchange and routing key as they stand in basic.publish and in basic.deliver: two short strings. @throws RangeError beyond 255 octets. */
export function encodeAddress(exchange: string, routingKey: string): Buffer {
  const address = Buffer.allocUnsafe(2 + shortTextSize(exchange) + shortTextSize(routingKey));
  writeShortText(address, writeShortText(address, 0, exchange), routingKey);
  return address;
}

/** Bytes that a message takes in a queue beside its content; measured, roughly. */
const ENTRY_OVERHEAD = 320;

/** A message in one queue. */
export class QueueEntry {
  readonly message: Message;
  /** Its place in the queue: grows with each message that the queue is given. */
  readonly sequence: number;
  /** When it expires, in milliseconds since 1970; Infinity when never. */
  readonly expiresAt: number;
  /** When it came, in milliseconds since 1970; 0 when nobody listened to events, so that nobody needs it. */
  readonly cameAt: number;
  redelivered: boolean;
  /** How often it came back in a way that counts towards a delivery limit. */
  deliveryCount: number;
  /** How often it was handed out and came back. */
  acquiredCount: number;

  constructor(message: Message, sequence: number, expiresAt: number, cameAt = 0) {
    this.message = message;
    this.sequence = sequence;
    this.expiresAt = expiresAt;
    this.cameAt = cameAt;
    this.deliveryCount = message.past?.deliveryCount ?? 0;
    this.acquiredCount = message.past?.acquiredCount ?? 0;
    this.redelivered = this.deliveryCount > 0;
  }

  /** Bytes that it takes in memory, as if it were the only one to hold its message. */
  get weight(): number {
    return weightOf(this.message);
  }
}

/** Bytes that a message takes in memory where it waits for something. */
export function weightOf({ content }: Message): number {
  return content.length + ENTRY_OVERHEAD;
}
