import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readIfThere } from '../lab-broker/store/claim.ts';
import type { BrokerRecord, ProcessMark } from './broker-record.ts';
import type { Host } from './engine.ts';
import { isAlive, markOf } from './process-table.ts';
import { findRecorded } from './state-file.ts';

/** How often one looks whether it is up, in milliseconds. */
const PAUSE = 20;

/**
 * Notes the process that is to become the lab broker, in case whoever launched it is killed before it is: it may read for long, and has no
 * record until it has done so. The answer takes the note away. Only for whoever keeps all others out by the engine's lock.
 */
export async function noteComing(folder: string, pid: number): Promise<() => void> {
  const { born = '' } = await markOf(pid);
  writeFileSync(fileOf(folder), `${pid} ${born}\n`, { mode: 0o600 });
  return () => forgetComing(folder);
}

/** The process that an earlier start has launched and left alone, if it lives. */
export async function findComing(folder: string, host: Host): Promise<ProcessMark | undefined> {
  const [, pid, born] = /^(\d+) (.*)\n$/.exec(readIfThere(fileOf(folder)) ?? '') ?? [];
  if (!(Number(pid) >= 2)) return undefined;
  const mark = { pid: Number(pid), ...(born === undefined || born === '' ? {} : { born }) };
  return (await isAlive(mark, host)) ? mark : undefined;
}

/** The record of such a process; undefined when it ended without one, or has none after so many milliseconds. */
export async function awaitComing(folder: string, mark: ProcessMark, patience: number, host: Host): Promise<BrokerRecord | undefined> {
  for (const deadline = performance.now() + patience; performance.now() < deadline; await sleep(PAUSE)) {
    const living = await isAlive(mark, host);
    const record = await findRecorded(folder, 'lab', host);
    if (record !== undefined || !living) return record;
  }
  return undefined;
}

/** Takes the note away. */
export function forgetComing(folder: string): void {
  rmSync(fileOf(folder), { force: true });
}

function fileOf(folder: string): string {
  return join(folder, 'broker-lab.coming');
}
