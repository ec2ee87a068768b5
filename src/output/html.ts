import { escapeLine } from './escape.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as it may stand in HTML or SVG, between tags and in quoted attributes; control characters appear as `\x1b`. */
export function htmlText(text: string): string {
  return escapeLine(text.replace(/\p{Surrogate}/gu, '\ufffd')).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** A table with a caption. The first cell of a row is its heading; cells are text, not HTML. */
export function htmlTable(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  kind: 'figures' | 'words',
): string {
  const heading =
    head.length === 0 ? '' : `<thead><tr>${head.map((cell) => `<th scope="col">${htmlText(cell)}</th>`).join('')}</tr></thead>`;
  const body = rows.map(
    ([first = '', ...rest]) =>
      `<tr><th scope="row">${htmlText(first)}</th>${rest.map((cell) => `<td>${htmlText(cell)}</td>`).join('')}</tr>`,
  );
  return `<div class="scroll"><table class="${kind}"><caption>${htmlText(caption)}</caption>${heading}<tbody>${body.join('')}</tbody></table></div>`;
}
