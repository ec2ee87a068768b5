import type { ReplayPreview, ReplayReport } from '../messages/replay.ts';
import { messagesText } from './entity-view.ts';
import { escapeLine } from './escape.ts';

/** As many destinations are named. */
const DESTINATIONS_SHOWN = 20;

/** How a replay went: a line, and one for each kind of failure. */
export function replayView({ replayed, skipped, failed, failures }: ReplayReport): string {
  const parts = [`replayed ${replayed}`, ...(skipped === 0 ? [] : [`skipped ${skipped}`]), ...(failed === 0 ? [] : [`failed ${failed}`])];
  return [parts.join(', '), ...failureLines(failures)].join('\n');
}

/** What a replay would do: a line, and one for each destination and kind of failure. */
export function replayPreviewView(preview: ReplayPreview, ascii: boolean): string {
  const { wouldReplay, wouldSkip, wouldFail, destinations, unseen } = preview;
  const parts = [
    `would replay ${wouldReplay}`,
    ...(wouldSkip === 0 ? [] : [`skip ${wouldSkip}`]),
    ...(wouldFail === 0 ? [] : [`fail on ${wouldFail}`]),
  ];
  const shown = destinations.slice(0, DESTINATIONS_SHOWN).map(({ exchange, routingKey, messages }) => {
    const key = routingKey === '' ? '""' : escapeLine(routingKey);
    const where = exchange === '' ? `queue ${key}` : `exchange ${escapeLine(exchange)}, key ${key}`;
    return `  ${messages} ${ascii ? '->' : '→'} ${where}`;
  });
  const more = destinations.length - shown.length;
  return [
    parts.join(', '),
    ...shown,
    ...(more > 0 ? [`  and ${more} more destinations`] : []),
    ...failureLines(preview.failures),
    ...(unseen === 0 ? [] : [`not looked at: ${messagesText(unseen)} (--hold)`]),
  ].join('\n');
}

function failureLines(failures: Readonly<Record<string, number>>): string[] {
  return Object.entries(failures).map(([why, count]) => `  ${count} failed: ${escapeLine(why)}`);
}
