/** A command line taken apart: its words, or what is wrong with it. */
export type Words = { readonly words: readonly string[] } | { readonly problem: string };

/** How strict to be about what a shell would have made of the line. */
export interface WordOptions {
  /** True where a reader may paste the line into a shell: then what the shell would expand must stand in quotes. */
  readonly strict: boolean;
}

const OPERATORS: Readonly<Record<string, string>> = {
  '|': 'a pipe',
  '>': 'a redirection',
  '<': 'a redirection',
  '&': 'a background job',
  ';': 'a second command',
  '(': 'a subshell',
  ')': 'a subshell',
  '`': 'a command substitution',
};

const EXPANDED = '$*?[]{}~!';

/**
 * Takes a command line apart as a POSIX shell would, without any expansion: blanks separate, single quotes keep everything, double
 * quotes know `\"`, `\\`, `\$` and `` \` ``, a backslash elsewhere keeps the next character, `#` at the start of a word begins a comment.
 */
export function parseWords(line: string, options: WordOptions): Words {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  while (at < line.length) {
    const character = line[at] as string;
    if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at += 1;
    } else if (character === '#' && word === undefined) {
      break;
    } else if (character === "'") {
      const end = line.indexOf("'", at + 1);
      if (end < 0) return { problem: "a ' is opened and not closed" };
      word = (word ?? '') + line.slice(at + 1, end);
      at = end + 1;
    } else if (character === '"') {
      const quoted = parseDoubleQuoted(line, at + 1, options);
      if ('problem' in quoted) return quoted;
      word = (word ?? '') + quoted.text;
      at = quoted.end;
    } else if (character === '\\') {
      if (at + 1 === line.length) return { problem: 'a \\ stands at the end, with nothing after it' };
      word = (word ?? '') + (line[at + 1] as string);
      at += 2;
    } else {
      const problem = problemOf(character, options);
      if (problem !== undefined) return { problem };
      word = (word ?? '') + character;
      at += 1;
    }
  }
  if (word !== undefined) words.push(word);
  return { words };
}

function parseDoubleQuoted(line: string, start: number, options: WordOptions): { text: string; end: number } | { problem: string } {
  let text = '';
  for (let at = start; at < line.length; at += 1) {
    const character = line[at] as string;
    const next = line[at + 1];
    if (character === '"') return { text, end: at + 1 };
    if (character === '\\' && next !== undefined && '"\\$`'.includes(next)) {
      text += next;
      at += 1;
    } else if (options.strict && '$`!'.includes(character)) {
      return { problem: `${character} in double quotes means something to a shell; use single quotes` };
    } else {
      text += character;
    }
  }
  return { problem: 'a " is opened and not closed' };
}

function problemOf(character: string, options: WordOptions): string | undefined {
  const operator = OPERATORS[character];
  if (operator !== undefined) return `${character} (${operator}) needs a shell, and there is none here; quote it if it is meant literally`;
  if (options.strict && EXPANDED.includes(character)) return `${character} outside quotes means something to a shell; quote it`;
  return undefined;
}
