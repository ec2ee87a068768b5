import { frameText } from './erlang-text.ts';
import type { Table } from './field.ts';
import { HEADER } from './frames.ts';
import { uint16At, uint32At, uint64At, writeUint16, writeUint64 } from './integers.ts';
import { shortTextSize, textAt, writeShortText } from './short-text.ts';
import { decodeTable, encodeTable } from './table.ts';
import { isTable } from './table-check.ts';
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
  /** Always 0, unless a client is wrong. */
  weight: number;
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

/** The flag of each property on the wire, in the order of the wire. */
const FLAGS = {
  contentType: 0x8000,
  contentEncoding: 0x4000,
  headers: 0x2000,
  deliveryMode: 0x1000,
  priority: 0x0800,
  correlationId: 0x0400,
  replyTo: 0x0200,
  expiration: 0x0100,
  messageId: 0x0080,
  timestamp: 0x0040,
  type: 0x0020,
  userId: 0x0010,
  appId: 0x0008,
  clusterId: 0x0004,
} as const satisfies Record<keyof Properties, number>;

type PropertyName = keyof Properties;
const NAMES = Object.keys(FLAGS) as PropertyName[];

/** Class, weight, size of the body and flags in front of the properties, in octets. */
const PROLOGUE = 14;

/**
 * Reads what a broker must know of each message from the payload of a content header. The headers are looked at only as to
 * whether they are a table.
 * @throws WireFault `internal` where they are not, or the properties do not fill the payload to its last octet; `syntax` where it is
 * too short to be a content header.
 */
export function scanContentHeader(payload: Buffer): ContentTraits {
  const flags = flagsOf(payload);
  const traits: ContentTraits = {
    classId: uint16At(payload, 0),
    weight: uint16At(payload, 2),
    bodySize: uint64At(payload, 4),
    flags,
    deliveryMode: 0,
    priority: -1,
    expiration: undefined,
    replyTo: undefined,
    userId: undefined,
    headersAt: -1,
  };
  let at = PROLOGUE;
  if (flags & FLAGS.contentType) at = textEnd(payload, at);
  if (flags & FLAGS.contentEncoding) at = textEnd(payload, at);
  if (flags & FLAGS.headers) {
    traits.headersAt = at;
    at = headersEnd(payload, at);
  }
  if (flags & FLAGS.deliveryMode) traits.deliveryMode = payload[at++] ?? 0;
  if (flags & FLAGS.priority) traits.priority = payload[at++] ?? -1;
  if (flags & FLAGS.correlationId) at = textEnd(payload, at);
  if (flags & FLAGS.replyTo) {
    traits.replyTo = text(payload, at);
    at = textEnd(payload, at);
  }
  if (flags & FLAGS.expiration) {
    traits.expiration = text(payload, at);
    at = textEnd(payload, at);
  }
  if (flags & FLAGS.messageId) at = textEnd(payload, at);
  if (flags & FLAGS.timestamp) at += 8;
  if (flags & FLAGS.type) at = textEnd(payload, at);
  if (flags & FLAGS.userId) {
    traits.userId = text(payload, at);
    at = textEnd(payload, at);
  }
  if (flags & FLAGS.appId) at = textEnd(payload, at);
  if (flags & FLAGS.clusterId) at = textEnd(payload, at);
  if (at !== payload.length) throw misfit();
  return traits;
}

/**
 * Reads the payload of a content header. What it answers keeps nothing of the payload.
 * @throws WireFault as `scanContentHeader` does.
 */
export function decodeProperties(payload: Buffer): Properties {
  const flags = flagsOf(payload);
  const properties: Properties = {};
  let at = PROLOGUE;
  for (const name of NAMES)
    if (flags & FLAGS[name]) {
      if (at >= payload.length) throw misfit();
      at = read(payload, at, name, properties);
    }
  if (at !== payload.length) throw misfit();
  return properties;
}

function read(payload: Buffer, at: number, name: PropertyName, properties: Properties): number {
  switch (name) {
    case 'headers': {
      const end = headersEnd(payload, at);
      properties.headers = decodeTable(Buffer.from(payload.subarray(at, end)), 0).table;
      return end;
    }
    case 'deliveryMode':
    case 'priority':
      properties[name] = payload[at] ?? 0;
      return at + 1;
    case 'timestamp':
      if (at + 8 > payload.length) throw misfit();
      properties.timestamp = payload.readBigUInt64BE(at);
      return at + 8;
    default:
      properties[name] = text(payload, at);
      return textEnd(payload, at);
  }
}

/**
 * Makes the payload of a content header. `bodySize` is in octets.
 * @throws RangeError for a text of more than 255 octets.
 */
export function encodeContentHeader(classId: number, bodySize: number, properties: Properties): Buffer {
  let flags = 0;
  const values: Buffer[] = [];
  for (const name of NAMES) {
    const value = encode(name, properties);
    if (value === undefined) continue;
    flags |= FLAGS[name];
    values.push(value);
  }
  const prologue = Buffer.alloc(PROLOGUE);
  writeUint16(prologue, 0, classId);
  writeUint64(prologue, 4, bodySize);
  writeUint16(prologue, 12, flags);
  return Buffer.concat([prologue, ...values]);
}

function encode(name: PropertyName, properties: Properties): Buffer | undefined {
  const value = properties[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string') {
    const octets = Buffer.allocUnsafe(1 + shortTextSize(value));
    writeShortText(octets, 0, value);
    return octets;
  }
  if (typeof value === 'number') return Buffer.of(value);
  if (typeof value === 'object') return encodeTable(value);
  const octets = Buffer.allocUnsafe(8);
  octets.writeBigUInt64BE(value);
  return octets;
}

function flagsOf(payload: Buffer): number {
  if (payload.length < PROLOGUE - 2) throw new WireFault('syntax', `${frameText(HEADER, payload)}: unknown_frame`);
  return uint16At(payload, 12);
}

function text(payload: Buffer, at: number): string {
  return textAt(payload, at + 1, payload[at] ?? 0);
}

function textEnd(payload: Buffer, at: number): number {
  return at + 1 + (payload[at] ?? 0);
}

function headersEnd(payload: Buffer, at: number): number {
  const start = at + 4;
  const end = start + uint32At(payload, at);
  if (end > payload.length || !isTable(payload, start, end)) throw misfit();
  return end;
}

function misfit(): WireFault {
  return new WireFault('internal', 'a malformed content header');
}
