import { askFor, type Course, disagree, mayChange, type StepEnd } from './course.ts';
import type { PredictAction } from './lesson.ts';
import { attempt, perform } from './perform.ts';
import { type Play, show } from './request.ts';
import { type Judged, judge } from './verdict.ts';

/** A step in which the learner guesses first; then the commands run, and the broker says which option it was. */
export function* playPredict(course: Course, action: PredictAction): Play<StepEnd> {
  yield* show({ kind: 'commands', commands: action.commands });
  yield* show({ kind: 'question', action });
  const guess = course.options.auto ? 'given-up' : yield* askForGuess(course, action);
  if (guess === 'left') return 'left';
  const judged = yield* attempt(course, function* (): Play<Judged> {
    const failed = yield* perform(action, 'echo');
    return failed === undefined ? yield* judge(action) : { proved: [], difference: failed };
  });
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
  const held = {
    commands: action.commands,
    note: `first type the letter of your guess (${keys.join(', ')}); then what stands above is run`,
  };
  for (;;) {
    const input = yield* askFor(course, 'guess', { keys, held });
    if (input.kind === 'quit') return 'left';
    if (input.kind === 'skip' || input.kind === 'solution') return 'given-up';
    if (input.kind === 'guess') return { key: input.key };
    if (input.kind === 'command') course.changed ||= mayChange(input);
    else yield* show({ kind: 'note', text: `type the letter of your guess (${keys.join(', ')}); a wrong one costs nothing` });
  }
}
