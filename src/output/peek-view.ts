/** What a person should know after looking at a queue: what the look itself has changed. */
export function peekNotes(
  report: { readonly peeked: number; readonly deliveryCount: number | undefined; readonly rescued: number },
  queue: { readonly type: string | undefined; readonly limit: number },
  version: string,
): string[] {
  const { peeked, rescued } = report;
  const notes: string[] = [];
  if (peeked > 0) notes.push(`gave back ${peeked}, now marked redelivered${countNote(report, queue)}`);
  if (queue.type === 'quorum' && version.startsWith('3.') && queue.limit === Number.POSITIVE_INFINITY && peeked > 0) {
    notes.push('this version puts returned messages at the end of a quorum queue: their order has changed');
  }
  if (rescued > 0) notes.push(`${rescued} at the delivery limit: put at the end of the queue as new, or the return would have dropped it`);
  return notes;
}

function countNote(
  { deliveryCount }: { readonly deliveryCount: number | undefined },
  { type, limit }: { readonly type: string | undefined; readonly limit: number },
): string {
  if (type !== 'quorum') return '';
  const allowed = limit === Number.POSITIVE_INFINITY ? 'no limit' : `limit ${limit}`;
  return `; returned ${deliveryCount ?? 0} times before at most (${allowed})`;
}
