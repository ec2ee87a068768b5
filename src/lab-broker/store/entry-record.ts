import type { Death, Deaths } from '../dead-letter/deaths.ts';
import { Message, type Past, QueueEntry } from '../entities/message.ts';
import { textAt } from '../wire/short-text.ts';

/** Octets in front of what varies. */
const HEAD = 61;

/** What of a message is neither in its bytes nor in its numbers. */
interface Extras {
  readonly copies?: readonly string[] | undefined;
  readonly deaths?: Deaths | undefined;
  readonly past?: Past | undefined;
}

/** A message in a queue, as a record has it behind its type and its queue. `size` octets are written by `write`. */
export interface EncodedEntry {
  readonly size: number;
  write(buffer: Buffer, at: number): void;
}

/** `redelivered`: whether a client may have had it. */
export function encodeEntry(entry: QueueEntry, redelivered: boolean): EncodedEntry {
  const { message } = entry;
  const { copies, deaths, past, content } = message;
  const extras = copies === undefined && deaths === undefined && past === undefined ? '' : JSON.stringify({ copies, deaths, past });
  const extrasSize = Buffer.byteLength(extras);
  return {
    size: HEAD + extrasSize + content.length,
    write(buffer, start) {
      let at = buffer.writeDoubleBE(entry.sequence, start);
      at = buffer.writeDoubleBE(entry.expiresAt, at);
      at = buffer.writeDoubleBE(entry.cameAt, at);
      at = buffer.writeDoubleBE(message.number, at);
      at = buffer.writeDoubleBE(message.expiration, at);
      at = buffer.writeUInt32BE(entry.deliveryCount, at);
      at = buffer.writeUInt32BE(entry.acquiredCount, at);
      at = buffer.writeInt16BE(message.priority, at);
      at = buffer.writeUInt16BE(message.addressSize, at);
      at = buffer.writeUInt32BE(message.headerSize, at);
      at = buffer.writeUInt8((redelivered ? 1 : 0) | (message.persistent ? 2 : 0), at);
      at = buffer.writeUInt32BE(extrasSize, at);
      at += buffer.write(extras, at);
      content.copy(buffer, at);
    },
  };
}

/** Reads from `start` to the end of the record. @throws RangeError, SyntaxError for what is none. */
export function decodeEntry(record: Buffer, start: number): QueueEntry {
  const double = (at: number) => record.readDoubleBE(start + at);
  const flags = record.readUInt8(start + 56);
  const content = start + HEAD + record.readUInt32BE(start + 57);
  const addressSize = record.readUInt16BE(start + 50);
  const exchangeSize = record.readUInt8(content);
  const extras: Extras = content === start + HEAD ? {} : JSON.parse(record.toString('utf8', start + HEAD, content));
  const message = new Message({
    number: double(24),
    // a copy: the record is a piece of a large file
    content: Buffer.from(record.subarray(content)),
    addressSize,
    headerSize: record.readUInt32BE(start + 52),
    exchange: textAt(record, content + 1, exchangeSize),
    routingKey: textAt(record, content + 2 + exchangeSize, addressSize - exchangeSize - 2),
    persistent: (flags & 2) !== 0,
    priority: record.readInt16BE(start + 48),
    expiration: double(32),
    copies: extras.copies,
    deaths: withOneRecordEach(extras.deaths),
    past: extras.past,
  });
  const entry = new QueueEntry(message, double(0), double(8), double(16));
  entry.deliveryCount = record.readUInt32BE(start + 40);
  entry.acquiredCount = record.readUInt32BE(start + 44);
  entry.redelivered = (flags & 1) !== 0;
  return entry;
}

/** JSON leaves out what is undefined; the shape is to be the same. */
function withOneRecordEach(deaths: Deaths | undefined): Deaths | undefined {
  if (deaths === undefined) return undefined;
  const whole = (death: Death): Death => ({ ...death, originalExpiration: death.originalExpiration });
  return { first: whole(deaths.first), last: whole(deaths.last), records: deaths.records.map(whole) };
}
