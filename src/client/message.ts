/**
 * The types of AMQP field values that JavaScript's own values cannot name. A plain `number` means "whatever integer
 * width holds it, or a double when it has a fraction"; who needs an exact type on the wire tags the value.
 */
export type FieldTypeName =
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'float'
  | 'double'
  | 'timestamp'
  | 'decimal';

/** A decimal of the AMQP kind: `digits` / 10^`places`; digits unsigned 32 bit, places 0–255. */
export interface Decimal {
  readonly places: number;
  readonly digits: number;
}

/** A field value that carries its AMQP type. `int64` and `timestamp` beyond 2^53 hold a bigint. */
export class Typed {
  readonly type: FieldTypeName;
  readonly value: number | bigint | Decimal;

  constructor(type: FieldTypeName, value: number | bigint | Decimal) {
    this.type = type;
    this.value = value;
  }
}

/** A value in a header or argument table. */
export type FieldValue = string | number | boolean | null | Buffer | Typed | readonly FieldValue[] | FieldTable;

/** Headers, or the arguments of a queue, exchange, binding or consumer. Own enumerable keys only. */
export interface FieldTable {
  readonly [key: string]: FieldValue;
}

/** The 13 basic properties that travel with a message; each absent unless it was set. */
export interface Properties {
  contentType?: string;
  contentEncoding?: string;
  headers?: FieldTable;
  /** 1 transient, 2 persistent. */
  deliveryMode?: number;
  /** 0–255. */
  priority?: number;
  correlationId?: string;
  replyTo?: string;
  /** Per-message TTL in milliseconds, as digits: AMQP makes it a string. */
  expiration?: string;
  messageId?: string;
  /** Seconds since 1970. */
  timestamp?: number;
  type?: string;
  userId?: string;
  appId?: string;
}

/** A message as it is published: where to, what beside it, and its bytes. */
export interface Message {
  /** `''` is the default exchange. */
  readonly exchange: string;
  readonly routingKey: string;
  readonly properties: Properties;
  readonly body: Buffer;
}

/** A message as a broker hands it out. */
export interface Delivery extends Message {
  /** Counts up from 1 on its channel. */
  readonly deliveryTag: number;
  readonly redelivered: boolean;
}
