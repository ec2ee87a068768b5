import { playCheck } from './check-step.ts';
import { applies, askFor, type Course, disagree, type PlayOptions, type StepEnd } from './course.ts';
import type { Lesson, RunAction, Step } from './lesson.ts';
import { perform, redo } from './perform.ts';
import { playPredict } from './predict-step.ts';
import { type Difference, type Play, show, stop } from './request.ts';

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
  const course: Course = { lesson, options, differences: [], at: 0 };
  const from = yield* catchUp(course);
  let { skipped } = options;
  for (const [index, step] of lesson.steps.entries()) {
    if (index < from) continue;
    course.at = index;
    yield { do: 'reached', step: index, skipped };
    if (step.text !== '') yield* show({ kind: 'text', markdown: step.text });
    const end = yield* playStep(course, step);
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
      yield* show({ kind: 'output', ran: yield* stop(action.lane) });
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
  for (let kind: 'go' | 'again' = 'go'; ; ) {
    const input = auto ? 'go' : yield* askFor(course, kind);
    if (input === 'quit') return 'left';
    if (input === 'skip' && kind === 'again') return 'done';
    if (input === 'hint' || input === 'solution') {
      yield* show({ kind: 'note', text: 'there is nothing to solve here: Enter runs what stands above' });
    } else if (input === 'go' || input === 'skip') {
      const style = action.commands.length === 1 && !auto ? 'plain' : 'echo';
      const difference = yield* perform(action, input === 'skip' ? 'quiet' : style);
      if (difference === undefined) return 'done';
      if (yield* disagree(course, difference)) return 'left';
      kind = 'again';
    }
  }
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
  return from;
}
