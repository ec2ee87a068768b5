import { createReadStream } from 'node:fs';
import { UsageError } from '../errors.ts';
import type { Lab } from './lab.ts';

/** The chunks of a file (`-` is stdin), or of stdin. A terminal is no input for data: UsageError. */
export async function* openInput(lab: Lab, file: string | undefined): AsyncIterable<Buffer> {
  const name = file ?? '-';
  if (name === '-') {
    if (lab.stdin.isTTY) {
      throw new UsageError('there is nothing to send: no body, and stdin is a terminal', {
        hint: 'give the body as the last argument, or --file FILE, or pipe it in: printf hello | rmq-lab publish …',
      });
    }
    const { stdin } = lab;
    // a pipe that stays open must not outlive an interruption
    const onInterrupt = () => stdin.destroy(lab.interrupted.reason);
    lab.interrupted.addEventListener('abort', onInterrupt);
    if (lab.interrupted.aborted) onInterrupt();
    try {
      yield* stdin as AsyncIterable<Buffer>;
    } finally {
      lab.interrupted.removeEventListener('abort', onInterrupt);
    }
    return;
  }
  try {
    for await (const chunk of createReadStream(name)) yield chunk as Buffer;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new UsageError(`--file: cannot read '${name}': ${code ?? message}`, { cause, hint: 'give the path of a file' });
  }
}

/** All of a file or of stdin; says so when stdin was empty. */
export async function readAll(lab: Lab, file: string | undefined): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of openInput(lab, file)) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  if (body.length === 0 && (file ?? '-') === '-') lab.note('stdin was empty: the body is empty too (give it as the last argument)');
  return body;
}
