import type { BenchDiff, DiffRow } from '../bench/diff.ts';
import type { BenchReport } from '../bench/report.ts';
import { alignedRows } from './aligned.ts';
import type { BarDisplay } from './bars.ts';
import { type ArgumentText, parameterRow } from './bench-parameters.ts';
import { escapeLine } from './escape.ts';
import { wrapLine } from './lesson-wrap.ts';
import { countText, latencyText, roundBytesText } from './quantity.ts';
import { createStyle } from './style.ts';

/** What two runs do not have in common, their figures beside each other, and what may be said of it. */
export function benchDiffView(
  { parameters, surroundings, rows, sentences }: BenchDiff,
  a: BenchReport,
  b: BenchReport,
  display: BarDisplay,
  show: ArgumentText,
): string {
  const { bold } = createStyle(display.color);
  const wrap = (line: string) => wrapLine(escapeLine(line), display.columns - 1);
  const differing = [
    ...surroundings.map((name) => `${name}: ${SURROUNDINGS[name](a)} in A, ${SURROUNDINGS[name](b)} in B`),
    ...parameters.map((name) => {
      const [first, second] = [parameterRow(a.parameters, name, show), parameterRow(b.parameters, name, show)];
      return `${first.label}: ${first.text} in A, ${second.text} in B`;
    }),
  ];
  const [head = '', ...lines] = alignedRows([
    ['', 'A', 'B', 'B to A'],
    ...rows.map((row) => [row.name, valueText(row, row.a, display.ascii), valueText(row, row.b, display.ascii), ratioText(row)]),
  ]);
  const blocks = [
    [...wrap(`A  ${a.name}, ${a.startedAt}`), ...wrap(`B  ${b.name}, ${b.startedAt}`)],
    differing.length === 0
      ? ['All parameters are the same.']
      : [bold('not the same'), ...differing.flatMap((line) => wrapLine(`  ${escapeLine(line)}`, display.columns - 1))],
    [bold(head), ...lines],
    sentences.flatMap(wrap),
  ];
  return blocks.map((block) => block.join('\n')).join('\n\n');
}

const SURROUNDINGS: Readonly<Record<BenchDiff['surroundings'][number], (report: BenchReport) => string>> = {
  broker: ({ broker: { product, version, lab } }) => `${lab ? 'lab broker, as ' : ''}${product} ${version}`,
  machine: ({ machine: { platform, cpus, cpu, node } }) => `${platform}, ${cpus} CPUs (${cpu}), Node ${node}`,
  addresses: ({ addresses }) => addresses.join(', '),
};

function valueText({ unit }: DiffRow, value: number | undefined, ascii: boolean): string {
  if (value === undefined) return '-';
  if (unit === 'latency') return latencyText(value, ascii);
  if (unit === 'bytes a second') return `${roundBytesText(value)}/s`;
  return unit === 'messages' ? countText(value) : `${countText(value)}/s`;
}

function ratioText({ ratio }: DiffRow): string {
  return ratio === undefined ? '-' : ratio.toFixed(2);
}
