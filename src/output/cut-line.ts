/** A line no longer than `width`: of a longer one the end is left out, and a mark says so. */
export function cutLine(text: string, width: number, ascii: boolean): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(width - 1, 0))}${ascii ? '~' : '…'}`;
}
