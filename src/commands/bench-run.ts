import { randomBytes, randomInt } from 'node:crypto';
import type { BenchGround } from '../bench/ground.ts';
import { planBench } from '../bench/plan.ts';
import type { BenchInterval, BenchParameters, SavedBench } from '../bench/report.ts';
import { reportOf } from '../bench/report-of.ts';
import { runBench } from '../bench/run.ts';
import type { ServerInfo } from '../client/broker.ts';
import { isLoopback, showAddress, type Target } from '../client/target.ts';
import { LabError } from '../errors.ts';
import type { Lab } from './lab.ts';

/** Where a bench runs, once that is settled. */
export interface BenchPlace {
  readonly ground: BenchGround;
  readonly target: Target;
  readonly server: ServerInfo;
}

/** Finds the broker, asks before it loads one of another machine, and connects once. */
export async function settleBench(lab: Lab, ground: BenchGround): Promise<BenchPlace> {
  await lab.bringBroker();
  const target = await lab.target();
  const remote = target.addresses.find((one) => !isLoopback(one));
  if (remote !== undefined && !(await lab.confirm(`This puts load on ${showAddress(remote)}, which is another machine. Go on?`))) {
    if (lab.interrupted.aborted) throw lab.interrupted.reason;
    throw new LabError('interrupted', 'nothing was measured');
  }
  return { ground, target, server: await lab.withBroker(async (broker) => broker.server) };
}

/** What is told of a run while it goes on, and when it begins. */
export interface BenchHooks {
  readonly onInterval?: (interval: BenchInterval) => void;
  /** Milliseconds since 1970 at which the producers begin. */
  readonly startAt?: number;
}

/** One run, with its report; `failure` is how the broker ended it, if it did. */
export interface BenchRun {
  readonly report: SavedBench;
  readonly failure: LabError | undefined;
}

/** Runs a load once, under a name of its own. */
export async function benchOnce(lab: Lab, place: BenchPlace, parameters: BenchParameters, hooks: BenchHooks = {}): Promise<BenchRun> {
  const { ground, target, server } = place;
  const name = `rmq-lab.bench.${randomBytes(3).toString('hex')}`;
  let startedAt = lab.clock.now();
  const outcome = await runBench(planBench(parameters, name, randomInt(2 ** 32 - 1)), parameters, {
    ground,
    connect: () => lab.connect(),
    signal: lab.interrupted,
    async begin(signal) {
      const wait = (hooks.startAt ?? 0) - lab.clock.now();
      if (wait > 0) await lab.clock.sleep(wait, signal);
      startedAt = lab.clock.now();
    },
    onInterval: (interval) => hooks.onInterval?.(interval),
    note: (line) => lab.warn(line),
  });
  const context = { name, parameters, server, addresses: target.addresses.map(showAddress), machine: ground.machine };
  const report = reportOf(outcome, { ...context, startedAt: new Date(startedAt).toISOString() });
  return { report, failure: outcome.measured.failure };
}
