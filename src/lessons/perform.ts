import { applies, type Course } from './course.ts';
import type { CheckAction, Commands, Step } from './lesson.ts';
import { type Difference, type Play, run, show, stop } from './request.ts';
import { complaintOf, differenceOf, type Patience, withPatience } from './verdict.ts';

/** What is shown of commands that are run: each with what it prints, only what it prints (they stand above already), or nothing. */
export type Style = 'echo' | 'plain' | 'quiet';

/** Runs commands, from the first or a later one on; the broker is looked at afterwards. Stops at the first that does not end as the lesson says. */
export function* perform(action: Commands & { readonly as?: string }, style: Style, from = 0): Play<Difference | undefined> {
  for (const command of action.commands.slice(from)) {
    if (style === 'echo') yield* show({ kind: 'command', command });
    if (action.as !== undefined) {
      yield { do: 'start', lane: action.as, argv: command.argv };
      if (style !== 'quiet') yield* show({ kind: 'lane', lane: action.as });
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

/** Runs the solution of a check, but for as many of its commands as are done already. */
export function* applySolution(action: CheckAction, style: Style, done = 0): Play<Difference | undefined> {
  let left = done;
  for (const commands of action.solution) {
    const from = Math.min(left, commands.commands.length);
    left -= from;
    if (from === commands.commands.length) continue;
    const difference = yield* perform(commands, style, from);
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

/** Builds the lesson anew up to the current step, without a word. A difference: that does not work either. */
export function* rebuild(course: Course): Play<Difference | undefined> {
  course.changed = false;
  yield { do: 'clear' };
  for (const step of course.lesson.steps.slice(0, course.at)) {
    const difference = yield* redo(course, step);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

/** Where commands of the learner's own may have changed what comes next, puts everything back, and says so. True when it did. */
export function* putBack(course: Course): Play<boolean> {
  if (!course.changed) return false;
  yield* show({ kind: 'note', text: 'your own commands may have changed the queues; putting things back as the lesson has them …' });
  yield* rebuild(course);
  return true;
}

/**
 * Does what can go wrong for the learner's doing as well as for the lesson's: only what goes wrong on a lesson built anew, too, is the
 * lesson's fault. `again`: what is tried, told whether it is on a lesson built anew. Unattended, nobody else can have done anything.
 */
export function* attempt<T extends { readonly difference?: Difference }>(course: Course, go: (anew: boolean) => Play<T>): Play<T> {
  const anew = !course.options.auto && (yield* putBack(course));
  const tried = yield* go(anew);
  if (tried.difference === undefined || anew || course.options.auto) return tried;
  const why = 'this is not what the lesson expected; commands of your own may have changed the queues.';
  yield* show({ kind: 'note', text: `${why} Putting things back as the lesson has them, and doing it again …` });
  yield* rebuild(course);
  return yield* go(true);
}
