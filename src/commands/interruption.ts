import { LabError } from '../errors.ts';
import type { Lab } from './lab.ts';

/** Resolves with the promise, or rejects with the interruption when that comes first: a stuck stdout must not hold a command. */
export async function unlessInterrupted<T>(lab: Pick<Lab, 'interrupted'>, promise: Promise<T>): Promise<T> {
  if (lab.interrupted.aborted) throw interruption(lab);
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(interruption(lab));
    lab.interrupted.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    lab.interrupted.removeEventListener('abort', onAbort);
  }
}

/** The failure to end an interrupted command with. */
export function interruption(lab: Pick<Lab, 'interrupted'>): LabError {
  return lab.interrupted.reason instanceof LabError ? lab.interrupted.reason : new LabError('interrupted', 'interrupted');
}
