import type { BenchHost } from './host.ts';
import type { PlannedConnection } from './plan.ts';
import type { BenchClock } from './producer.ts';
import type { BenchMachine } from './report.ts';

/** What a bench needs of the process and the machine that it runs on. */
export interface BenchGround {
  readonly clock: BenchClock;
  /** CPU time of this process so far, in microseconds. */
  cpu(): number;
  readonly machine: BenchMachine;
  /**
   * Opens a host for each part of the connections, which are spread over the broker's addresses: on a thread for each, or all on this one.
   * Rejects, with none left open, when one cannot be opened.
   */
  openHosts(parts: readonly (readonly PlannedConnection[])[], onThreads: boolean): Promise<readonly BenchHost[]>;
}
