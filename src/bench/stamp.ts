/** Bytes that a stamp takes at the beginning of a body. */
export const STAMP_SIZE = 32;

const MARK = 0x726c6273;

/** What a message of a run says of itself. */
export interface Stamp {
  /** Which run: what others left in a queue is told apart by it. */
  readonly run: number;
  readonly producer: number;
  /** From 0, each one higher than the one before of its producer. */
  readonly sequence: number;
  /** Nanoseconds of a clock that all of a machine's processes share: when it was due, and when it was sent. */
  readonly dueAt: number;
  readonly sentAt: number;
}

/** Writes a stamp over the first bytes of a body. */
export function writeStamp(body: Buffer, { run, producer, sequence, dueAt, sentAt }: Stamp): void {
  body.writeUInt32BE(MARK, 0);
  body.writeUInt32BE(run, 4);
  body.writeUInt16BE(producer, 8);
  body.writeUIntBE(sequence, 10, 6);
  body.writeDoubleBE(dueAt, 16);
  body.writeDoubleBE(sentAt, 24);
}

/** The stamp of a body; undefined when it has none. */
export function readStamp(body: Buffer): Stamp | undefined {
  if (body.length < STAMP_SIZE || body.readUInt32BE(0) !== MARK) return undefined;
  return {
    run: body.readUInt32BE(4),
    producer: body.readUInt16BE(8),
    sequence: body.readUIntBE(10, 6),
    dueAt: body.readDoubleBE(16),
    sentAt: body.readDoubleBE(24),
  };
}
