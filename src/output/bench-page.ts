import type { BenchCurves } from '../bench/percentile-curve.ts';
import type { BenchReport } from '../bench/report.ts';
import { benchFindings } from './bench-findings.ts';
import { BENCH_PAGE_STYLE } from './bench-page-style.ts';
import { intervalsTable, latencyTable, parametersTable, totalsTable } from './bench-page-tables.ts';
import { type ArgumentText, shapeWords } from './bench-parameters.ts';
import { benchPercentileChart } from './bench-percentile-chart.ts';
import { benchRateChart } from './bench-rate-chart.ts';
import { htmlTable, htmlText } from './html.ts';
import { countText, latencyText, roundBytesText, secondsText } from './quantity.ts';

/** A run as one HTML page that needs nothing else: no script, no font, no picture of elsewhere; its own policy forbids them. */
export function benchPage(report: BenchReport, curves: BenchCurves, show: ArgumentText): string {
  const { name, broker, startedAt, rates, parameters } = report;
  const product = `${broker.lab ? 'lab broker, as ' : ''}${broker.product} ${broker.version}`;
  const rate = `${countText(rates.sent)} msg/s in${parameters.consumers > 0 ? `, ${countText(rates.received)} msg/s out` : ''}`;
  const findings = benchFindings(report).toReversed();
  const percentiles = benchPercentileChart(report, curves);
  const charts = benchRateChart(report);
  const parts = [
    `<h1>${htmlText(rate)}</h1>`,
    `<p class="faint">${htmlText(`${product}, ${startedAt}, ${name}`)}</p>`,
    `<p>${htmlText(`${shapeWords(parameters, show).join('; ')}.`)}</p>`,
    findings.length === 0
      ? ''
      : `<ul class="findings">${findings.map(({ level, text }) => `<li class="${level}">${htmlText(text)}</li>`).join('')}</ul>`,
    charts === '' ? '' : `<h2>Rates</h2>${charts}`,
    totalsTable(report),
    percentiles === '' ? '' : `<h2>Latency</h2>${percentiles}<p class="faint">${htmlText(aboutLatency(report))}</p>${latencyTable(report)}`,
    `<h2>What was run</h2>${worldTable(report)}${parametersTable(report, show)}`,
    report.intervals.length === 0 ? '' : `<details><summary>The figures of each interval</summary>${intervalsTable(report)}</details>`,
  ];
  return (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">' +
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">` +
    `<title>${htmlText(`${rate}: ${product}`)}</title><style>${BENCH_PAGE_STYLE}</style></head>\n<body><main>\n${parts.filter((part) => part !== '').join('\n')}\n</main></body></html>\n`
  );
}

function aboutLatency({ parameters }: BenchReport): string {
  return parameters.rates.length > 0
    ? 'Counted from when a message was due by the rate. Counted from when it was really sent, the wait that a stalled broker causes is hidden.'
    : 'Sent as fast as it goes, so this is the latency of a full pipeline, not of a steady load.';
}

function worldTable({ addresses, machine, seconds, cpu, parameters, parts }: BenchReport): string {
  const rows: string[][] = [
    ['addresses', addresses.join(', ')],
    ['machine', `${machine.platform}, ${machine.cpus} CPUs (${machine.cpu}), ${roundBytesText(machine.memory)}, Node ${machine.node}`],
    ['sent during', secondsText(seconds.sending)],
    ...(parameters.consumers > 0 ? [['received during', secondsText(seconds.receiving)]] : []),
    [
      'load generator',
      `busiest thread ${Math.round(cpu.busiest * 100)} % busy, ${secondsText(cpu.seconds)} of CPU time, ${latencyText(cpu.perMessage)} for each message sent or received`,
    ],
    ...(parts === undefined ? [] : [['joined of', parts.join(', ')]]),
  ];
  return htmlTable('Where it ran', [], rows, 'words');
}
