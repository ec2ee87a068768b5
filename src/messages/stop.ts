import type { LabError } from '../errors.ts';
import type { ConsumeRequest, StopReason } from './consume-request.ts';
import type { PumpContext } from './pump.ts';

/** The one place where a consumption's end is decided: the first reason counts. */
export interface Stop {
  readonly reason: Promise<StopReason | LabError>;
  /** Aborted with the first reason. */
  readonly signal: AbortSignal;
  stop(reason: StopReason | LabError): void;
}

/** Creates a Stop that nothing has stopped yet. */
export function createStop(): Stop {
  const controller = new AbortController();
  let resolve: (reason: StopReason | LabError) => void = () => undefined;
  const reason = new Promise<StopReason | LabError>((settle) => {
    resolve = settle;
  });
  return {
    reason,
    signal: controller.signal,
    stop(why) {
      resolve(why);
      controller.abort();
    },
  };
}

/** What the limits look at. */
export interface Watched {
  readonly startedAt: number;
  /** When a message last came or was dealt with, in milliseconds since 1970. */
  lastActivity(): number;
  /** Whether anything is still being worked on. */
  isWorking(): boolean;
  /** The number of ready messages in the queue. */
  ready(): Promise<number>;
}

/** How quiet a queue must be before it is asked whether it is empty, in milliseconds. */
const QUIET = 50;
/** What a timer can hold, in milliseconds: 24 days. */
const LONGEST_SLEEP = 2 ** 31 - 1;

/** Watches a request's limits (`timeout`, `idleTimeout`, `untilEmpty`) and stops when one is reached. */
export function watchLimits(request: ConsumeRequest, watched: Watched, ending: Stop, { clock }: PumpContext): void {
  const { timeout, idleTimeout } = request;
  /** Waits until `due()` has passed, over again while it moves; false when it all ended meanwhile. */
  const reached = async (due: () => number): Promise<boolean> => {
    for (let left = due() - clock.now(); left > 0 && !ending.signal.aborted; left = due() - clock.now()) {
      await clock.sleep(Math.min(left, LONGEST_SLEEP), ending.signal);
    }
    return !ending.signal.aborted;
  };
  const quietSince = () => (watched.isWorking() ? clock.now() : watched.lastActivity());

  if (timeout !== undefined) void reached(() => watched.startedAt + timeout).then((due) => due && ending.stop('timeout'));
  if (idleTimeout !== undefined) void reached(() => quietSince() + idleTimeout).then((due) => due && ending.stop('idle'));
  if (request.untilEmpty) void watchEmpty().catch((cause) => ending.stop(cause as LabError));

  async function watchEmpty(): Promise<void> {
    // asked twice in a row, since a quorum queue's count may lag behind what it has handed out
    for (let empties = 0; empties < 2; ) {
      if (!(await reached(() => quietSince() + QUIET))) return;
      const seen = watched.lastActivity();
      const ready = await watched.ready();
      empties = ready === 0 && seen === watched.lastActivity() && !watched.isWorking() ? empties + 1 : 0;
      if (empties < 2) await clock.sleep(QUIET, ending.signal);
    }
    ending.stop('empty');
  }
}
