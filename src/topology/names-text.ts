/** As many names as can be read in a line; the others are counted. */
const SHOWN = 10;

/** Names in a row, the first few of many. */
export function namesText(names: readonly string[]): string {
  const more = names.length - SHOWN;
  return more <= 1 ? names.join(', ') : `${names.slice(0, SHOWN).join(', ')} and ${more} more`;
}
