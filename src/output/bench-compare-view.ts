import type { CompareFigure, CompareReading, CompareRow } from '../bench/compare-reading.ts';
import type { Spread } from '../bench/spread.ts';
import { alignedRows } from './aligned.ts';
import type { BarDisplay } from './bars.ts';
import { cutLine } from './cut-line.ts';
import { escapeLine } from './escape.ts';
import { wrapLine } from './lesson-wrap.ts';
import { countText, latencyText } from './quantity.ts';
import { createStyle } from './style.ts';

/** The longest bar, in characters. */
const LONGEST = 40;

/** A table of the medians, a bar for each combination's rate, and what the rounds say. `title` says what was run. */
export function benchCompareView(title: string, { rows, rate, sentences }: CompareReading, display: BarDisplay): string {
  const { bold } = createStyle(display.color);
  const [head = '', ...lines] = tableOf(rows, rate, display);
  const bars = barsOf(rows, rate, display);
  const blocks = [
    wrapLine(escapeLine(title), display.columns - 1),
    [bold(head), ...lines],
    [bold(`${rate}, messages/s: median (lowest to highest)`), ...bars],
    sentences.flatMap((sentence) => wrapLine(escapeLine(sentence), display.columns - 1)),
  ];
  return blocks.map((block) => block.join('\n')).join('\n\n');
}

function tableOf(rows: readonly CompareRow[], rate: 'sent' | 'received', { ascii, columns }: BarDisplay): string[] {
  const median = (row: CompareRow, figure: CompareFigure, text: (value: number) => string) => {
    const spread = row.figures[figure];
    return spread === undefined ? '-' : text(spread.median);
  };
  const time = (value: number) => latencyText(value, ascii);
  const names = Object.keys(rows[0]?.labels ?? {});
  const ratio = (row: CompareRow, isLong: boolean) => {
    const spread = row.ratios[rate];
    return row === rows[0] || spread === undefined ? (row === rows[0] ? '1' : '-') : ratioText(spread, isLong);
  };
  const draw = (isLong: boolean, figures: readonly CompareFigure[]) =>
    alignedRows([
      [names.join(' '), `${rate}/s`, 'to first', ...figures.map((figure) => HEADS[figure])],
      ...rows.map((row) => [
        nameOf(row),
        median(row, rate, countText),
        ratio(row, isLong),
        ...figures.map((figure) => median(row, figure, time)),
      ]),
    ]);
  // what matters least goes first
  const attempts = [
    draw(true, ['p50', 'p99', 'cpu']),
    draw(true, ['p50', 'p99']),
    draw(true, ['p99']),
    draw(false, ['p99']),
    draw(false, []),
  ];
  const fits = attempts.find((lines) => lines.every(({ length }) => length < columns));
  return fits ?? (attempts.at(-1) ?? []).map((line) => cutLine(line, columns - 1, ascii));
}

const HEADS: Readonly<Record<CompareFigure, string>> = { sent: 'sent/s', received: 'received/s', p50: 'p50', p99: 'p99', cpu: 'CPU/msg' };

function nameOf({ labels }: CompareRow): string {
  return escapeLine(Object.values(labels).join(' '));
}

function ratioText({ min, median, max }: Spread, isLong: boolean): string {
  return isLong ? `${median.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)})` : median.toFixed(2);
}

function barsOf(rows: readonly CompareRow[], rate: 'sent' | 'received', { color, ascii, columns }: BarDisplay): string[] {
  const style = createStyle(color);
  const texts = rows.map(({ figures }) => {
    const spread = figures[rate];
    if (spread === undefined) return '-';
    const { min, median, max } = spread;
    return `${countText(median)} (${countText(min)} to ${countText(max)})`;
  });
  const most = Math.max(0, ...rows.map(({ figures }) => figures[rate]?.median ?? 0));
  const ending = Math.max(0, ...texts.map(({ length }) => length));
  const width = Math.min(Math.max(0, ...rows.map((row) => nameOf(row).length)), Math.max(Math.floor((columns - ending) / 2) - 4, 8));
  const longest = Math.max(Math.min(columns - 1 - width - ending - 5, LONGEST), 3);
  return rows.map((row, i) => {
    const median = row.figures[rate]?.median ?? 0;
    const bar = (ascii ? '#' : '█').repeat(most === 0 ? 0 : Math.round((median / most) * longest));
    const paint = row.generatorBound ? style.yellow : style.cyan;
    return `  ${cutLine(nameOf(row), width, ascii).padEnd(width)}  ${[paint(bar), texts[i]].filter((part) => part !== '').join(' ')}`;
  });
}
