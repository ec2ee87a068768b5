import type { BenchInterval, BenchReport } from '../bench/report.ts';
import { rateOf } from './bench-rates.ts';
import { countText, secondsText } from './quantity.ts';
import { type ChartBand, type ChartLine, roundTicks, svgChart } from './svg-chart.ts';

/** Rates over time: what was sent and received in each interval, with warm-up and drain set off, and where the broker blocked. */
export function benchRateChart({ intervals, parameters, rates }: Pick<BenchReport, 'intervals' | 'parameters' | 'rates'>): string {
  const end = intervals.at(-1)?.at ?? 0;
  if (end <= 0) return '';
  const shown = parameters.consumers > 0 ? (['sent', 'received'] as const) : (['sent'] as const);
  const { top, values } = roundTicks(Math.max(1, ...intervals.flatMap((interval) => shown.map((name) => rateOf(interval, name)))));
  const time = roundTicks(end);
  const lines = shown.map(
    (name): ChartLine => ({
      name: `${name}, messages a second`,
      color: name === 'sent' ? 'a' : 'b',
      dashed: name === 'received',
      points: intervals.map((interval, i) => {
        const rate = rateOf(interval, name);
        const middle = Math.max(interval.at - interval.seconds / 2, 0);
        const isApart = interval.at - interval.seconds - (intervals[i - 1]?.at ?? 0) > interval.seconds / 2;
        return { x: middle / end, y: rate / top, isApart, tip: `${secondsText(interval.at)}: ${countText(rate)} ${name} a second` };
      }),
    }),
  );
  return svgChart({
    id: 'rates',
    title: 'Rates over time',
    description: descriptionOf(intervals, shown, rates),
    x: {
      label: 'seconds since the first message',
      ticks: time.values.filter((value) => value <= end).map((value) => ({ at: value / end, label: Number(value.toFixed(3)).toString() })),
    },
    y: { label: 'messages a second', ticks: values.map((value) => ({ at: value / top, label: countText(value) })) },
    bands: bandsOf(intervals, end),
    lines,
  });
}

function descriptionOf(intervals: readonly BenchInterval[], shown: readonly ('sent' | 'received')[], rates: BenchReport['rates']): string {
  const measured = intervals.filter(({ phase }) => phase === 'measured');
  const parts = shown.map((name) => {
    const all = measured.map((interval) => rateOf(interval, name));
    const range = all.length === 0 ? '' : `, from ${countText(Math.min(...all))} to ${countText(Math.max(...all))} in one interval`;
    return `${name}: ${countText(rates[name])} messages a second while it was measured${range}`;
  });
  const blocked = intervals.filter((interval) => interval.blocked !== undefined).length;
  return `${parts.join('; ')}.${blocked > 0 ? ` The broker blocked publishers in ${blocked} of ${intervals.length} intervals.` : ''}`;
}

/** Intervals in a row that have the same to say are one band. */
function bandsOf(intervals: readonly BenchInterval[], end: number): ChartBand[] {
  const bands: ChartBand[] = [];
  const add = (band: ChartBand | undefined, find: (one: ChartBand) => boolean) => {
    if (band === undefined) return;
    const before = bands.findLastIndex(find);
    const last = bands[before];
    if (last !== undefined && last.label === band.label && Math.abs(last.to - band.from) < 1e-6) bands[before] = { ...last, to: band.to };
    else bands.push(band);
  };
  for (const { phase, at, seconds, blocked } of intervals) {
    const [from, to] = [Math.max(at - seconds, 0) / end, at / end];
    add(phase === 'measured' ? undefined : { from, to, label: phase, kind: 'aside' }, ({ kind }) => kind === 'aside');
    add(blocked === undefined ? undefined : { from, to, label: 'blocked', kind: 'blocked' }, ({ kind }) => kind === 'blocked');
  }
  return bands;
}
