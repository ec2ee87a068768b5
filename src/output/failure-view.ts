import type { LabError } from '../errors.ts';
import { escapeText } from './escape.ts';

/** A failure as a person reads it: what failed, more of it, what to type next; with `debug` where it came from. Ends with a newline. */
export function failureText(failure: LabError, debug = false): string {
  const lines = [`error: ${failure.message}`];
  if (failure.detail !== undefined) lines.push(failure.detail);
  if (failure.hint !== undefined) lines.push(`try: ${failure.hint}`);
  if (debug) for (let at: unknown = failure; at instanceof Error; at = at.cause) lines.push(at.stack ?? at.message);
  // names and bodies stand in it: they must not move a terminal's cursor
  return `${escapeText(lines.join('\n'))}\n`;
}
