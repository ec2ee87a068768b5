import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../errors.ts';
import { claim, discard, readIfThere } from '../lab-broker/store/claim.ts';
import type { Host } from './engine.ts';
import { stateFailure } from './state-failure.ts';

/** How long another may hold it, in milliseconds: longer than a start or stop of the lab broker takes. */
const PATIENCE = 30_000;
/** How often one looks whether it is free, in milliseconds. */
const PAUSE = 20;

/**
 * Runs `use` while nobody else holds the file, waiting for them so many milliseconds. Whoever died holding it holds it no more. A folder
 * that takes nothing, now or in `use`, is a LabError that names it.
 */
export async function withLockFile<T>(file: string, host: Host, use: () => Promise<T>, patience = PATIENCE): Promise<T> {
  return whileLocked(file, host, use, patience, false);
}

/**
 * The same for what ends a broker: where the file cannot be written, it waits for whoever holds it and then does without. A broker whose
 * disk is full must be able to be stopped.
 */
export async function withLockFileIfPossible<T>(file: string, host: Host, use: () => Promise<T>, patience = PATIENCE): Promise<T> {
  return whileLocked(file, host, use, patience, true);
}

async function whileLocked<T>(file: string, host: Host, use: () => Promise<T>, patience: number, orWithout: boolean): Promise<T> {
  try {
    const own = await take(file, host, patience, orWithout);
    try {
      return await use();
    } finally {
      discard(file, own);
    }
  } catch (cause) {
    throw stateFailure(cause, dirname(file));
  }
}

/** Takes the file, and answers what it put there. */
async function take(file: string, host: Host, patience: number, orWithout: boolean): Promise<string> {
  const deadline = performance.now() + patience;
  const own = `${host.pid} ${performance.timeOrigin + performance.now()}\n`;
  for (;;) {
    const isStale = (content: string) => !host.signal(Number.parseInt(content, 10) || 0, 0);
    const other = await claim(file, own, isStale).catch((cause) => {
      if (!orWithout) throw cause;
      const found = readIfThere(file);
      return found === undefined || isStale(found) ? undefined : found;
    });
    if (other === undefined) return own;
    if (performance.now() >= deadline) {
      const pid = Number.parseInt(other, 10);
      throw new LabError('unexpected', `process ${pid} has been starting or stopping the broker for ${patience / 1000} s`, {
        hint: `end it; if it is something else, remove ${file}`,
      });
    }
    await sleep(PAUSE);
  }
}
