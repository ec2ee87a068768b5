import { askFor, type Course, disagree, isSameLine, type StepEnd, stopOwn } from './course.ts';
import type { CheckAction } from './lesson.ts';
import { applySolution, complaintAbout, rebuild, type Style } from './perform.ts';
import { type Difference, type Play, show } from './request.ts';
import type { Patience } from './verdict.ts';

/** A step in which the learner acts: in the free prompt, or in a second terminal and then Enter. */
export function* playCheck(course: Course, action: CheckAction): Play<StepEnd> {
  yield* show({ kind: 'task', action });
  if (course.options.auto) return yield* solveUnasked(course, action);
  const solution = action.solution.flatMap(({ commands }) => commands);
  let hints = 0;
  let revealed = false;
  // of the solution's commands, how many were typed since it was shown
  let copied = 0;
  for (;;) {
    const input = yield* askFor(course, revealed ? 'solution' : 'task');
    if (input.kind === 'quit') return 'left';
    if (input.kind === 'hint') {
      const markdown = action.hints[hints];
      if (markdown === undefined) yield* show({ kind: 'note', text: 'that was the last hint; x shows the solution' });
      else yield* show({ kind: 'hint', markdown, number: ++hints, of: action.hints.length });
    } else if (input.kind === 'solution') {
      revealed = true;
      yield* show({ kind: 'solution', solution: action.solution });
    } else if (input.kind === 'skip' || (input.kind === 'go' && revealed)) {
      return yield* giveIn(course, action, input.kind === 'skip', copied);
    } else if (input.kind === 'go' || (input.kind === 'command' && input.ran.exitCode === 0)) {
      const asked = input.kind !== 'command';
      const begun = input.kind === 'command' && input.background === true;
      const complaint = yield* complaintAbout(action, asked || begun ? 'soon' : 'now');
      if (complaint === undefined) {
        yield* show({ kind: 'passed' });
        return 'done';
      }
      yield* stopOwn(course, true);
      if (!asked && revealed && isSameLine(solution[copied], input.argv)) copied += 1;
      if (revealed && copied === solution.length) return yield* giveIn(course, action, false, copied);
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
    difference = yield* solve(action, 'echo', 'written');
  }
  if (difference === undefined) {
    yield* show({ kind: 'passed' });
    return 'done';
  }
  yield* disagree(course, difference);
  return 'left';
}

/** The solution instead of the learner's own, but for what was copied of it; where that does not do, on a lesson built anew. */
function* giveIn(course: Course, action: CheckAction, skip: boolean, copied: number): Play<StepEnd> {
  yield* stopOwn(course);
  const style = skip ? 'quiet' : 'echo';
  let difference = yield* solve(action, style, 'soon', copied);
  if (difference !== undefined) {
    const text = 'what you made so far does not go with the solution; putting things back as they were, and running all of it …';
    yield* show({ kind: 'note', text });
    difference = (yield* rebuild(course)) ?? (yield* solve(action, style, 'written'));
  }
  if (difference !== undefined) yield* disagree(course, difference);
  else if (!skip) yield* show({ kind: 'passed' });
  return skip ? 'skipped' : 'done';
}

function* solve(action: CheckAction, style: Style, patience: Patience, done = 0): Play<Difference | undefined> {
  const difference = yield* applySolution(action, style, done);
  if (difference !== undefined) return difference;
  const complaint = yield* complaintAbout(action, patience);
  if (complaint === undefined) return undefined;
  return { line: action.line, message: `the check '${action.id}' fails after its solution: ${complaint}` };
}
