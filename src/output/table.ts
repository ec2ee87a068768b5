import Table from 'cli-table3';
import { createStyle } from './style.ts';

/** Rows under headings, in columns as wide as they must be, without lines between: fit for a terminal and for `awk` alike. */
export function tableView(head: readonly string[], rows: readonly (readonly string[])[], color: boolean): string {
  const none = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '' };
  const table = new Table({
    chars: { ...none, 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
    // cli-table3 colours heads and borders even in a pipe, unless it is told not to
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  const { bold } = createStyle(color);
  table.push(
    head.map((word) => bold(word)),
    ...rows.map((row) => [...row]),
  );
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
