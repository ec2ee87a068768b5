import { existsSync, mkdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { LabError } from '../errors.ts';

/** The program's folder among the files that are kept between runs: `rmq-lab` in `XDG_STATE_HOME`, else in `~/.local/state`. */
export function stateFolder(env: Readonly<Record<string, string | undefined>>): string {
  const { XDG_STATE_HOME: named, HOME: home } = env;
  if (named !== undefined && isAbsolute(named)) return join(named, 'rmq-lab');
  return join(home === undefined || home === '' ? ownHome() : home, '.local', 'state', 'rmq-lab');
}

/** The home folder of who runs this; `/` of a user whom this machine does not know, as shells have it. */
function ownHome(): string {
  try {
    return userInfo().homedir;
  } catch {
    return '/';
  }
}

/** Makes a folder with all above it. Fails with a LabError that says where else it could be. */
export function makeFolder(folder: string): void {
  try {
    for (const missing of missingOf(folder)) mkdirIfMissing(missing);
    // fails where something else stands in its place
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new LabError('unexpected', `cannot keep state in ${folder}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
      hint: 'name a folder that can be written to: XDG_STATE_HOME=/path',
    });
  }
}

/**
 * The folders on the way to this one that are not there, from the outermost. They are made one by one, since Node's own way goes on for
 * ever where a folder says of what it cannot have that it is not there, as `/proc` does.
 */
function missingOf(folder: string): string[] {
  return existsSync(folder) || dirname(folder) === folder ? [] : [...missingOf(dirname(folder)), folder];
}

function mkdirIfMissing(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  }
}
