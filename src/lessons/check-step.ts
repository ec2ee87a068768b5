import { askFor, type Course, disagree, type StepEnd } from './course.ts';
import type { CheckAction } from './lesson.ts';
import { applySolution, complaintAbout, redo, type Style } from './perform.ts';
import { type Difference, type Play, show } from './request.ts';

/** A step in which the learner acts: in the free prompt, or in a second terminal and then Enter. */
export function* playCheck(course: Course, action: CheckAction): Play<StepEnd> {
  yield* show({ kind: 'task', action });
  if (course.options.auto) return yield* solveUnasked(course, action);
  let hints = 0;
  let revealed = false;
  for (;;) {
    const input = yield* askFor(course, revealed ? 'solution' : 'task');
    if (input === 'quit') return 'left';
    if (input === 'hint') {
      const markdown = action.hints[hints];
      if (markdown === undefined) yield* show({ kind: 'note', text: 'that was the last hint; x shows the solution' });
      else yield* show({ kind: 'hint', markdown, number: ++hints, of: action.hints.length });
    } else if (input === 'solution') {
      revealed = true;
      yield* show({ kind: 'solution', solution: action.solution });
    } else if (input === 'skip' || (input === 'go' && revealed)) {
      return yield* giveIn(course, action, input === 'skip');
    } else if (input !== 'failed') {
      const complaint = yield* complaintAbout(action, input === 'go' ? 'soon' : 'now');
      if (complaint === undefined) {
        yield* show({ kind: 'passed' });
        return 'done';
      }
      const asked = input === 'go';
      yield* show({ kind: 'not-yet', complaint, asked, hintsLeft: asked && hints < action.hints.length });
    }
  }
}

/** The authored solution, which must be needed and must suffice. */
function* solveUnasked(course: Course, action: CheckAction): Play<StepEnd> {
  let difference: Difference | undefined;
  if ((yield* complaintAbout(action, 'now')) === undefined) {
    difference = { line: action.line, message: `the check '${action.id}' passes before anything was done` };
  } else {
    difference = yield* solve(action, 'echo');
  }
  if (difference === undefined) {
    yield* show({ kind: 'passed' });
    return 'done';
  }
  yield* disagree(course, difference);
  return 'left';
}

/** The solution instead of the learner's own; where what the learner built is in its way, on a namespace built anew. */
function* giveIn(course: Course, action: CheckAction, skip: boolean): Play<StepEnd> {
  const style = skip ? 'quiet' : 'echo';
  let difference = yield* solve(action, style);
  if (difference !== undefined) {
    yield* show({ kind: 'note', text: 'what is there stands in the way of the solution: building the lesson anew up to here' });
    yield { do: 'clear' };
    for (const step of course.lesson.steps.slice(0, course.at)) yield* redo(course, step);
    difference = yield* solve(action, style);
  }
  if (difference !== undefined) yield* disagree(course, difference);
  else if (!skip) yield* show({ kind: 'passed' });
  return skip ? 'skipped' : 'done';
}

function* solve(action: CheckAction, style: Style): Play<Difference | undefined> {
  const difference = yield* applySolution(action, style);
  if (difference !== undefined) return difference;
  const complaint = yield* complaintAbout(action, 'written');
  if (complaint === undefined) return undefined;
  return { line: action.line, message: `the check '${action.id}' fails after its solution: ${complaint}` };
}
