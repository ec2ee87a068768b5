import type { ComparedProperty } from '../topology/mismatch.ts';
import { escapeLine } from './escape.ts';
import { tableView } from './table.ts';

/** What was declared beside what exists; the differing rows are marked. It stands under an error, so it has no colour. */
export function mismatchView(properties: readonly ComparedProperty[]): string {
  const rows = properties.map(({ name, declared, existing, differs }) =>
    [`  ${name}`, declared, existing, differs ? '<- differs' : ''].map((cell) => escapeLine(cell)),
  );
  return tableView(['', 'declared', 'existing', ''], rows, false);
}
