import type { Writable } from 'node:stream';

/** A few lines at the end of what a terminal shows, which are drawn again and again in their place. */
export interface LiveBlock {
  /** Writes lines that stay, and the block anew below them. No line may be as wide as the terminal. */
  draw(staying: readonly string[], block: readonly string[]): void;
  /** Takes the block away. */
  clear(): void;
}

// between these a terminal that knows them shows nothing half drawn
const [BEGIN, END] = ['\x1b[?2026h', '\x1b[?2026l'];

/** A block on a terminal. What else is written there meanwhile stays, but may stand in the way of the block. */
export function createLiveBlock(terminal: Writable): LiveBlock {
  let height = 0;
  const draw = (staying: readonly string[], block: readonly string[]) => {
    const up = height === 0 ? '' : `\x1b[${height}A\r\x1b[J`;
    height = block.length;
    terminal.write(`${BEGIN}${up}${[...staying, ...block].map((line) => `${line}\n`).join('')}${END}`);
  };
  return {
    draw,
    clear() {
      if (height > 0) draw([], []);
    },
  };
}
