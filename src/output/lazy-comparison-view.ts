import type { LazyPlan } from '../bench/lazy-comparison.ts';
import type { LazyFigure, LazyReading, LazyRow } from '../bench/lazy-reading.ts';
import type { Spread } from '../bench/spread.ts';
import { countText, roundBytesText } from './quantity.ts';
import { createStyle } from './style.ts';
import { tableView } from './table.ts';

/** Characters of the longest bar. */
const LONGEST = 40;

const FIGURES: Readonly<Record<LazyFigure, { readonly name: string; readonly text: (value: number) => string }>> = {
  publish: { name: 'publish (messages/s)', text: countText },
  consume: { name: 'consume (messages/s)', text: countText },
  inMemory: { name: 'messages in memory', text: countText },
  queueMemory: { name: 'memory of the queue', text: roundBytesText },
  brokerMemory: { name: 'memory of the broker', text: roundBytesText },
};

/** A table of the medians with their ranges, a bar for each, and what they say. */
export function lazyComparisonView(
  { count, size, rounds }: Pick<LazyPlan, 'count' | 'size' | 'rounds'>,
  { rows, sentences }: LazyReading,
  { color, ascii }: { readonly color: boolean; readonly ascii: boolean },
): string {
  const title = `${countText(count)} messages of ${roundBytesText(size)}, ${rounds} ${rounds === 1 ? 'round' : 'rounds'}: median (lowest to highest)`;
  const known = rows.filter((row) => row.default !== undefined && row.lazy !== undefined);
  const table = tableView(
    ['', 'default', 'lazy'],
    known.map((row) => [FIGURES[row.figure].name, spreadText(row, row.default), spreadText(row, row.lazy)]),
    color,
  );
  return [title, table, ...known.map((row) => bars(row, { color, ascii })), sentences.join('\n')].join('\n\n');
}

function spreadText({ figure }: LazyRow, spread: Spread | undefined): string {
  if (spread === undefined) return '-';
  const { text } = FIGURES[figure];
  const { min, median, max } = spread;
  return min === max ? text(median) : `${text(median)} (${text(min)} to ${text(max)})`;
}

function bars({ figure, default: a, lazy: b }: LazyRow, { color, ascii }: { readonly color: boolean; readonly ascii: boolean }): string {
  const style = createStyle(color);
  const longest = Math.max(a?.median ?? 0, b?.median ?? 0);
  const bar = (value: number) => (ascii ? '#' : '█').repeat(longest === 0 ? 0 : Math.round((value / longest) * LONGEST));
  const { name, text } = FIGURES[figure];
  const line = (mode: string, spread: Spread | undefined, paint: (words: string) => string) =>
    spread === undefined
      ? []
      : [`  ${mode.padEnd(8)} ${[paint(bar(spread.median)), text(spread.median)].filter((part) => part !== '').join(' ')}`];
  return [style.bold(name), ...line('default', a, style.blue), ...line('lazy', b, style.yellow)].join('\n');
}
