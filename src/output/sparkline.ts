const BARS = '▁▂▃▄▅▆▇█';
const ASCII_BARS = '_.-=+*%#';

/** A bar for each value, side by side in one line; they grow from nothing to the highest value. */
export function sparkline(values: readonly number[], ascii: boolean): string {
  const bars = ascii ? ASCII_BARS : BARS;
  const highest = Math.max(...values, 1);
  return values.map((value) => bars[Math.ceil((value / highest) * (bars.length - 1))] ?? '').join('');
}
