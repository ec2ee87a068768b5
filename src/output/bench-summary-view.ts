import type { BenchReport } from '../bench/report.ts';
import { alignedRows } from './aligned.ts';
import type { BarDisplay } from './bars.ts';
import { type BenchFinding, benchFindings } from './bench-findings.ts';
import { type ArgumentText, shapeWords } from './bench-parameters.ts';
import { escapeLine } from './escape.ts';
import { latencyChart, latencyScale } from './latency-chart.ts';
import { wrapLine } from './lesson-wrap.ts';
import { countText, latencyText, roundBytesText, secondsText } from './quantity.ts';
import { createStyle } from './style.ts';

/** Before what a line is about, in characters. */
const LABEL = 10;

/** What a run was, what it measured, and what must not be missed. What was not measured is left out. */
export function benchSummaryView(report: BenchReport, display: BarDisplay, show: ArgumentText): string {
  const { bold } = createStyle(display.color);
  const facts = factsOf(report, show).flatMap(([label, text]) => {
    const [first = '', ...rest] = wrapLine(`${label.padEnd(LABEL)}${escapeLine(text)}`, display.columns - 1, LABEL);
    return [`${bold(first.slice(0, LABEL))}${first.slice(LABEL)}`, ...rest];
  });
  const findings = benchFindings(report).flatMap((finding) => findingLines(finding, display));
  const blocks = [facts, totalsTable(report, display), ...latencyBlocks(report, display), generatorLines(report, display), findings];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function factsOf(report: BenchReport, show: ArgumentText): readonly (readonly [string, string])[] {
  const { parameters, broker, addresses, machine, seconds, parts } = report;
  const [sending = '', through = '', receiving = ''] = shapeWords(parameters, show);
  const warmup = parameters.warmup > 0 ? ` after ${secondsText(parameters.warmup)} of warm-up` : '';
  const lag =
    parameters.consumers > 0 && seconds.receiving > seconds.sending
      ? `, the last message ${secondsText(seconds.receiving - seconds.sending)} later`
      : '';
  return [
    ['bench', report.name],
    ['sent by', sending],
    ['through', through],
    ['to', receiving],
    ['measured', `${secondsText(seconds.sending)}${warmup}${lag}`],
    [
      'broker',
      `${broker.lab ? `lab broker (as ${broker.product} ${broker.version})` : `${broker.product} ${broker.version}`} at ${addresses.join(', ')}`,
    ],
    ['machine', `${machine.platform}, ${machine.cpus} CPUs (${machine.cpu}), ${roundBytesText(machine.memory)}, Node ${machine.node}`],
    ...(parts === undefined ? [] : [['joined', `of ${parts.length} runs: ${parts.join(', ')}`] as const]),
  ];
}

function totalsTable({ parameters, totals, rates }: BenchReport, { color }: BarDisplay): string[] {
  const bytes = (rate: number) => `${roundBytesText(rate)}/s`;
  const [head = '', ...rows] = alignedRows([
    ['', 'messages', 'msg/s', 'bytes'],
    ['sent', countText(totals.sent), countText(rates.sent), bytes(rates.sentBytes)],
    ...(parameters.confirm > 0 ? [['confirmed', countText(totals.confirmed), countText(rates.confirmed)]] : []),
    ...(parameters.consumers > 0 ? [['received', countText(totals.received), countText(rates.received), bytes(rates.receivedBytes)]] : []),
    ...(parameters.consumers > 0 && parameters.ack ? [['acked', countText(totals.acked)]] : []),
  ]);
  return [createStyle(color).bold(head), ...rows];
}

function latencyBlocks({ latency, uncorrected, parameters }: BenchReport, display: BarDisplay): string[][] {
  const isPaced = parameters.rates.length > 0;
  const scale = latencyScale([latency.endToEnd, latency.confirm]);
  if (scale === undefined) return [];
  const block = (title: string, kind: 'endToEnd' | 'confirm') =>
    latency[kind].count === 0 ? [] : latencyChart(title, latency[kind], isPaced ? uncorrected[kind] : undefined, scale, display);
  const end = (value: number) => latencyText(value, display.ascii).replace(/\.0+ /, ' ');
  const about = isPaced
    ? 'Counted from when a message was due by the rate; from when it was sent hides what a stall did to those that waited.'
    : 'Sent as fast as it goes, so this is the latency of a full pipeline; with --rate it is that of a steady load.';
  const { dim } = createStyle(display.color);
  return [
    block('end-to-end latency', 'endToEnd'),
    block('confirm latency', 'confirm'),
    [`Bars are logarithmic, from ${end(scale.low)} to ${end(scale.high)}.`, about]
      .flatMap((line) => wrapLine(line, display.columns - 1))
      .map((line) => dim(line)),
  ];
}

function generatorLines({ cpu, totals }: BenchReport, display: BarDisplay): string[] {
  if (totals.sent + totals.received === 0) return [];
  const text =
    `load generator: busiest thread ${Math.round(cpu.busiest * 100)} % busy, ${secondsText(cpu.seconds)} of CPU time, ` +
    `${latencyText(cpu.perMessage, display.ascii)} for each message sent or received`;
  return wrapLine(text, display.columns - 1);
}

function findingLines({ level, text }: BenchFinding, { color, ascii, columns }: BarDisplay): string[] {
  const style = createStyle(color);
  const paint = { error: style.red.bold, warning: style.yellow, good: style.green }[level];
  const mark = { error: '!!', warning: '!', good: ascii ? 'ok' : '✓' }[level];
  return wrapLine(`${mark} ${text}`, columns - 1, mark.length + 1).map((line) => paint(line));
}
