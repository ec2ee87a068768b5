import { escapeLine } from './escape.ts';
import { createStyle } from './style.ts';

/** How bars may look. */
export interface BarDisplay {
  readonly color: boolean;
  readonly ascii: boolean;
  /** No line is longer. */
  readonly columns: number;
}

/** The longest bar, in characters. */
const LONGEST = 40;

/** A line for each count, with its name in front and a bar as long as its part of the largest. */
export function barsView(counts: Readonly<Record<string, number>>, display: BarDisplay): string[] {
  const rows = Object.entries(counts).map(([name, count]) => ({ name: escapeLine(name), count }));
  const most = Math.max(...rows.map(({ count }) => count));
  const digits = String(most).length;
  const room = Math.max(display.columns - digits - 6, 20);
  const width = Math.min(Math.max(...rows.map(({ name }) => name.length)), Math.floor(room * 0.6));
  const longest = Math.min(room - width, LONGEST);
  const [full, ellipsis] = display.ascii ? ['#', '~'] : ['█', '…'];
  const style = createStyle(display.color);
  return rows.map(({ name, count }) => {
    const shown = name.length > width ? `${name.slice(0, width - 1)}${ellipsis}` : name.padEnd(width);
    const bar = full.repeat(Math.max(1, Math.round((count / most) * longest)));
    return `  ${shown}  ${String(count).padStart(digits)} ${style.cyan(bar)}`;
  });
}
