import { parseInput } from './input.ts';
import { type Action, countSteps, type Lesson, type LessonCommand } from './lesson.ts';
import { ask, type Difference, hasEnded, type Play, type Question, type Ran, run, show, stop } from './request.ts';
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
  /** Whether commands of the learner's own may have changed what the steps after them count on. */
  changed: boolean;
  /** Whether the learner has started something in the background. */
  busy: boolean;
}

/** The lane of what the learner starts in the background. */
const OWN = 'yours';

const BEGUN: Ran = { exitCode: 0, stdout: '', stderr: '' };

/** A command line that was typed, and how it went. */
export interface TypedCommand {
  readonly argv: readonly string[];
  /** Of one in the background: that it has begun. */
  readonly ran: Ran;
  readonly background?: true;
}

/** What was typed, as far as a step has to deal with it. */
export type Typed =
  | { readonly kind: 'go' | 'hint' | 'skip' | 'solution' | 'quit' }
  | { readonly kind: 'guess'; readonly key: string }
  | ({ readonly kind: 'command' } & TypedCommand);

/** What is asked, and what a step makes of the commands typed there. */
export interface Asking {
  /** The keys of the options of a guess. */
  readonly keys?: readonly string[];
  /** The commands of this step that are to be refused: where one of them is typed, the reply code is asked for. */
  readonly refused?: readonly LessonCommand[];
  /** Commands that are not run when they are typed here, and what is said instead. */
  readonly held?: { readonly commands: readonly LessonCommand[]; readonly note: string };
}

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
export function* askFor(course: Course, kind: Question['kind'], { keys = [], refused = [], held }: Asking = {}): Play<Typed> {
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
        const { argv } = input;
        if (held?.commands.some((command) => isSameLine(command, argv))) {
          yield* show({ kind: 'note', text: held.note });
          break;
        }
        if (input.background) {
          course.busy = true;
          yield { do: 'start', lane: OWN, argv };
          yield* show({ kind: 'lane', lane: OWN });
          return { kind: 'command', argv, ran: BEGUN, background: true };
        }
        const ran = yield* run(
          argv,
          refused.some((command) => isSameLine(command, argv)),
          true,
        );
        yield* show({ kind: 'output', ran });
        yield { do: 'look', quiet: false };
        return { kind: 'command', argv, ran };
      }
      case 'guess':
        return input;
      default:
        return { kind: input.kind };
    }
  }
}

/** Ends what the learner has left running in the background, and shows what it gave. `over`: only if it has ended by itself. */
export function* stopOwn(course: Course, over = false): Play<void> {
  if (!course.busy || (over && !(yield* hasEnded(OWN)))) return;
  course.busy = false;
  yield* show({ kind: 'lane', lane: OWN, ran: yield* stop(OWN) });
}

/** Whether what was typed is the command that the lesson shows. */
export function isSameLine(command: LessonCommand | undefined, argv: readonly string[]): boolean {
  return command !== undefined && command.argv.length === argv.length && command.argv.every((word, index) => word === argv[index]);
}

/** Commands that only look. */
const LOOKING = ['expect', 'status', 'doctor', 'peek', 'help'];

/** Whether a command line that was typed may have changed something on the broker. One that was not understood (exit code 2) has not. */
export function mayChange({ argv, ran }: TypedCommand): boolean {
  return ran.exitCode !== 2 && !LOOKING.includes(argv[0] ?? '') && !argv.some((word) => word === '--help' || word === '-h');
}
