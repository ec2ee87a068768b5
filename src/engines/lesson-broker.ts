import { hostname } from 'node:os';
import { REFERENCE_VERSION } from '../lab-broker/greeting.ts';
import type { BrokerRecord } from './broker-record.ts';
import type { Host, RunningBroker } from './engine.ts';
import { markOf } from './process-table.ts';
import { enter, strike } from './state-file.ts';

/**
 * Enters the lab broker that runs in this process, for a lesson, where other processes find it; answers what takes it back. One lesson
 * at a time in a process. `folder` is the state folder, and exists; `url` is without user. @throws the error of the file system.
 */
export async function enterLesson(
  broker: Pick<RunningBroker, 'url' | 'api'> & Required<Pick<RunningBroker, 'lesson'>>,
  { folder, host, now }: { readonly folder: string; readonly host: Host; readonly now: number },
): Promise<() => void> {
  const slot = `lesson-${host.pid}` as const;
  const record: BrokerRecord = {
    engine: 'lab',
    ...broker,
    ...(await markOf(host.pid)),
    version: REFERENCE_VERSION,
    startedAt: new Date(now).toISOString(),
    host: hostname(),
    options: {},
  };
  await enter(folder, slot, record, host);
  return () => strike(folder, slot, record);
}
