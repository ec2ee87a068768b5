/** One of several things to choose from. */
export interface Choice {
  readonly name: string;
  /** A word about it, shown beside it. */
  readonly hint?: string;
}

/** Asks on the terminal. Questions go to stderr; only for use when stdin and stderr are terminals. */
export interface Prompter {
  /**
   * Asks for a line. `history` (oldest first) is what the arrow keys offer. Undefined: end of input (Ctrl-D) or interrupted; the
   * latter aborts `lab.interrupted` too.
   */
  ask(question: string, options?: { readonly history?: readonly string[] }): Promise<string | undefined>;
  /** Writes while a question stands: above it, and draws it anew. Without one it just writes. */
  interject(write: () => void): void;
  /** Offers a list and answers the index of what was chosen; undefined: left without choosing. */
  choose(question: string, choices: readonly Choice[]): Promise<number | undefined>;
}
