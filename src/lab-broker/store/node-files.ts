import { closeSync, fdatasync as fdatasyncCallback, openSync, write as writeCallback } from 'node:fs';
import { open, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FilePort } from './file-port.ts';

const fdatasync = promisify(fdatasyncCallback);
const write = promisify(writeCallback);

/** A folder on this machine's disk, which is there. */
export function openFolder(folder: string): FilePort {
  const handles = new Map<string, number>();
  /** Files whose name is not yet on disk for certain. */
  const unnamed = new Set<string>();

  const handleOf = (name: string): number => {
    const known = handles.get(name);
    if (known !== undefined) return known;
    const handle = openSync(join(folder, name), 'a', 0o600);
    handles.set(name, handle);
    unnamed.add(name);
    return handle;
  };
  const shut = (name: string): void => {
    const handle = handles.get(name);
    handles.delete(name);
    unnamed.delete(name);
    if (handle !== undefined) closeSync(handle);
  };

  const flushNames = async (): Promise<void> => {
    const directory = await open(folder);
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  };

  return {
    list: () => readdir(folder),
    read: (name) => readFile(join(folder, name)),
    async append(name, bytes) {
      const handle = handleOf(name);
      for (let at = 0; at < bytes.length; ) at += (await write(handle, bytes, at, bytes.length - at)).bytesWritten;
    },
    async flush(name) {
      await fdatasync(handleOf(name));
      if (!unnamed.has(name)) return;
      await flushNames();
      unnamed.delete(name);
    },
    async truncate(name, size) {
      shut(name);
      await truncate(join(folder, name), size);
    },
    async remove(name) {
      shut(name);
      await rm(join(folder, name), { force: true });
      await flushNames();
    },
    async close() {
      for (const name of [...handles.keys()]) shut(name);
    },
  };
}
