import { applies, type Course } from './course.ts';
import type { CheckAction, Commands, Step } from './lesson.ts';
import { type Difference, type Play, run, show, stop } from './request.ts';
import { complaintOf, differenceOf, type Patience, withPatience } from './verdict.ts';

/** What is shown of commands that are run: each with what it prints, only what it prints (they stand above already), or nothing. */
export type Style = 'echo' | 'plain' | 'quiet';

/** Runs commands; the broker is looked at afterwards. Stops at the first that does not end as the lesson says. */
export function* perform(action: Commands & { readonly as?: string }, style: Style): Play<Difference | undefined> {
  for (const command of action.commands) {
    if (style === 'echo') yield* show({ kind: 'command', command });
    if (action.as !== undefined) {
      yield { do: 'start', lane: action.as, argv: command.argv };
      continue;
    }
    const ran = yield* run(command.argv, action.fails !== undefined);
    if (style !== 'quiet') yield* show({ kind: 'output', ran });
    const difference = differenceOf(action, command, ran);
    if (difference !== undefined) return difference;
  }
  yield { do: 'look', quiet: style === 'quiet' };
  return undefined;
}

/** Runs the solution of a check. */
export function* applySolution(action: CheckAction, style: Style): Play<Difference | undefined> {
  for (const commands of action.solution) {
    const difference = yield* perform(commands, style);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

/** What a check still misses: the words of the first of its commands that fails; undefined once all pass. */
export function* complaintAbout(action: CheckAction, patience: Patience): Play<string | undefined> {
  for (const { argv } of action.commands) {
    const ran = yield* run(withPatience(argv, patience));
    if (ran.exitCode !== 0) return complaintOf(ran);
  }
  return undefined;
}

/** Does to the broker, without a word, what a step does to it when all goes well. */
export function* redo(course: Course, { action }: Step): Play<Difference | undefined> {
  if (action === undefined || !applies(course, action)) return undefined;
  if (action.kind === 'check') return yield* applySolution(action, 'quiet');
  if (action.kind !== 'stop') return yield* perform(action, 'quiet');
  yield* stop(action.lane);
  return undefined;
}
