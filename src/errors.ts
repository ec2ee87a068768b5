/** What kind of failure this is: it decides the exit code and nothing else. */
export type FailureKind =
  | 'unexpected'
  | 'usage'
  | 'not-taken'
  | 'access-refused'
  | 'unreachable'
  | 'refused'
  | 'condition'
  | 'interrupted'
  | 'terminated';

/** The exit code of each kind of failure; success is 0. The same table is printed by `--help` and stands in the README. */
export const EXIT_CODES: Readonly<Record<FailureKind, number>> = {
  unexpected: 1,
  usage: 2,
  'not-taken': 3,
  'access-refused': 4,
  unreachable: 5,
  refused: 6,
  condition: 7,
  interrupted: 130,
  terminated: 143,
};

/** What may stand beside a failure's message. */
export interface FailureDetails {
  /** What to type or do next, without the `try: ` prefix. */
  readonly hint?: string;
  /** The AMQP reply code, when a broker gave one (404, 406 …). */
  readonly replyCode?: number;
  /** The error underneath; its stack is shown with `--debug` only. */
  readonly cause?: unknown;
  /** More lines for the reader (a comparison, a list), printed under the message. */
  readonly detail?: string;
}

/** A failure that the user is meant to read: what failed, and what to type next. Everything else is a defect (exit 1). */
export class LabError extends Error {
  override readonly name: string = 'LabError';
  readonly kind: FailureKind;
  readonly hint: string | undefined;
  readonly replyCode: number | undefined;
  readonly detail: string | undefined;

  constructor(kind: FailureKind, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.hint = details.hint;
    this.replyCode = details.replyCode;
    this.detail = details.detail;
  }

  /** The process's exit code for this failure. */
  get exitCode(): number {
    return EXIT_CODES[this.kind];
  }
}

/** A bad option, argument or input line: exit 2. */
export class UsageError extends LabError {
  override readonly name = 'UsageError';

  constructor(message: string, details: FailureDetails = {}) {
    super('usage', message, details);
  }
}
