import { parseInput } from './input.ts';
import { type Action, countSteps, type Lesson } from './lesson.ts';
import { ask, type Difference, type Play, type Question, run, show } from './request.ts';
import { meetsVersion } from './version.ts';

/** How a lesson is to be played. */
export interface PlayOptions {
  /** Answers with the authored answers and never asks; the first difference ends it. */
  readonly auto: boolean;
  /** The step to begin with, from 0; what comes before is done over without a word. */
  readonly from: number;
  /** How many steps were skipped before that. */
  readonly skipped: number;
  /** The broker's version. */
  readonly version: string;
}

/** How a step ended. */
export type StepEnd = 'done' | 'skipped' | 'left';

/** What the parts of one play share: made for each play, changed by them only. */
export interface Course {
  readonly lesson: Lesson;
  readonly options: PlayOptions;
  readonly differences: Difference[];
  /** The index of the current step. */
  at: number;
}

/** What was typed, as far as a step has to deal with it; `ran`, `failed`: how a command of the learner's own went. */
export type Typed = 'go' | 'hint' | 'skip' | 'solution' | 'quit' | 'ran' | 'failed' | { readonly guess: string };

/** Whether the action is meant for the broker's version. */
export function applies(course: Course, action: Action): boolean {
  return !('when' in action) || action.when === undefined || meetsVersion(course.options.version, action.when);
}

/** Says honestly that lesson and broker disagree. True when that ends the lesson. */
export function* disagree(course: Course, difference: Difference): Play<boolean> {
  course.differences.push(difference);
  yield* show({ kind: 'wrong', difference });
  return course.options.auto;
}

/** Asks until something is typed that a step deals with: commands, and the keys that mean the same everywhere, are dealt with here. */
export function* askFor(course: Course, kind: Question['kind'], keys: readonly string[] = []): Play<Typed> {
  for (;;) {
    const line = yield* ask({ kind, step: course.at + 1, of: countSteps(course.lesson), keys });
    const input = line === undefined ? { kind: 'quit' as const } : parseInput(line, keys);
    switch (input.kind) {
      case 'list':
      case 'keys':
        yield* show({ kind: input.kind });
        break;
      case 'problem':
        yield* show({ kind: 'note', text: input.message });
        break;
      case 'command': {
        const ran = yield* run(input.argv);
        yield* show({ kind: 'output', ran });
        yield { do: 'look', quiet: false };
        return ran.exitCode === 0 ? 'ran' : 'failed';
      }
      case 'guess':
        return { guess: input.key };
      default:
        return input.kind;
    }
  }
}
