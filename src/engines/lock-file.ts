import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../errors.ts';
import { claim, discard } from '../lab-broker/store/claim.ts';
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
  try {
    return await whileLocked(file, host, use, patience);
  } catch (cause) {
    throw stateFailure(cause, dirname(file));
  }
}

async function whileLocked<T>(file: string, host: Host, use: () => Promise<T>, patience: number): Promise<T> {
  const deadline = performance.now() + patience;
  const own = `${host.pid} ${performance.timeOrigin + performance.now()}\n`;
  for (;;) {
    const other = await claim(file, own, (content) => !host.signal(Number.parseInt(content, 10) || 0, 0));
    if (other === undefined) break;
    if (performance.now() >= deadline) {
      const pid = Number.parseInt(other, 10);
      throw new LabError('unexpected', `process ${pid} has been starting or stopping the broker for ${patience / 1000} s`, {
        hint: `end it; if it is something else, remove ${file}`,
      });
    }
    await sleep(PAUSE);
  }
  try {
    return await use();
  } finally {
    discard(file, own);
  }
}
