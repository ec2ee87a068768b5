/** How a move went, in a line. */
export function moveView(tally: { readonly moved: number; readonly skipped: number; readonly failed: number }): string {
  const parts = [`moved ${tally.moved}`];
  if (tally.skipped > 0) parts.push(`skipped ${tally.skipped}`);
  if (tally.failed > 0) parts.push(`failed ${tally.failed}`);
  return parts.join(', ');
}

/** What a move would do, in a line. */
export function movePreviewView(preview: { readonly matching: number; readonly others: number }): string {
  const left = preview.others === 0 ? '' : `, leave ${preview.others}`;
  return `would move ${preview.matching}${left}`;
}
