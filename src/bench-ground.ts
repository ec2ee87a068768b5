import { availableParallelism, cpus, totalmem } from 'node:os';
import type { BenchGround } from './bench/ground.ts';
import { benchClock } from './bench-clock.ts';
import { openHere, openOnThread } from './bench-threads.ts';
import type { BrokerAddress } from './client/target.ts';

/** This process and this machine, for a bench on the broker that `find` finds. `timeout` is that of each reply, in milliseconds. */
export function createBenchGround(find: () => Promise<readonly BrokerAddress[]>, timeout: number): BenchGround {
  return {
    clock: benchClock,
    cpu() {
      const { user, system } = process.cpuUsage();
      return user + system;
    },
    machine: {
      platform: `${process.platform} ${process.arch}`,
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cpus: availableParallelism(),
      memory: totalmem(),
      node: process.version,
    },
    async openHosts(parts, onThreads) {
      const addresses = await find();
      const open = onThreads ? openOnThread : openHere;
      const opened = await Promise.allSettled(parts.map((connections) => open({ connections, addresses, timeout })));
      const hosts = opened.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
      const refused = opened.find((result) => result.status === 'rejected');
      if (refused === undefined) return hosts;
      await Promise.all(hosts.map((host) => host.close()));
      throw refused.reason;
    },
  };
}
