import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder for nobody else's eyes, with all above it, unless it is there. Node's own `recursive` goes on for ever below a folder that
 * says of what it cannot have that it is not there, as `/proc` does. @throws the error of the file system.
 */
export function makeFolder(folder: string): void {
  if (!existsSync(folder)) {
    const above = dirname(folder);
    if (above !== folder) makeFolder(above);
    try {
      mkdirSync(folder, { mode: 0o700 });
    } catch (cause) {
      // another may have been faster
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    }
  }
  // fails where something else stands in its place
  mkdirSync(folder, { recursive: true });
}
