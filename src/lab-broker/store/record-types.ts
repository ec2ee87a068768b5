/** What a record says: its first octet. Numbers that have been written to a disk keep their meaning. */
export const RECORD = {
  /** A broker has begun, or a segment; then the format of what follows (16 bits), which the oldest records leave out: it is 1. */
  opened: 1,
  /** The broker has ended in good order: nothing was handed out that is not marked. */
  closed: 2,
  /** Key (length of 32 bits, JSON), content. */
  defined: 3,
  /** Key (JSON). */
  forgotten: 4,
  /** Queue, message. */
  entered: 5,
  /** Queue, sequence number. */
  left: 6,
  /** Queue, sequence numbers of what stayed. */
  cleared: 7,
  /** Queue, sequence number, how often it failed, how often it was handed out. */
  returned: 8,
  /** Queue, sequence numbers of what clients may have had. */
  seen: 9,
} as const;

/**
 * The format that records are written in. It becomes the next number with any change that a program which knows only this one would
 * misread or lose, a new type of record among them: whoever finds a higher number than their own leaves the folder alone. Whatever is
 * lower must go on being read.
 */
export const FORMAT = 1;

/** What each segment begins with. */
export function formatRecord(format = FORMAT): Buffer {
  return Buffer.from([RECORD.opened, format >> 8, format & 0xff]);
}

/** The folder was written in a format that came after this program: it would lose what it does not understand. */
export class NewerFormat extends Error {
  constructor(format: number) {
    super(`a newer lab broker wrote it, in log format ${format}, and this one knows formats up to ${FORMAT} only`);
  }
}
