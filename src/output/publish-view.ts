import type { Message } from '../client/message.ts';
import type { PublishReport } from '../messages/publish.ts';
import { shellWord } from '../suggest.ts';

/** How publishing went, in a line. */
export function publishView(report: PublishReport, confirms: boolean): string {
  const { published, confirmed, returned, nacked } = report;
  const parts = [`${confirms && confirmed < published ? 'sent' : 'published'} ${published}`];
  if (confirms) parts.push(`confirmed ${confirmed}`);
  if (returned > 0) parts.push(`returned ${returned}`);
  if (nacked > 0) parts.push(`nacked ${nacked}`);
  const open = published - confirmed - returned - nacked;
  if (confirms && open > 0) parts.push(`unanswered ${open}`);
  return parts.join(', ');
}

/** What to try when messages were not taken. */
export function rejectedHint(
  report: PublishReport,
  destination: { readonly exchange?: string; readonly routingKey?: string; readonly body?: string },
  first: Message | undefined,
): string {
  if (report.returned === 0)
    return 'a queue is full (reject-publish): consume from it, or raise its limit; or it has lost its leader: publish them again, which --rejected FILE keeps';
  const exchange = first?.exchange ?? destination.exchange ?? '';
  const key = first?.routingKey ?? '';
  if (exchange === '' && key === '') return 'it names neither exchange nor routing key: give them, or a queue with -q QUEUE';
  if (exchange === '') return `there is no queue '${key}': declare it with rmq-lab declare-queue ${shellWord(key)}`;
  const asBody =
    destination.body === undefined && destination.routingKey !== undefined && first?.body.length === 0
      ? ` ('${key}' was taken for the routing key: the order is EXCHANGE ROUTING-KEY BODY)`
      : '';
  return `no queue is bound to '${exchange}' for this message: rmq-lab bind ${shellWord(exchange)} QUEUE ${shellWord(key)}, or --no-mandatory to drop it in silence (why: rmq-lab route ${shellWord(exchange)} ${shellWord(key)})${asBody}`;
}
