import type { Readable } from 'node:stream';
import { LabError } from '../errors.ts';

/** A terminal to read from, as far as this needs it. */
export type Keyboard = Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };

const CTRL_C = 0x03;

/**
 * Runs something that Ctrl-C ends, and nothing else: the signal that `use` is given is aborted by the first one; a second one, and
 * whatever else interrupts the program, does what it always does. What is typed meanwhile is kept for who reads next.
 */
export async function stoppable<T>(keyboard: Keyboard, interrupted: AbortSignal, use: (signal: AbortSignal) => Promise<T>): Promise<T> {
  if (keyboard.isTTY !== true || keyboard.setRawMode === undefined || interrupted.aborted) return use(interrupted);
  const control = new AbortController();
  const kept: Buffer[] = [];
  const read = (chunk: Buffer | string) => {
    const typed = Buffer.from(chunk);
    const at = typed.lastIndexOf(CTRL_C);
    if (at < 0) {
      kept.push(typed);
      return;
    }
    // as a terminal does it: what was typed before Ctrl-C is gone
    kept.splice(0, kept.length, typed.subarray(at + 1));
    // the next one is the terminal's again
    keyboard.setRawMode?.(false);
    control.abort(new LabError('interrupted', 'interrupted'));
  };
  keyboard.on('data', read);
  keyboard.setRawMode(true);
  // whoever asked last has paused it
  keyboard.resume();
  try {
    return await use(AbortSignal.any([control.signal, interrupted]));
  } finally {
    keyboard.setRawMode(false);
    keyboard.pause();
    keyboard.removeListener('data', read);
    const typed = Buffer.concat(kept);
    if (typed.length > 0) keyboard.unshift(typed);
  }
}
