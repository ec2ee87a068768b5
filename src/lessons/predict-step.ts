import { askFor, type Course, disagree, type StepEnd } from './course.ts';
import type { PredictAction } from './lesson.ts';
import { perform } from './perform.ts';
import { type Play, show } from './request.ts';
import { type Judged, judge } from './verdict.ts';

/** A step in which the learner guesses first; then the commands run, and the broker says which option it was. */
export function* playPredict(course: Course, action: PredictAction): Play<StepEnd> {
  yield* show({ kind: 'commands', commands: action.commands });
  yield* show({ kind: 'question', action });
  const guess = course.options.auto ? 'given-up' : yield* askForGuess(course, action);
  if (guess === 'left') return 'left';
  const failed = yield* perform(action, 'echo');
  const judged: Judged = failed === undefined ? yield* judge(action) : { proved: [], difference: failed };
  if (judged.difference !== undefined) {
    if (yield* disagree(course, judged.difference)) return 'left';
  } else {
    yield* show({ kind: 'verdict', action, ...(guess === 'given-up' ? {} : { guess: guess.key }), proved: judged.proved });
  }
  yield* show({ kind: 'text', markdown: action.explanation });
  return guess === 'given-up' && !course.options.auto ? 'skipped' : 'done';
}

function* askForGuess(course: Course, action: PredictAction): Play<{ readonly key: string } | 'given-up' | 'left'> {
  const keys = action.options.map((option) => option.key);
  for (;;) {
    const input = yield* askFor(course, 'guess', keys);
    if (input === 'quit') return 'left';
    if (input === 'skip' || input === 'solution') return 'given-up';
    if (typeof input === 'object') return { key: input.guess };
    if (input === 'go' || input === 'hint')
      yield* show({ kind: 'note', text: `type the letter of your guess (${keys.join(', ')}); a wrong one costs nothing` });
  }
}
