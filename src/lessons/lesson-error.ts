import { UsageError } from '../errors.ts';

/** A lesson file that does not hold to the format: `file:line: what is wrong`. */
export function lessonError(file: string, line: number, message: string, hint?: string): UsageError {
  return new UsageError(`${file}:${line}: ${message}`, hint === undefined ? {} : { hint });
}
