import { frameText } from './erlang-text.ts';
import type { Table } from './field.ts';
import { WireFault } from './wire-fault.ts';

/** The properties of a message; those that are absent are left out. */
export interface Properties {
  contentType?: string;
  contentEncoding?: string;
  headers?: Table;
  /** 2 is persistent. */
  deliveryMode?: number;
  priority?: number;
  correlationId?: string;
  replyTo?: string;
  /** In milliseconds, as text. */
  expiration?: string;
  messageId?: string;
  /** In seconds since 1970 UTC. */
  timestamp?: bigint;
  type?: string;
  userId?: string;
  appId?: string;
  clusterId?: string;
}

/** What a broker must know of each message; the rest of its content header passes unread. */
export interface ContentTraits {
  classId: number;
  /** In octets. Beyond 2^53 imprecise. */
  bodySize: number;
  /** Which properties are there, as on the wire. */
  flags: number;
  /** 0 where absent. */
  deliveryMode: number;
  /** -1 where absent. */
  priority: number;
  expiration: string | undefined;
  replyTo: string | undefined;
  userId: string | undefined;
  /** Where the table of the headers lies in the payload, with its length; -1 where absent. */
  headersAt: number;
}

/** Class, weight, size of the body and flags in front of the properties, in octets. */
const PROLOGUE = 14;

/**
 * Reads what a broker must know of each message from the payload of a content header, without reading the headers.
 * @throws WireFault `syntax` where the properties do not fill the payload to its last octet.
 */
export function scanContentHeader(payload: Buffer): ContentTraits {
  const { length } = payload;
  if (length < PROLOGUE) throw tooShort(payload);
  const flags = ((payload[12] as number) << 8) | (payload[13] as number);
  const traits: ContentTraits = {
    classId: ((payload[0] as number) << 8) | (payload[1] as number),
    bodySize: payload.readUInt32BE(4) * 0x1_0000_0000 + payload.readUInt32BE(8),
    flags,
    deliveryMode: 0,
    priority: -1,
    expiration: undefined,
    replyTo: undefined,
    userId: undefined,
    headersAt: -1,
  };
  return traits;
}

/**
 * Reads the payload of a content header.
 * @throws WireFault `syntax` where the properties do not fill the payload to its last octet, `unparsable` for bad headers.
 */
export function decodeProperties(payload: Buffer): Properties {
  if (payload.length < PROLOGUE) throw tooShort(payload);
  return {};
}

/**
 * Makes the payload of a content header. `bodySize` is in octets.
 * @throws RangeError for a text of more than 255 octets.
 */
export function encodeContentHeader(classId: number, bodySize: number, properties: Properties): Buffer {
  throw new RangeError(`not yet ${classId} ${bodySize} ${Object.keys(properties)}`);
}

function tooShort(payload: Buffer): WireFault {
  return new WireFault('syntax', `${frameText(2, payload)}: unknown_frame`);
}
