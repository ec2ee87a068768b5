import type { BrokerClock } from '../../../src/lab-broker/clock.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';

/** A clock whose time a test turns by hand, for a broker with sockets: turns of the event loop come by themselves. */
export function createRunningClock(): { readonly clock: BrokerClock; readonly time: Pick<ManualClock, 'pass' | 'waiting'> } {
  const time = createManualClock();
  return { clock: { now: time.now, setTimer: time.setTimer, later: (run) => void setImmediate(run) }, time };
}
