import type { Broker } from '../client/broker.ts';
import type { LabError } from '../errors.ts';
import type { Gauge } from './gauge.ts';
import type { BenchGround } from './ground.ts';
import type { BenchHost } from './host.ts';
import { compareSequences, type Losses } from './losses.ts';
import { measure } from './measure.ts';
import { type BenchPlan, type PlannedConnection, readersOf } from './plan.ts';
import type { BenchInterval, BenchParameters, BenchReport } from './report.ts';
import { countLeft, setUp, tearDown } from './stage.ts';

/** What a run needs of the world around it. */
export interface BenchWorld {
  readonly ground: BenchGround;
  /** A connection on which queues are made, looked at and removed. */
  connect(): Promise<Broker>;
  /** Ends the run; what was measured until then is still reported. */
  readonly signal: AbortSignal;
  /** Resolves when the producers may begin; before it, all is connected. */
  readonly begin: (signal: AbortSignal) => Promise<void>;
  readonly onInterval: (interval: BenchInterval) => void;
  /** Said to the user as it happens. */
  readonly note: (line: string) => void;
}

/** What a run gave, before it is made a report of. */
export interface BenchOutcome {
  readonly measured: Measured;
  readonly losses: Losses;
  /** Messages in the queues at the end; of queues that nobody consumes from as well. */
  readonly left: number;
  /** Those of them in queues that somebody consumes from. */
  readonly leftToRead: number;
}

/** What was measured in a run. */
export interface Measured {
  readonly gauge: Omit<Gauge, 'all' | 'lastReceivedAt' | 'close'>;
  /** Seconds from the beginning of the measuring. */
  readonly sending: number;
  readonly receiving: number;
  /** Microseconds, while it measured. */
  readonly cpu: number;
  readonly ended: BenchReport['ended'];
  /** Why it failed. */
  readonly failure: LabError | undefined;
}

/** Runs a plan once. Throws what the broker refuses before it began; later failures are in the outcome. Nothing is left on the broker. */
export async function runBench(plan: BenchPlan, parameters: BenchParameters, world: BenchWorld): Promise<BenchOutcome> {
  const broker = await world.connect();
  let hosts: readonly BenchHost[] = [];
  try {
    await setUp(broker, plan);
    hosts = await world.ground.openHosts(shareOut(plan.connections, parameters.threads), parameters.threads > 0);
    const measured = await measure(hosts, plan, parameters, world);
    const accounts = await Promise.all(hosts.map((host) => host.account()));
    // what was acknowledged at last
    await measured.gauge.collect().catch(() => undefined);
    const sent = accounts.flatMap((account) => account.sent);
    const received = accounts.flatMap((account) => account.received);
    const left = await countLeft(broker, plan).catch(() => new Map<string, number>());
    const readers = readersOf(plan);
    const read = [...left].filter(([queue]) => readers.has(queue));
    const sum = (counts: Iterable<readonly [string, number]>) => [...counts].reduce((all, [, count]) => all + count, 0);
    return {
      measured,
      losses: compareSequences(plan, sent, received),
      left: plan.isShared ? sum(left) : 0,
      leftToRead: plan.isShared ? sum(read) : 0,
    };
  } finally {
    await Promise.all(hosts.map((host) => host.close()));
    await remove(broker, plan, world);
  }
}

async function remove(broker: Broker, plan: BenchPlan, world: BenchWorld): Promise<void> {
  try {
    await tearDown(broker, plan).catch(async () => {
      const another = await world.connect();
      await tearDown(another, plan).finally(() => another.close());
    });
  } catch (cause) {
    const names = plan.queues.map(({ queue }) => queue);
    world.note(`${names[0]}${names.length > 1 ? ` and ${names.length - 1} more queues` : ''} could not be removed: ${String(cause)}`);
  } finally {
    await broker.close();
  }
}

/** Consumers and producers on threads of their own, where there are threads for that. */
export function shareOut(connections: readonly PlannedConnection[], threads: number): readonly (readonly PlannedConnection[])[] {
  if (threads < 2) return [connections];
  const [consuming, producing] = [
    connections.filter(({ consumers }) => consumers.length > 0),
    connections.filter(({ producers }) => producers.length > 0),
  ];
  const wanted = Math.round((threads * consuming.length) / connections.length);
  const forConsumers = consuming.length === 0 ? 0 : producing.length === 0 ? threads : Math.min(Math.max(wanted, 1), threads - 1);
  const deal = (all: readonly PlannedConnection[], parts: number) =>
    Array.from({ length: parts }, (_, part) => all.filter((_each, i) => i % parts === part));
  return [...deal(consuming, forConsumers), ...deal(producing, threads - forConsumers)].filter((part) => part.length > 0);
}
