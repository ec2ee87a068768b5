const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
const SHOWN_CHARACTERS = 80;

/** `no words`, `one word`, `two words` … `13 words`. */
export function counted(count: number, noun: string): string {
  return `${numberWord(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `no`, `one`, `two` … `13`. */
export function numberWord(count: number): string {
  return NUMBERS[count] ?? String(count);
}

/** `a`, `a and b`, `a, b and c`; past `limit` items only how many more there are. */
export function listed(items: readonly string[], limit = 4): string {
  const shown = items.length > limit ? [...items.slice(0, limit - 1), `${items.length - limit + 1} more`] : items;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** A key, word or name as it stands, on one line. */
export function inBackticks(text: string): string {
  return `\`${oneLine(text)}\``;
}

/** Text without control characters, and cut short where it is long. */
export function oneLine(text: string): string {
  const characters = [...text.slice(0, 2 * SHOWN_CHARACTERS)];
  const cut = characters.length > SHOWN_CHARACTERS || text.length > 2 * SHOWN_CHARACTERS;
  const shown = cut ? `${characters.slice(0, SHOWN_CHARACTERS).join('')}…` : text;
  return shown.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cf}]/gu, (character) => `\\u${character.codePointAt(0)?.toString(16).padStart(4, '0')}`);
}

/** A hint to be added where two texts differ in little: in case, or in spaces at an end. Empty when they differ in more. */
export function almostTheSame(wanted: string, actual: string): string {
  if (wanted === actual) return '';
  if (wanted.toLowerCase() === actual.toLowerCase()) return ': upper and lower case differ';
  if (wanted.trim() === actual.trim()) return ': they differ in white space at the beginning or end';
  return '';
}
