/** Lines of a program; one that is undefined or false is left out. */
export type Lines = readonly (string | false | undefined)[];

/** Moves lines to the right, by so many steps of the language. */
export function indent(lines: readonly string[], by: string): string[] {
  return lines.map((line) => (line === '' ? '' : by + line));
}

/** The lines that are there. */
export function kept(lines: Lines): string[] {
  return lines.filter((line) => typeof line === 'string');
}

// what could end a comment or a string, or not be seen: control characters, invisible ones, line and paragraph separators
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/u;
const ALL_UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** Puts `write` in place of each character that cannot be seen. */
export function replaceUnseen(text: string, write: (codePoint: number) => string): string {
  return text.replace(ALL_UNSEEN, (character) => write(character.codePointAt(0) ?? 0));
}

/** A command line as it can be typed into bash, in one line. */
export function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

/** A word as it can be typed into bash. */
export function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (!UNSEEN.test(word)) return `'${word.replaceAll("'", "'\\''")}'`;
  const escaped = word.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  return `$'${replaceUnseen(escaped, (code) => (code < 0x80 ? `\\x${hex(code, 2)}` : `\\U${hex(code, 8)}`))}'`;
}

/** A number in hexadecimal digits, at least so many. */
export function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
