import { LabError } from '../errors.ts';
import type { Namespace } from '../lessons/namespace.ts';
import type { Ran } from '../lessons/request.ts';

/** The background actors of a lesson: commands that go on while the lesson does. */
export interface Lanes {
  /** Starts a command in a lane of its own; one that is still there ends first. */
  start(lane: string, argv: readonly string[]): void;
  /** Ends it as Ctrl-C would, and answers what it gave; one that nobody started gave nothing. */
  stop(lane: string): Promise<Ran>;
  /** Whether it has come to an end by itself. */
  hasEnded(lane: string): boolean;
  stopAll(): Promise<void>;
}

const NOTHING: Ran = { exitCode: 0, stdout: '', stderr: '' };

/** Begins without any. An interruption of the lesson ends them all. */
export function createLanes(namespace: Namespace, interrupted: AbortSignal): Lanes {
  const running = new Map<string, { readonly control: AbortController; readonly ended: Promise<Ran>; over: boolean }>();
  const stop = async (lane: string): Promise<Ran> => {
    const actor = running.get(lane);
    running.delete(lane);
    actor?.control.abort(new LabError('interrupted', 'interrupted'));
    return (await actor?.ended) ?? NOTHING;
  };
  return {
    stop,
    start(lane, argv) {
      const before = running.has(lane) ? stop(lane) : undefined;
      const control = new AbortController();
      const signal = AbortSignal.any([control.signal, interrupted]);
      const run = async () => (signal.aborted ? NOTHING : namespace.run(argv, signal));
      const ended = before === undefined ? run() : before.then(run);
      const actor = { control, ended, over: false };
      running.set(lane, actor);
      const note = () => {
        actor.over = true;
      };
      ended.then(note, note);
    },
    hasEnded: (lane) => running.get(lane)?.over ?? false,
    async stopAll() {
      for (const lane of [...running.keys()]) await stop(lane);
    },
  };
}
