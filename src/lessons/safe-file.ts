import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Replaces a file as a whole: whoever reads it meets the old content or the new, never a part, and once this returns the new
 * content survives a crash.
 */
export function replaceFile(file: string, content: string): void {
  const temporary = `${file}.${Math.random().toString(36).slice(2, 10)}.tmp`;
  try {
    withFile(temporary, 'wx', (handle) => {
      writeSync(handle, content);
      fsyncSync(handle);
    });
    renameSync(temporary, file);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw cause;
  }
  syncFolder(dirname(file));
}

/** Makes a rename or removal in the folder last. Where folders cannot be opened (Windows) the system sees to it. */
function syncFolder(folder: string): void {
  try {
    withFile(folder, 'r', fsyncSync);
  } catch {
    // not every file system can do it; the content itself is safe
  }
}

function withFile(file: string, flags: string, use: (handle: number) => void): void {
  const handle = openSync(file, flags, 0o600);
  try {
    use(handle);
  } finally {
    closeSync(handle);
  }
}
