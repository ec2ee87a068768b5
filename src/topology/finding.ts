/**
 * How bad it is: `error` loses messages, `warning` may in time or goes on for ever, `note` is worth knowing, `ok` is what is as it
 * should be.
 */
export type Severity = 'error' | 'warning' | 'note' | 'ok';

/** One thing that was found out about a queue and its dead letters. */
export interface Finding {
  readonly queue: string;
  readonly severity: Severity;
  /** What it is about, in a word or two, the same for the same kind of thing. */
  readonly about: string;
  readonly detail: string;
  /** What to type or do; null: nothing. */
  readonly fix: string | null;
}

/** A finding of a queue that is known. */
export type About = Omit<Finding, 'queue'>;
