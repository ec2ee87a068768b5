import { join } from 'node:path';
import type { Host } from './engines/engine.ts';

/** This process, for engines: they may not touch it themselves. */
export function createHost(env: Host['env']): Host {
  return {
    pid: process.pid,
    // the words by which such a process is known
    brokerProgram: [process.execPath, join(import.meta.dirname, '../bin/rmq-lab-broker.js'), 'broker', 'run'],
    env,
    signal(pid, signal) {
      try {
        return process.kill(pid, signal);
      } catch (cause) {
        // it is there, but another user's
        return (cause as NodeJS.ErrnoException).code === 'EPERM';
      }
    },
  };
}
