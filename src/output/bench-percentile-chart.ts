import type { BenchCurves, CurvePoint } from '../bench/percentile-curve.ts';
import type { BenchReport, LatencyFigures } from '../bench/report.ts';
import { latencyScale } from './latency-chart.ts';
import { latencyText } from './quantity.ts';
import { type ChartLine, svgChart } from './svg-chart.ts';

/** Percentiles that are labelled, as far as the run has them. */
const LABELLED = [0, 50, 90, 99, 99.9, 99.99, 99.999, 99.9999] as const;

interface Curve {
  readonly name: string;
  readonly points: readonly CurvePoint[];
  readonly figures: LatencyFigures;
  readonly color: ChartLine['color'];
  readonly dashed: boolean;
}

/** Latency over percentile, both logarithmic, so that the slowest of many messages are as well seen as the middle. */
export function benchPercentileChart(report: Pick<BenchReport, 'latency' | 'uncorrected' | 'parameters'>, curves: BenchCurves): string {
  const { latency } = report;
  const shown = curvesToShow(curves, report);
  const scale = latencyScale([latency.endToEnd, latency.confirm]);
  if (shown.length === 0 || scale === undefined) return '';
  const { low, high } = scale;
  const nines = Math.max(
    1,
    ...shown.flatMap(({ points }) => points.filter(({ percent }) => percent < 100).map(({ percent }) => ninesOf(percent))),
  );
  // 100 % would be infinitely far: it has a place of its own behind the last that can be told
  const x = (percent: number) => (percent >= 100 ? 1 : (ninesOf(percent) / nines) * 0.94);
  const y = (microseconds: number) => Math.min(Math.max(Math.log(Math.max(microseconds, low) / low) / Math.log(high / low), 0), 1);
  const labels = LABELLED.filter((percent) => ninesOf(percent) <= nines + 1e-9);
  return svgChart({
    id: 'percentiles',
    title: 'Latency by percentile',
    description: `${shown.map(wordsOf).join('; ')}.`,
    x: {
      label: 'percent of messages that were at least as quick (logarithmic)',
      ticks: [...labels.map((percent) => ({ at: x(percent), label: `${percent}` })), { at: 1, label: '100' }],
    },
    y: { label: 'latency (logarithmic)', ticks: ticksOf(low, high).map((value) => ({ at: y(value), label: endText(value) })) },
    bands: [],
    lines: shown.map(({ name, color, dashed, points }) => ({
      ...{ name, color, dashed },
      points: points.map((point) => ({
        x: x(point.percent),
        y: y(point.latency),
        tip: `${percentText(point.percent)}: ${latencyText(point.latency)}, ${name}`,
      })),
    })),
  });
}

function curvesToShow(
  { endToEnd, confirm }: BenchCurves,
  { latency, uncorrected, parameters }: Parameters<typeof benchPercentileChart>[0],
): readonly Curve[] {
  const isPaced = parameters.rates.length > 0;
  const all: readonly Curve[] = [
    { name: 'end to end', points: endToEnd.due, figures: latency.endToEnd, color: 'a', dashed: false },
    {
      name: 'end to end, from when really sent',
      points: isPaced ? endToEnd.sent : [],
      figures: uncorrected.endToEnd,
      color: 'c',
      dashed: true,
    },
    { name: 'confirm', points: confirm.due, figures: latency.confirm, color: 'b', dashed: false },
    { name: 'confirm, from when really sent', points: isPaced ? confirm.sent : [], figures: uncorrected.confirm, color: 'd', dashed: true },
  ];
  return all.filter(({ points }) => points.length > 0);
}

/** How many nines a percentile has: 0 for 0, 1 for 90, 2 for 99. */
function ninesOf(percent: number): number {
  return Math.log10(100 / (100 - percent));
}

/** The powers of ten; with few of them, 2 and 5 between. */
function ticksOf(low: number, high: number): number[] {
  const decades = Math.round(Math.log10(high / low));
  const steps = decades <= 2 ? [1, 2, 5] : [1];
  return [...Array.from({ length: decades }, (_, i) => steps.map((step) => step * low * 10 ** i)).flat(), high];
}

function endText(value: number): string {
  return latencyText(value).replace(/\.0+ /, ' ');
}

function percentText(percent: number): string {
  return `${Number(percent.toFixed(percent < 99 ? 1 : percent < 99.9 ? 2 : 5))} %`;
}

function wordsOf({ name, figures: { p50, p99, max } }: Curve): string {
  return `${name}: half within ${latencyText(p50)}, 99 % within ${latencyText(p99)}, all within ${latencyText(max)}`;
}
