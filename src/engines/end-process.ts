import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../errors.ts';
import type { ProcessMark } from './broker-record.ts';
import type { Host } from './engine.ts';
import { isAlive } from './process-table.ts';

const PAUSE = 10;
/** How long a process may take to end that was given no choice, in milliseconds. */
const KILL_TIME = 5_000;

/** Ends a process and waits until it is gone: asks it (`stop`) for so many milliseconds, then ends it as a crash would (`kill`). */
export async function endProcess(mark: ProcessMark, how: 'stop' | 'kill', patience: number, host: Host): Promise<void> {
  if (!(await isAlive(mark, host))) return;
  host.signal(mark.pid, how === 'kill' ? 'SIGKILL' : 'SIGTERM');
  if (await isGone(mark, patience, host)) return;
  host.signal(mark.pid, 'SIGKILL');
  if (await isGone(mark, KILL_TIME, host)) return;
  throw new LabError('unexpected', `the broker (process ${mark.pid}) does not end`, { hint: `look at it: ps -p ${mark.pid}` });
}

async function isGone(mark: ProcessMark, patience: number, host: Host): Promise<boolean> {
  for (const deadline = performance.now() + patience; performance.now() < deadline; await sleep(PAUSE)) {
    if (!(await isAlive(mark, host))) return true;
  }
  return false;
}
