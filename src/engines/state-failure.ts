import { types } from 'node:util';
import { LabError } from '../errors.ts';

/** What a file system says that is full, or not to be written to, and what to do about it. */
const REFUSALS: Readonly<Record<string, string>> = {
  ENOSPC: 'make room there',
  EDQUOT: 'make room there',
  EACCES: 'make it one that you may write to',
  EPERM: 'make it one that you may write to',
  EROFS: 'take one that can be written to',
  ENOENT: 'take one that can be made',
  ENOTDIR: 'take one that can be made',
  EISDIR: 'see what stands there in the place of a file',
  EIO: 'check the disk',
  EEXIST: 'take one that can be made',
};

/** What to say of a folder that does not take what a broker writes; what is no such failure is answered as it is. `other`: how to name another folder. */
export function folderFailure(cause: unknown, what: string, folder: string, other: string): unknown {
  if (!types.isNativeError(cause) || cause instanceof LabError) return cause;
  const { code = '', syscall } = cause as NodeJS.ErrnoException;
  const remedy = REFUSALS[code];
  if (remedy === undefined || syscall === undefined || syscall === 'listen' || syscall.startsWith('spawn')) return cause;
  return new LabError('unexpected', `cannot keep ${what} in ${folder}: ${cause.message}`, { cause, hint: `${remedy}, or ${other}` });
}

/** The same of the state folder. */
export function stateFailure(cause: unknown, folder: string): unknown {
  return folderFailure(cause, 'state', folder, 'name another folder: XDG_STATE_HOME=/path');
}
