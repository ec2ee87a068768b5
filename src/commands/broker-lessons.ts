import type { RunningBroker } from '../engines/engine.ts';
import { findAllRunning } from '../engines/state-file.ts';
import { stateFolder } from '../lessons/state-folder.ts';
import { ownerOf } from '../output/status-view.ts';
import type { Lab } from './lab.ts';

/** The brokers of lessons that are being played on this machine, the newest first: they are no engine's, and end with their lesson. */
export async function findLessons({ env, host }: Lab): Promise<readonly RunningBroker[]> {
  return (await findAllRunning(stateFolder(env), host)).filter(({ lesson }) => lesson !== undefined);
}

/** Says whose brokers go on where there was none to stop. */
export async function noteLessons(lab: Lab): Promise<void> {
  for (const broker of await findLessons(lab)) {
    lab.note(`the broker at ${broker.url} goes on: it belongs to ${ownerOf(broker)}; it ends with the lesson (q there)`);
  }
}
