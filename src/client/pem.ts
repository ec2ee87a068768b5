import { readFile } from 'node:fs/promises';
import { UsageError } from '../errors.ts';

/** Reads a PEM file; a UsageError names the option when that fails. */
export async function readPem(file: string, option: string): Promise<Buffer> {
  return readFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(`${option}: cannot read '${file}': ${cause.code ?? cause.message}`, {
      cause,
      hint: 'give the path of a PEM file',
    });
  });
}
