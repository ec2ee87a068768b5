import { escapeLine } from './escape.ts';
import { createStyle } from './style.ts';

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What to type or do; null when all is well. */
  readonly fix: string | null;
}

/** A line for each check, and one under it with the fix when it failed. */
export function doctorView(checks: readonly Check[], display: { readonly color: boolean; readonly ascii: boolean }): string {
  const style = createStyle(display.color);
  const [good, bad] = display.ascii ? ['ok  ', 'FAIL'] : ['✔', '✘'];
  const width = Math.max(...checks.map(({ name }) => name.length));
  const indent = ' '.repeat(good.length + 1);
  return checks
    .flatMap(({ name, ok, detail, fix }) => [
      `${ok ? style.green(good) : style.red(bad)} ${style.bold(name.padEnd(width))}  ${escapeLine(detail)}`,
      ...(fix === null ? [] : [`${indent}${' '.repeat(width)}  ${style.yellow('fix:')} ${escapeLine(fix)}`]),
    ])
    .join('\n');
}
