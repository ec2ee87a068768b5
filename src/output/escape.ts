/** Control characters, which could move a terminal's cursor, retitle its window or worse. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL_AND_BREAKS = /[\u0000-\u001f\u007f-\u009f]/g;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Text that is safe to show on a terminal: control characters appear as `\x1b`; newlines and tabs stay. */
export function escapeText(text: string): string {
  return text.replace(CONTROL, escapeOne);
}

/** The same in one line: newlines and tabs are escaped too. */
export function escapeLine(text: string): string {
  return text.replace(CONTROL_AND_BREAKS, escapeOne);
}

function escapeOne(character: string): string {
  return NAMED[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
