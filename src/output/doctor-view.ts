import { escapeLine } from './escape.ts';
import { createStyle } from './style.ts';

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** It could not be looked at, because another one failed. */
  readonly unchecked?: true;
  readonly detail: string;
  /** What to type or do; null when all is well. */
  readonly fix: string | null;
}

/** A line for each check, and one under it with the fix when it failed. What was not looked at has a sign of its own. */
export function doctorView(checks: readonly Check[], display: { readonly color: boolean; readonly ascii: boolean }): string {
  const style = createStyle(display.color);
  const [good, bad, open] = display.ascii ? ['ok  ', 'FAIL', '-   '] : ['✔', '✘', '–'];
  const width = Math.max(...checks.map(({ name }) => name.length));
  const indent = ' '.repeat(good.length + 1);
  return checks
    .flatMap(({ name, ok, unchecked = false, detail, fix }) => {
      const sign = ok ? style.green(good) : unchecked ? style.dim(open) : style.red(bad);
      return [
        `${sign} ${style.bold(name.padEnd(width))}  ${escapeLine(detail)}`,
        ...(fix === null || unchecked ? [] : [`${indent}${' '.repeat(width)}  ${style.yellow('fix:')} ${escapeLine(fix)}`]),
      ];
    })
    .join('\n');
}

/** How many failed, which, and how many could not be looked at for it; undefined when all is well. */
export function doctorVerdict(checks: readonly Check[]): string | undefined {
  const failed = checks.filter(({ ok, unchecked }) => !ok && unchecked !== true);
  const open = checks.filter(({ unchecked }) => unchecked).length;
  if (failed.length === 0) return undefined;
  const names = failed.map(({ name }) => name).join(', ');
  return `${failed.length} of ${checks.length} checks failed: ${names}${open === 0 ? '' : ` (and ${open} could not be made)`}`;
}
