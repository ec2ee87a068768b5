/**
 * What the store asks of a folder. Names are plain file names. What was written is safe from the end of this process once `append` has
 * resolved, and safe from the end of the machine once `flush` has: a test may drop everything else.
 */
export interface FilePort {
  /** Names of the files, in no order. */
  list(): Promise<string[]>;
  read(name: string): Promise<Buffer>;
  /** Adds to the end of a file, which is made when it is not there. */
  append(name: string, bytes: Buffer): Promise<void>;
  /** Makes what was appended, and the file's name, outlast the machine. */
  flush(name: string): Promise<void>;
  truncate(name: string, size: number): Promise<void>;
  /** The file is not there any more, and does not come back with the machine: of several, those removed first are gone first. */
  remove(name: string): Promise<void>;
  /** Gives up what it holds open. */
  close(): Promise<void>;
}
