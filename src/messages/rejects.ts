import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { formatEnvelope } from '../client/envelope.ts';
import type { Message } from '../client/message.ts';
import { LabError, UsageError } from '../errors.ts';

/** Where messages go that were not taken. */
export interface Rejects {
  /** The first that was returned; where none was, the first. */
  readonly first: Message | undefined;
  add(message: Message, outcome: 'returned' | 'nacked', reason: string): void;
  /** Resolves when all is written. */
  close(): Promise<void>;
}

/** Lines about rejected messages before they are only counted. */
const SHOWN = 10;

/** Keeps rejected messages as envelopes in a file (made anew), or says so in a line each. Throws UsageError when the file cannot be written. */
export async function createRejects(file: string | undefined, warn: (line: string) => void): Promise<Rejects> {
  const stream = file === undefined ? undefined : await openFile(file);
  let broken: Error | undefined;
  stream?.on('error', (error) => {
    broken = error;
  });
  let first: Message | undefined;
  let firstReturned: Message | undefined;
  let count = 0;
  return {
    get first() {
      return firstReturned ?? first;
    },
    add(message, outcome, reason) {
      first ??= message;
      if (outcome === 'returned') firstReturned ??= message;
      count++;
      if (stream !== undefined) stream.write(`${formatEnvelope(message)}\n`);
      else if (count <= SHOWN)
        warn(`${outcome}: ${message.body.length} bytes for exchange '${message.exchange}', key '${message.routingKey}': ${reason}`);
    },
    async close() {
      if (stream === undefined) {
        if (count > SHOWN) warn(`… and ${count - SHOWN} more (--rejected FILE keeps them)`);
        return;
      }
      if (broken === undefined) {
        stream.end();
        // not `once`, which would reject with the bare error
        await new Promise<void>((resolve) => stream.once('close', () => resolve()));
      }
      if (broken !== undefined) {
        throw new LabError('unexpected', `--rejected: '${file}' could not be written: ${broken.message}`, {
          cause: broken,
          hint: 'name another file: --rejected FILE',
        });
      }
    },
  };
}

async function openFile(file: string): Promise<WriteStream> {
  const stream = createWriteStream(file);
  try {
    await once(stream, 'open');
    return stream;
  } catch (cause) {
    throw new UsageError(`--rejected: cannot write '${file}': ${(cause as NodeJS.ErrnoException).code}`, {
      cause,
      hint: 'give a file that can be written',
    });
  }
}
