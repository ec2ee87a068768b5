import type { BenchInterval, BenchReport, LatencyFigures } from '../bench/report.ts';
import { type ArgumentText, parameterRows } from './bench-parameters.ts';
import { rateOf } from './bench-rates.ts';
import { htmlTable } from './html.ts';
import { knownFigures } from './latency-chart.ts';
import { countText, latencyText, roundBytesText, secondsText } from './quantity.ts';

/** What was counted, and how many a second. */
export function totalsTable({ parameters, totals, rates }: BenchReport): string {
  const { confirm, consumers, ack } = parameters;
  const bytes = (rate: number) => `${roundBytesText(rate)}/s`;
  const rows: readonly (readonly [when: boolean, row: readonly string[]])[] = [
    [true, ['sent', countText(totals.sent), countText(rates.sent), bytes(rates.sentBytes)]],
    [confirm > 0, ['confirmed', countText(totals.confirmed), countText(rates.confirmed), '']],
    [totals.returned > 0, ['returned', countText(totals.returned), '', '']],
    [totals.nacked > 0, ['nacked', countText(totals.nacked), '', '']],
    [totals.unanswered > 0, ['unanswered', countText(totals.unanswered), '', '']],
    [consumers > 0, ['received', countText(totals.received), countText(rates.received), bytes(rates.receivedBytes)]],
    [consumers > 0 && ack, ['acked', countText(totals.acked), '', '']],
    [consumers > 0, ['redelivered', countText(totals.redelivered), '', '']],
    [consumers > 0, ['lost', countText(totals.lost), '', '']],
    [consumers > 0, ['duplicates', countText(totals.duplicates), '', '']],
    [consumers > 0, ['reordered', countText(totals.reordered), '', '']],
    [consumers > 0, ['left in the queues', countText(totals.left), '', '']],
    [totals.foreign > 0, ['not of this run', countText(totals.foreign), '', '']],
  ];
  return htmlTable(
    'What was counted',
    ['', 'messages', 'a second', 'bytes a second'],
    rows.filter(([when]) => when).map(([, row]) => row),
    'figures',
  );
}

/** The figures of the latencies that were measured; empty when none was. */
export function latencyTable({ latency, uncorrected, parameters }: BenchReport): string {
  const isPaced = parameters.rates.length > 0;
  const all: readonly (readonly [when: boolean, name: string, figures: LatencyFigures])[] = [
    [true, 'end to end', latency.endToEnd],
    [isPaced, 'end to end, from when really sent', uncorrected.endToEnd],
    [true, 'confirm', latency.confirm],
    [isPaced, 'confirm, from when really sent', uncorrected.confirm],
  ];
  const shown = all.filter(([when, , { count }]) => when && count > 0);
  const most = shown.map(([, , figures]) => figures).sort((a, b) => b.count - a.count)[0];
  if (most === undefined) return '';
  const rows = knownFigures(most).map(([name, figure]) => [
    name,
    ...shown.map(([, , figures]) => (knownFigures(figures).some(([, known]) => known === figure) ? latencyText(figures[figure]) : '')),
  ]);
  const means = ['mean', ...shown.map(([, , { mean }]) => latencyText(mean))];
  const counts = ['messages', ...shown.map(([, , { count }]) => countText(count))];
  return htmlTable('Latency', ['', ...shown.map(([, name]) => name)], [...rows, means, counts], 'figures');
}

/** Every parameter of the run. */
export function parametersTable({ parameters }: BenchReport, show: ArgumentText): string {
  return htmlTable(
    'Every parameter',
    [],
    parameterRows(parameters, show).map(({ label, text }) => [label, text]),
    'words',
  );
}

/** What stands in the picture of the rates, as figures. */
export function intervalsTable({ intervals, parameters }: BenchReport): string {
  const isRead = parameters.consumers > 0;
  const kind = isRead ? 'endToEnd' : 'confirm';
  const row = (interval: BenchInterval) => [
    secondsText(interval.at),
    countText(rateOf(interval, 'sent')),
    ...(isRead ? [countText(rateOf(interval, 'received'))] : []),
    interval.latency[kind].count > 0 ? latencyText(interval.latency[kind].p50) : '',
    interval.latency[kind].count > 0 ? latencyText(interval.latency[kind].p99) : '',
    interval.blocked === undefined ? interval.phase : `${interval.phase}, blocked: ${interval.blocked}`,
  ];
  const head = [
    'until',
    'sent a second',
    ...(isRead ? ['received a second'] : []),
    `p50 ${isRead ? 'end to end' : 'confirm'}`,
    'p99',
    'phase',
  ];
  return htmlTable('Each interval', head, intervals.map(row), 'figures');
}
