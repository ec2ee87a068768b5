import type { FilePort } from './file-port.ts';
import { beginsStrangely, type Damage, PROLOGUE, readRecords, sealRecord } from './records.ts';

/** Bytes from which on the next segment is begun. */
const SEGMENT_SIZE = 16_777_216;

/** Bytes of the memory in which a batch is gathered, at first. */
const FIRST_SLAB = 65_536;

const NAME = /^(\d{10})\.log$/;

/** A file in which something could not be read, with its places. */
export interface DamageReport {
  readonly file: string;
  readonly damage: readonly Damage[];
}

/** The folder has files that bear a log's name, and nothing that a broker wrote: they are not to be cut. */
export class ForeignLog extends Error {
  constructor(file: string) {
    super(`${file} was not written by a lab broker`);
  }
}

/** Told of files that have been read, of how many. */
export type Loading = (files: number, of: number) => void;

/** Records that are written, and flushed, together. */
interface Batch {
  bytes: Buffer;
  used: number;
  /** The number of its last record. */
  last: number;
  /** Whether it stands at the start of a segment. */
  readonly rolls: boolean;
  /** Where it was written; undefined until then. */
  segment: number | undefined;
}

/** What a log tells of. */
export interface LogPort {
  /** All up to this record is safe now. */
  progress(safe: number): void;
  /** It could not be written: nothing of it is lost, and it is tried again once `retry` runs. */
  failed(error: Error, retry: () => void): void;
}

/**
 * An append-only log in segments. Records are gathered while the last batch is on its way to the disk, and then go together: one flush
 * for all of them.
 */
export class Log {
  readonly #files: FilePort;
  readonly #segmentSize: number;
  readonly #head: Buffer;
  readonly #port: LogPort;
  /** The last segment that was written to, and how much of it is safe. */
  #segment = 0;
  #size = 0;
  /** The last of them is being filled. */
  readonly #batches: Batch[] = [];
  #appended = 0;
  #safe = 0;
  #bytes = 0;
  #pumping: Promise<void> | undefined;
  #stuck = false;
  #closed = false;

  /** `head`: the content of a record that each segment begins with; it has no number. None when it is empty. */
  constructor(files: FilePort, port: LogPort, segmentSize = SEGMENT_SIZE, head: Buffer = Buffer.alloc(0)) {
    this.#files = files;
    this.#port = port;
    this.#segmentSize = segmentSize;
    this.#head = head.length === 0 ? head : sealed(head);
  }

  /** How many records have been appended; a record's own number is this after its `append`. */
  get appended(): number {
    return this.#appended;
  }

  /** How many of them are safe. */
  get safe(): number {
    return this.#safe;
  }

  /** Bytes that have been appended. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes that wait to be written. */
  get waiting(): number {
    return this.#batches.reduce((sum, { used }) => sum + used, 0);
  }

  /**
   * Reads what is there, hands each record to `take` in the order in which they were written, cuts off a torn end, and goes on in a new
   * segment. Before anything is appended. `loading` is told how many files have been read, of how many. What `take` throws ends it with all
   * files as they were. @throws ForeignLog
   */
  async recover(take: (record: Buffer) => void, loading: Loading = () => undefined): Promise<DamageReport[]> {
    const segments = (await this.#files.list()).flatMap((name) => NAME.exec(name)?.[1] ?? []).map(Number);
    const reports: DamageReport[] = [];
    const torn: [file: string, at: number][] = [];
    let strange: string | undefined;
    let isOurs = false;
    for (const [index, segment] of segments.sort((a, b) => a - b).entries()) {
      const file = fileOf(segment);
      const content = await this.#files.read(file);
      const { records, damage } = readRecords(content);
      for (const record of records) take(record);
      isOurs ||= records.length > 0;
      if (beginsStrangely(content)) strange ??= file;
      if (damage.length > 0) reports.push({ file, damage });
      for (const { kind, at } of damage) if (kind === 'torn') torn.push([file, at]);
      this.#segment = segment;
      loading(index + 1, segments.length);
    }
    if (!isOurs && strange !== undefined) throw new ForeignLog(strange);
    for (const [file, at] of torn) await this.#files.truncate(file, at);
    this.#size = Number.POSITIVE_INFINITY; // what is there is never written to again
    return reports;
  }

  /** Adds a record of `length` octets that `fill` writes from an offset on; answers its number. It is safe once `safe` has come that far. */
  append(length: number, fill: (buffer: Buffer, at: number) => void): number {
    const size = PROLOGUE + length;
    const batch = this.#batchFor(size);
    fill(batch.bytes, batch.used + PROLOGUE);
    sealRecord(batch.bytes, batch.used, length);
    batch.used += size;
    this.#bytes += size;
    batch.last = ++this.#appended;
    this.#start();
    return this.#appended;
  }

  /** What is appended from now on stands in another segment, whose number the answer tells once something of it is safe. */
  roll(): { readonly segment: number | undefined } {
    const last = this.#batches.at(-1);
    if (last?.rolls && last.used === 0) return last;
    const batch: Batch = { bytes: Buffer.allocUnsafeSlow(FIRST_SLAB), used: 0, last: this.#appended, rolls: true, segment: undefined };
    this.#batches.push(batch);
    return batch;
  }

  /** Forgets all segments before this one. The caller has seen to it that nothing in them is needed. */
  async dropBefore(segment: number): Promise<void> {
    const old = (await this.#files.list()).flatMap((name) => NAME.exec(name)?.[1] ?? []).filter((number) => Number(number) < segment);
    // the oldest first: what is left after a crash is a log without its beginning, and never one with a hole
    for (const number of old.sort()) await this.#files.remove(fileOf(Number(number)));
  }

  /** Waits for all that was appended, unless it cannot be written. From then on the files may be somebody else's. */
  async close(): Promise<void> {
    await this.#pumping;
    this.#closed = true;
    await this.#files.close();
  }

  #batchFor(size: number): Batch {
    let batch = this.#batches.at(-1);
    if (batch === undefined) {
      batch = { bytes: Buffer.allocUnsafeSlow(FIRST_SLAB), used: 0, last: 0, rolls: false, segment: undefined };
      this.#batches.push(batch);
    }
    if (batch.bytes.length - batch.used < size) {
      const larger = Buffer.allocUnsafeSlow(Math.max(batch.bytes.length * 2, batch.used + size));
      batch.bytes.copy(larger, 0, 0, batch.used);
      batch.bytes = larger;
    }
    return batch;
  }

  #start(): void {
    if (this.#stuck || this.#closed) return;
    this.#pumping ??= this.#pump();
  }

  async #pump(): Promise<void> {
    // what is appended in this turn of the event loop goes into the first batch
    await undefined;
    for (let batch = this.#batches[0]; batch !== undefined && batch.used > 0 && !this.#stuck; batch = this.#batches[0]) {
      this.#batches.shift();
      try {
        await this.#write(batch);
        this.#safe = batch.last;
        this.#port.progress(batch.last);
      } catch (cause) {
        await this.#give(batch);
        this.#port.failed(cause as Error, () => {
          this.#stuck = false;
          this.#start();
        });
      }
    }
    this.#pumping = undefined;
  }

  async #write(batch: Batch): Promise<void> {
    let bytes = batch.bytes.subarray(0, batch.used);
    if (batch.rolls || this.#size >= this.#segmentSize) {
      this.#segment++;
      this.#size = 0;
      if (this.#head.length > 0) bytes = Buffer.concat([this.#head, bytes]);
    }
    const file = fileOf(this.#segment);
    batch.segment = this.#segment;
    await this.#files.append(file, bytes);
    await this.#files.flush(file);
    this.#size += bytes.length;
  }

  /**
   * Takes back a batch that could not be written. What of it stands in the file is cut off, if that can be; and since a disk may forget
   * what it once failed to flush, the batch goes into a new segment the next time.
   */
  async #give(batch: Batch): Promise<void> {
    this.#batches.unshift(batch);
    this.#stuck = true;
    const [file, size] = [fileOf(this.#segment), this.#size];
    this.#size = Number.POSITIVE_INFINITY;
    await this.#files.truncate(file, size).catch(() => undefined);
  }
}

function sealed(content: Buffer): Buffer {
  const record = Buffer.concat([Buffer.alloc(PROLOGUE), content]);
  sealRecord(record, 0, content.length);
  return record;
}

function fileOf(segment: number): string {
  return `${String(segment).padStart(10, '0')}.log`;
}
