import { playCheck } from './check-step.ts';
import {
  applies,
  askFor,
  type Course,
  disagree,
  isSameLine,
  mayChange,
  type PlayOptions,
  type StepEnd,
  stopOwn,
  type TypedCommand,
} from './course.ts';
import type { Lesson, RunAction, Step } from './lesson.ts';
import { attempt, perform, putBack, redo } from './perform.ts';
import { playPredict } from './predict-step.ts';
import { type Difference, type Play, show, stop } from './request.ts';
import { differenceOf } from './verdict.ts';

/** How a lesson ended. */
export interface Played {
  /** False: the learner left, or `auto` met a difference. */
  readonly finished: boolean;
  /** Predictions and checks that the learner skipped. */
  readonly skipped: number;
  readonly differences: readonly Difference[];
}

/**
 * A lesson as a state machine: it asks for everything (to show, to run, to ask, to look) by yielding a request and goes on
 * with the answer. It does no I/O, knows no terminal and no broker; who drives it decides what a request means.
 */
export function* playLesson(lesson: Lesson, options: PlayOptions): Play<Played> {
  const course: Course = { lesson, options, differences: [], at: 0, changed: false, busy: false };
  const from = yield* catchUp(course);
  let { skipped } = options;
  for (const [index, step] of lesson.steps.entries()) {
    if (index < from) continue;
    course.at = index;
    yield { do: 'reached', step: index, skipped };
    if (step.action !== undefined && step.action.kind !== 'stop') yield* putBack(course);
    if (step.text !== '') yield* show({ kind: 'text', markdown: step.text });
    const end = yield* playStep(course, step);
    if (end !== 'left') yield* stopOwn(course);
    if (end === 'skipped') skipped += 1;
    if (end === 'left') return { finished: false, skipped, differences: course.differences };
  }
  return { finished: true, skipped, differences: course.differences };
}

function* playStep(course: Course, { action }: Step): Play<StepEnd> {
  if (action === undefined) return 'done';
  if (!applies(course, action)) {
    const when = 'when' in action ? (action.when as string) : '';
    yield* show({ kind: 'note', text: `skipped: this step needs RabbitMQ ${when}, and here is ${course.options.version}` });
    return 'done';
  }
  switch (action.kind) {
    case 'run':
      return yield* playRun(course, action);
    case 'stop':
      yield* show({ kind: 'lane', lane: action.lane, ran: yield* stop(action.lane) });
      yield { do: 'look', quiet: false };
      return 'done';
    case 'predict':
      return yield* playPredict(course, action);
    case 'check':
      return yield* playCheck(course, action);
  }
}

function* playRun(course: Course, action: RunAction): Play<StepEnd> {
  const { auto } = course.options;
  if (!auto) yield* show({ kind: 'commands', commands: action.commands });
  let typed = 0;
  for (let kind: 'go' | 'again' = 'go'; ; ) {
    const input = auto
      ? { kind: 'go' as const }
      : yield* askFor(course, kind, action.fails === undefined ? {} : { refused: action.commands });
    if (input.kind === 'quit') return 'left';
    if (input.kind === 'skip' && kind === 'again') return 'done';
    if (input.kind === 'hint' || input.kind === 'solution') {
      yield* show({ kind: 'note', text: 'there is nothing to solve here: Enter runs what stands above' });
    } else if (input.kind === 'command') {
      typed = yield* countTyped(course, action, typed, input);
      if (typed === action.commands.length) return 'done';
    } else if (input.kind !== 'guess') {
      const style = input.kind === 'skip' ? 'quiet' : action.commands.length - typed === 1 && !auto ? 'plain' : 'echo';
      const from = typed;
      const { difference } = yield* attempt(course, function* (anew) {
        const found = yield* perform(action, style, anew ? 0 : from);
        return found === undefined ? {} : { difference: found };
      });
      if (difference === undefined) return 'done';
      if (yield* disagree(course, difference)) return 'left';
      kind = 'again';
      typed = 0;
    }
  }
}

/** How many of the step's commands the learner has typed, with this one; any other may change what the lesson counts on. */
function* countTyped(course: Course, action: RunAction, before: number, typed: TypedCommand): Play<number> {
  const next = action.commands[before];
  if (next === undefined || action.as !== undefined || !isSameLine(next, typed.argv)) {
    course.changed ||= mayChange(typed);
    return before;
  }
  if (differenceOf(action, next, typed.ran) !== undefined) {
    course.changed = true;
    const what = 'this is not what the lesson expected; commands of your own may have changed the queues.';
    yield* show({ kind: 'note', text: `${what} Enter puts things back as the lesson has them, and runs it.` });
    return before;
  }
  const left = action.commands.length - before - 1;
  if (left > 0)
    yield* show({ kind: 'note', text: `${left === 1 ? 'one command is' : `${left} commands are`} left: type on, or Enter runs the rest` });
  return before + 1;
}

/** Does the steps before the first over without a word. Where that fails the lesson begins at its beginning. */
function* catchUp(course: Course): Play<number> {
  const from = Math.min(course.options.from, course.lesson.steps.length - 1);
  for (const step of course.lesson.steps.slice(0, from)) {
    const difference = yield* redo(course, step);
    if (difference === undefined) continue;
    yield* show({ kind: 'note', text: `could not come back to step ${from + 1} (${difference.message}): beginning at step 1` });
    yield { do: 'clear' };
    return 0;
  }
  if (from > 0 && !course.options.auto && course.lesson.steps[from]?.action !== undefined) {
    yield* show({ kind: 'note', text: `back at step ${from + 1}: the steps before it are done; what you typed in this one is gone` });
  }
  return from;
}
