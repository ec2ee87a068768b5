import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../errors.ts';

/** How often one looks for what is new, in milliseconds. */
const PAUSE = 100;
const CHUNK = 65_536;

/**
 * What is in a log, and then what comes, until `ended` says that nothing more will, or `signal` is aborted. A log that was cut is read
 * from its start. Fails with a LabError when there is none.
 */
export async function* readLog(file: string, ended: () => Promise<boolean>, signal: AbortSignal): AsyncIterable<Buffer> {
  const handle = await openLog(file);
  try {
    for (let at = 0; !signal.aborted; ) {
      // asked before reading: what is written between the two is not missed
      const isLast = await ended();
      if ((await handle.stat()).size < at) at = 0;
      for (let chunk = await readAt(handle, at); chunk.length > 0; chunk = await readAt(handle, at)) {
        at += chunk.length;
        yield chunk;
        if (signal.aborted) return;
      }
      if (isLast) return;
      await sleep(PAUSE, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    await handle.close();
  }
}

async function readAt(handle: FileHandle, at: number): Promise<Buffer> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(CHUNK), 0, CHUNK, at);
  return buffer.subarray(0, bytesRead);
}

async function openLog(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new LabError('condition', 'no broker was started here, so there is no log', { cause, hint: 'rmq-lab broker start' });
  }
}
