import { LabError } from '../errors.ts';
import { createGauge, type Gauge } from './gauge.ts';
import type { BenchHost } from './host.ts';
import { type BenchPlan, copiesOf } from './plan.ts';
import type { BenchInterval, BenchParameters, BenchReport } from './report.ts';
import type { BenchWorld, Measured } from './run.ts';

/** Seconds in which nothing comes, after which nothing more is waited for. */
const QUIET = 2;
/** Seconds for which a broker may take no messages before the run is given up. */
const BLOCKED = 10;
/** Seconds that a run which is ended early still waits for what is on its way. */
const SHORT_DRAIN = 5;
/** Seconds of an interval. */
const INTERVAL = 1;
/** Milliseconds between two looks at what still comes. */
const LOOK = 20;

/** How a run ended, once it has. */
interface End {
  readonly how: BenchReport['ended'];
  readonly failure?: LabError;
}

/** What may end a run, and has. */
interface Course {
  readonly over: AbortSignal;
  readonly end: () => End | undefined;
  /** Ends it; once it is over only a failure changes how it ended. */
  readonly finish: (end: End) => void;
  /** Why the broker takes no messages, and since when. */
  readonly blocked: () => { readonly reason: string; readonly since: number } | undefined;
}

/** Has the hosts make their load, and measures: warm-up, the measured time, and what comes after the last message was sent. */
export async function measure(
  hosts: readonly BenchHost[],
  plan: BenchPlan,
  parameters: BenchParameters,
  world: BenchWorld,
): Promise<Measured> {
  const { signal } = world;
  const { clock } = world.ground;
  const course = createCourse(hosts, world);
  const onInterrupted = () => course.finish({ how: 'interrupted' });
  if (signal.aborted) onInterrupted();
  signal.addEventListener('abort', onInterrupted);
  try {
    await world.begin(course.over);
    const startedAt = clock.now();
    const measureFrom = startedAt + parameters.warmup * 1e9;
    const until = parameters.duration === undefined ? Number.POSITIVE_INFINITY : measureFrom + parameters.duration * 1e9;
    const gauge = await createGauge(hosts, () => clock.now(), startedAt);
    let cpuAt = world.ground.cpu();
    if (!course.over.aborted) {
      void Promise.all(hosts.map((host) => host.produced)).then(() =>
        course.finish({ how: parameters.duration === undefined ? 'count' : 'time' }),
      );
      for (const host of hosts) host.produce(measureFrom, until);
    }
    await readIntervals('warm-up', gauge, course, world, startedAt, measureFrom);
    if (!course.over.aborted) cpuAt = world.ground.cpu();
    await readIntervals('measured', gauge, course, world, measureFrom, until);
    course.finish({ how: 'time' });
    for (const host of hosts) host.stopProducing();
    const sentAt = Math.min(clock.now(), until);
    const cpu = world.ground.cpu() - cpuAt;
    const end = await drain(gauge, plan, parameters, course, world);
    const seconds = (to: number) => Math.max((to - measureFrom) / 1e9, 0);
    return { gauge, sending: seconds(sentAt), receiving: seconds(gauge.lastReceivedAt), cpu, ended: end.how, failure: end.failure };
  } finally {
    signal.removeEventListener('abort', onInterrupted);
  }
}

function createCourse(hosts: readonly BenchHost[], { ground: { clock } }: BenchWorld): Course {
  const over = new AbortController();
  let end: End | undefined;
  let blocked: ReturnType<Course['blocked']>;
  const finish = (how: End) => {
    // what fails while the rest is waited for has failed, too
    if (end === undefined || (end.failure === undefined && how.failure !== undefined)) end = how;
    over.abort();
  };
  for (const host of hosts) {
    void host.failed.then((failure) => finish({ how: 'failed', failure }));
    host.onBlocked((reason) => {
      blocked = reason === undefined ? undefined : { reason, since: blocked?.since ?? clock.now() };
    });
  }
  return { over: over.signal, end: () => end, finish, blocked: () => blocked };
}

/** Ends an interval each second between the two, the last one when the run is over. */
async function readIntervals(
  phase: BenchInterval['phase'],
  gauge: Gauge,
  course: Course,
  world: BenchWorld,
  from: number,
  to: number,
): Promise<void> {
  const { clock } = world.ground;
  for (let edge = from; edge < to && !course.over.aborted; ) {
    edge = Math.min(edge + INTERVAL * 1e9, to);
    for (let left = edge - clock.now(); left > 0 && !course.over.aborted; left = edge - clock.now()) {
      await clock.pause(Math.max(left / 1e6, 1), course.over);
    }
    world.onInterval(await gauge.close(phase, course.blocked()?.reason));
    const blocked = course.blocked();
    if (blocked === undefined || clock.now() - blocked.since < BLOCKED * 1e9) continue;
    course.finish({ how: 'failed', failure: noTaker(blocked.reason, ` for ${BLOCKED} s`) });
  }
}

function noTaker(reason: string, howLong: string): LabError {
  return new LabError('unreachable', `the broker took no messages${howLong}: ${reason}`, {
    hint: 'rmq-lab doctor shows what is wrong with it',
  });
}

/** Waits for what is on its way: until all came, nothing more comes, or the time for it is up. Answers how the run ended. */
async function drain(gauge: Gauge, plan: BenchPlan, parameters: BenchParameters, course: Course, world: BenchWorld): Promise<End> {
  const { clock } = world.ground;
  const blocked = course.blocked();
  const end: End = course.end() ?? { how: 'time' };
  if (end.how === 'failed') return end;
  if (blocked !== undefined) return { how: 'failed', failure: noTaker(blocked.reason, ' at the end') };
  const copies = copiesOf(plan);
  const patience = (end.how === 'interrupted' ? Math.min(SHORT_DRAIN, parameters.drain) : parameters.drain) * 1e9;
  const quiet = Math.max(QUIET, (parameters.consumerDelay * 3) / 1000) * 1e9;
  const from = clock.now();
  const never = new AbortController();
  let [lastCount, movedAt, closedAt] = [-1, from, from];
  for (;;) {
    await gauge.collect();
    const now = clock.now();
    const { sent, returned, nacked, unanswered, confirmed, received } = gauge.all;
    if (received + confirmed !== lastCount) movedAt = now;
    lastCount = received + confirmed;
    const isAnswered = parameters.confirm === 0 || confirmed + returned + nacked + unanswered >= sent;
    const isDone = isAnswered && received >= Math.floor((sent - returned - nacked - unanswered) * copies);
    const isOver = isDone || now - movedAt > quiet || now - from > patience;
    if (isOver || now - closedAt > INTERVAL * 1e9) {
      world.onInterval(await gauge.close('drain', course.blocked()?.reason));
      closedAt = now;
    }
    const failed = course.end();
    if (failed?.how === 'failed') return failed;
    if (isDone || now - movedAt > quiet) return end;
    if (isOver) return end.how === 'interrupted' ? end : { how: 'drain' };
    await clock.pause(LOOK, never.signal);
  }
}
