import { crc32 } from 'node:zlib';

/** What each record begins with, so that the next one is soon found behind a damaged one. */
const MARK = 0x5ec0_4d1e;

/** Mark, length and checksum in front of each record, in octets. */
export const PROLOGUE = 12;

/** No record is longer: whatever says so is damaged. */
const LONGEST = 1_073_741_824;

/** Writes mark, length and checksum in front of a content of so many octets, which begins PROLOGUE octets after `at`. */
export function sealRecord(buffer: Buffer, at: number, length: number): void {
  buffer.writeUInt32BE(MARK, at);
  buffer.writeUInt32BE(length, at + 4);
  buffer.writeUInt32BE(checksum(buffer, at, buffer.subarray(at + PROLOGUE, at + PROLOGUE + length)), at + 8);
}

/** A place in a file where there is no record to be read. */
export interface Damage {
  readonly at: number;
  readonly length: number;
  /** `torn`: nothing whole comes after it, as after a crash in the middle of writing. */
  readonly kind: 'torn' | 'damaged';
}

/** What is in a file. */
export interface ReadRecords {
  /** Views into the file. */
  readonly records: readonly Buffer[];
  readonly damage: readonly Damage[];
}

/** Reads all records that are whole. What is between them is reported, and skipped. */
export function readRecords(file: Buffer): ReadRecords {
  const records: Buffer[] = [];
  const damage: Damage[] = [];
  let at = 0;
  while (at < file.length) {
    const record = recordAt(file, at);
    if (record !== undefined) {
      records.push(record);
      at += PROLOGUE + record.length;
      continue;
    }
    const next = findRecord(file, at + 1);
    damage.push({ at, length: (next ?? file.length) - at, kind: next === undefined ? 'torn' : 'damaged' });
    at = next ?? file.length;
  }
  return { records, damage };
}

/** Whether a file begins as none does that was written here, or that a crash left full of zeros. */
export function beginsStrangely(file: Buffer): boolean {
  const start = file.subarray(0, PROLOGUE);
  return start.length === PROLOGUE && start.readUInt32BE(0) !== MARK && start.some((octet) => octet !== 0);
}

function recordAt(file: Buffer, at: number): Buffer | undefined {
  if (file.length - at < PROLOGUE || file.readUInt32BE(at) !== MARK) return undefined;
  const length = file.readUInt32BE(at + 4);
  if (length > LONGEST || length > file.length - at - PROLOGUE) return undefined;
  const content = file.subarray(at + PROLOGUE, at + PROLOGUE + length);
  return checksum(file, at, content) === file.readUInt32BE(at + 8) ? content : undefined;
}

function findRecord(file: Buffer, from: number): number | undefined {
  for (let at = from; at + PROLOGUE <= file.length; at++) if (recordAt(file, at) !== undefined) return at;
  return undefined;
}

/** The length is checked as well: a run of zeros is no record. */
function checksum(file: Buffer, at: number, content: Buffer): number {
  return crc32(content, crc32(file.subarray(at + 4, at + 8)));
}
