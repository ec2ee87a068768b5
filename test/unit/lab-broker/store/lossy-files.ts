import type { FilePort } from '../../../../src/lab-broker/store/file-port.ts';

/** A folder in memory that can lose what was not flushed, as a machine without power does. */
export interface LossyFiles extends FilePort {
  /** The content of each file, flushed or not. */
  readonly contents: Map<string, Buffer>;
  /**
   * A folder as it is found after the power came back: of what was not flushed, `keep` (0 to 1) is there. With `zeros` a file is as long
   * as it was said to be, and the rest of it was never written.
   */
  afterCrash(keep: number, zeros?: boolean): LossyFiles;
  /** Every write from now on fails like this. */
  failWith: Error | undefined;
}

export function createLossyFiles(contents = new Map<string, Buffer>()): LossyFiles {
  const flushed = new Map([...contents].map(([name, bytes]) => [name, bytes.length]));
  const turn = () => new Promise(setImmediate);
  const files: LossyFiles = {
    contents,
    failWith: undefined,
    list: async () => [...contents.keys()],
    async read(name) {
      await turn();
      return contents.get(name) ?? Buffer.alloc(0);
    },
    async append(name, bytes) {
      if (files.failWith !== undefined) throw files.failWith;
      // it takes a turn, so that more is appended meanwhile
      await turn();
      contents.set(name, Buffer.concat([contents.get(name) ?? Buffer.alloc(0), bytes]));
    },
    async flush(name) {
      if (files.failWith !== undefined) throw files.failWith;
      const size = contents.get(name)?.length ?? 0;
      await turn();
      flushed.set(name, size);
    },
    async truncate(name, size) {
      contents.set(name, (contents.get(name) ?? Buffer.alloc(0)).subarray(0, size));
      flushed.set(name, Math.min(flushed.get(name) ?? 0, size));
    },
    async remove(name) {
      await turn();
      contents.delete(name);
      flushed.delete(name);
    },
    close: async () => undefined,
    afterCrash(keep, zeros = false) {
      const left = new Map<string, Buffer>();
      for (const [name, bytes] of contents) {
        const safe = flushed.get(name) ?? 0;
        const size = safe + Math.floor((bytes.length - safe) * keep);
        // a name that was never flushed may be lost with all that it holds
        if (size === 0 && !zeros) continue;
        left.set(name, Buffer.concat([bytes.subarray(0, size), Buffer.alloc(zeros ? bytes.length - size : 0)]));
      }
      return createLossyFiles(left);
    },
  };
  return files;
}
