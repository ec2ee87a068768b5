/** One command of a lesson, as it stands in the file and as it is run. */
export interface LessonCommand {
  readonly line: number;
  /** What the learner sees, `rmq-lab` included. */
  readonly text: string;
  /** What is run, without `rmq-lab`. */
  readonly argv: readonly string[];
}

/** Commands that belong together, and how the last of them must end. */
export interface Commands {
  readonly line: number;
  readonly commands: readonly LessonCommand[];
  /** The reply code with which the broker must refuse it. */
  readonly fails?: number;
  /** The exit code that it must end with, when that is not 0. */
  readonly exit?: number;
}

/** Commands that are shown, then run. */
export interface RunAction extends Commands {
  readonly kind: 'run';
  /** Only on brokers of such a version, e.g. `>=4.0`. */
  readonly when?: string;
  /** The lane of a background actor: it is started and not waited for. */
  readonly as?: string;
}

/** Ends a background actor. */
export interface StopAction {
  readonly kind: 'stop';
  readonly line: number;
  readonly lane: string;
}

/** That the prediction's last command ends with this exit code. */
export interface ExitProof {
  readonly line: number;
  /** As it stands in the file: `exit 3`. */
  readonly text: string;
  readonly exit: number;
}

/** What tells whether an option is what happened. */
export type Proof = LessonCommand | ExitProof;

/** One possible answer, with the commands that all pass when it is the right one. */
export interface PredictOption {
  readonly key: string;
  readonly line: number;
  /** Markdown. */
  readonly text: string;
  readonly proofs: readonly Proof[];
}

/** Commands that run only after the learner has guessed what they will do. */
export interface PredictAction extends Commands {
  readonly kind: 'predict';
  readonly when?: string;
  /** Markdown. */
  readonly question: string;
  readonly options: readonly PredictOption[];
  /** The key of the right option: it is the broker that confirms it. */
  readonly answer: string;
  /** Markdown, shown after the guess. */
  readonly explanation: string;
}

/** A part of a worked answer. */
export interface Solution extends Commands {
  /** The lane of a background actor: it is started and not waited for. */
  readonly as?: string;
}

/** Something the learner does alone; `commands` all pass once it is done. */
export interface CheckAction extends Commands {
  readonly kind: 'check';
  readonly id: string;
  readonly when?: string;
  /** Markdown, from a nudge to nearly the answer. */
  readonly hints: readonly string[];
  readonly solution: readonly Solution[];
}

export type Action = RunAction | StopAction | PredictAction | CheckAction;

/** Words, then something that happens; the last step of a lesson may be words only. */
export interface Step {
  readonly line: number;
  /** Markdown; may be empty. */
  readonly text: string;
  readonly action?: Action;
}

/** What a lesson may need of a broker, beyond its version. */
export type Need = 'restart' | 'quorum' | 'stream' | 'management' | 'cluster';

/** What stands at the head of a lesson file. */
export interface LessonHead {
  readonly id: string;
  /** The place in the teaching order, from 1. */
  readonly order: number;
  readonly title: string;
  readonly minutes: number;
  readonly introduces: readonly string[];
  readonly uses: readonly string[];
  /** The broker's version, e.g. `>=3.10`. */
  readonly requires?: string;
  readonly needs: readonly Need[];
  /** In a translation: the `textHash` of the English file that it was made from. */
  readonly translates?: string;
}

/** A lesson, parsed. */
export interface Lesson extends LessonHead {
  /** The file's name, as errors cite it. */
  readonly file: string;
  readonly steps: readonly Step[];
  /** Of what the lesson does (commands, ids, answers), not of how it is worded: the same in every language. */
  readonly hash: string;
  /** Of the whole file. */
  readonly textHash: string;
}

/** How many of the lesson's steps do something: those that a learner is told to be at. Words after the last are no step of their own. */
export function countSteps({ steps }: Lesson): number {
  return steps.filter((step) => step.action !== undefined).length;
}
