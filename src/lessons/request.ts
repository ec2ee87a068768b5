import type { CheckAction, Commands, LessonCommand, PredictAction, PredictOption } from './lesson.ts';

/** What running a command line gave. */
export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The reply code of the broker's refusal, where the run was to be refused. */
  readonly replyCode?: number;
}

/** How the proofs of one option came out. */
export interface Proved {
  readonly option: PredictOption;
  readonly holds: boolean;
  /** What the first failing proof said. */
  readonly complaint?: string;
}

/** Something for the learner to see. */
export type Shown =
  | { readonly kind: 'text'; readonly markdown: string }
  | { readonly kind: 'commands'; readonly commands: readonly LessonCommand[] }
  | { readonly kind: 'command'; readonly command: LessonCommand }
  | { readonly kind: 'output'; readonly ran: Ran }
  /** A background actor was started; with `ran` it was stopped, and this is what it gave. */
  | { readonly kind: 'lane'; readonly lane: string; readonly ran?: Ran }
  | { readonly kind: 'question'; readonly action: PredictAction }
  /** What became of a prediction; without `guess` the learner made none. `proved` begins with the right option. */
  | { readonly kind: 'verdict'; readonly action: PredictAction; readonly guess?: string; readonly proved: readonly Proved[] }
  | { readonly kind: 'task'; readonly action: CheckAction }
  /** `asked`: the learner thinks that it is done; else it is said in passing, after a command. */
  | { readonly kind: 'not-yet'; readonly complaint: string; readonly asked: boolean; readonly hintsLeft: boolean }
  | { readonly kind: 'passed' }
  | { readonly kind: 'hint'; readonly markdown: string; readonly number: number; readonly of: number }
  | { readonly kind: 'solution'; readonly solution: readonly Commands[] }
  /** The lesson and the broker disagree: the lesson's fault. */
  | { readonly kind: 'wrong'; readonly difference: Difference }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'keys' }
  | { readonly kind: 'list' };

/** Where a lesson and the broker disagree. */
export interface Difference {
  readonly line: number;
  readonly message: string;
}

/** What is asked: `go` (Enter runs the commands), `guess`, `task` (do it yourself), `solution` (Enter runs it), `again` (after a failure). */
export interface Question {
  readonly kind: 'go' | 'guess' | 'task' | 'solution' | 'again';
  /** From 1. */
  readonly step: number;
  readonly of: number;
  /** The keys of the options of a guess. */
  readonly keys: readonly string[];
}

/** What a playing lesson asks of whoever plays it. */
export type Request =
  | { readonly do: 'show'; readonly what: Shown }
  /** `refused`: the answer must tell the reply code. `typed`: by the learner, at the prompt. Answered with `ran`. */
  | { readonly do: 'run'; readonly argv: readonly string[]; readonly refused: boolean; readonly typed: boolean }
  | { readonly do: 'start'; readonly lane: string; readonly argv: readonly string[] }
  /** Answered with `ended`: whether the actor has come to an end by itself. */
  | { readonly do: 'glance'; readonly lane: string }
  /** Answered with what it gave, `ran`. */
  | { readonly do: 'stop'; readonly lane: string }
  /** Answered with `line`; undefined: the learner wants to leave. */
  | { readonly do: 'ask'; readonly question: Question }
  /** Look at the broker, and show it where it changed. `quiet`: only take note of it. */
  | { readonly do: 'look'; readonly quiet: boolean }
  /** Empty the lesson's namespace. */
  | { readonly do: 'clear' }
  /** The learner has come to this step (from 0), where `resume` goes on, and has skipped so many on the way. */
  | { readonly do: 'reached'; readonly step: number; readonly skipped: number };

/** What a request is answered with. */
export type Answer = { readonly ran: Ran } | { readonly ended: boolean } | { readonly line: string | undefined } | undefined;

/** A part of a lesson being played. */
export type Play<T> = Generator<Request, T, Answer>;

/** Shows something. */
export function* show(what: Shown): Play<void> {
  yield { do: 'show', what };
}

/** Runs one command line. */
export function* run(argv: readonly string[], refused = false, typed = false): Play<Ran> {
  const answer = yield { do: 'run', argv, refused, typed };
  if (answer === undefined || !('ran' in answer)) throw new TypeError('a run was not answered with what it gave');
  return answer.ran;
}

/** Ends a background actor, and answers what it gave. */
export function* stop(lane: string): Play<Ran> {
  const answer = yield { do: 'stop', lane };
  if (answer === undefined || !('ran' in answer)) throw new TypeError('a stop was not answered with what it gave');
  return answer.ran;
}

/** Whether a background actor has come to an end by itself. */
export function* hasEnded(lane: string): Play<boolean> {
  const answer = yield { do: 'glance', lane };
  return answer !== undefined && 'ended' in answer && answer.ended;
}

/** Asks for a line. */
export function* ask(question: Question): Play<string | undefined> {
  const answer = yield { do: 'ask', question };
  if (answer === undefined || !('line' in answer)) throw new TypeError('a question was not answered with a line');
  return answer.line;
}
