/** What a record says: its first octet. Numbers that have been written to a disk keep their meaning. */
export const RECORD = {
  /** The broker has begun. */
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
