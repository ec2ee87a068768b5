import type { DeathReport, DeathRow } from '../messages/death-report.ts';
import { type BarDisplay, barsView } from './bars.ts';
import { messagesText } from './entity-view.ts';
import { escapeLine } from './escape.ts';
import { createStyle } from './style.ts';
import { tableView } from './table.ts';

/** As many of the keys of a row are named. */
const KEYS_SHOWN = 3;

/** What dead letters say of themselves: bars of reasons and origins, and a table of deaths. */
export function deathReportView(queue: string, report: DeathReport, ready: number, display: BarDisplay): string {
  const { messages, withoutDeath, reasons, origins, deaths } = report;
  const { bold } = createStyle(display.color);
  const name = escapeLine(queue);
  if (messages === 0) return `${name} is empty`;
  const of = ready > messages ? `the first ${messages} of ${ready} messages` : messagesText(messages);
  const without = withoutDeath === 0 ? '' : `; ${withoutDeath} without x-death: published here, not dead-lettered`;
  const title = `${bold(name)}: ${of}${without}`;
  if (deaths.length === 0) return title;
  const rows = deaths.map((row) => [
    escapeLine(row.queue),
    row.reason,
    String(row.messages),
    String(row.count),
    timeText(row.first),
    lastText(row),
    row.exchange === '' ? '""' : escapeLine(row.exchange),
    keysText(row, display.ascii),
  ]);
  const head = ['died in', 'reason', 'messages', 'deaths', 'first', 'last', 'exchange', 'keys'];
  return [
    title,
    '',
    bold('why (the last death)'),
    ...barsView(reasons, display),
    '',
    bold('from (the queue of the first death)'),
    ...barsView(origins, display),
    '',
    tableView(head, rows, display.color),
  ].join('\n');
}

/** The same as JSON has it. */
export function deathReportDocument(queue: string, report: DeathReport, ready: number): object {
  const time = (seconds: number | undefined) => (seconds === undefined ? null : isoTime(seconds));
  return {
    queue,
    ...report,
    ready,
    deaths: report.deaths.map(({ first, last, ...row }) => ({ ...row, first: time(first), last: time(last) })),
  };
}

function keysText({ routingKeys }: DeathRow, ascii: boolean): string {
  const shown = routingKeys.slice(0, KEYS_SHOWN).map((key) => (key === '' ? '""' : escapeLine(key)));
  const more = routingKeys.length - shown.length;
  return more === 0 ? shown.join(' ') : `${shown.join(' ')} ${ascii ? '...' : '…'} and ${more} more`;
}

/** Only what differs from the first time: the table is wide as it is. */
function lastText({ first, last }: DeathRow): string {
  if (last === undefined || last === first) return last === undefined ? '-' : 'same';
  const [day, time] = isoTime(last).split('T');
  return first !== undefined && isoTime(first).startsWith(`${day}T`) ? String(time) : isoTime(last);
}

function timeText(seconds: number | undefined): string {
  return seconds === undefined ? '-' : isoTime(seconds);
}

/** A publisher may have written any number. */
function isoTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().replace('.000Z', 'Z');
}
