import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Makes a file with this content unless it is there: whole, or not at all, and for one of those who try at once. Answers undefined, or
 * what stands in the file of whoever was first. Content that `isStale` is thrown away. @throws the error of the file system.
 */
export async function claim(
  file: string,
  content: string,
  isStale: (content: string) => boolean | Promise<boolean>,
): Promise<string | undefined> {
  const own = besides(file);
  // a link cannot replace a file, as a rename would, and shows it only when it is written
  try {
    writeFileSync(own, content, { flag: 'wx', mode: 0o600 });
    for (;;) {
      try {
        linkSync(own, file);
        return undefined;
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
      }
      const found = readIfThere(file);
      if (found === undefined) continue;
      if (!(await isStale(found))) return found;
      discard(file, found);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** Removes a file if this is what stands in it, and not what somebody put there since. */
export function discard(file: string, content: string): void {
  if (readIfThere(file) !== content) return;
  const aside = besides(file);
  try {
    renameSync(file, aside);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw cause;
  }
  try {
    // between the look and the rename another may have done the same and claimed the file
    if (readIfThere(aside) !== content) linkSync(aside, file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** The text of a file; undefined when there is none. */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw cause;
  }
}

/** A name beside this file that nobody else takes. */
export function besides(file: string): string {
  return `${file}.${randomBytes(6).toString('hex')}.tmp`;
}
