import type { Writable } from 'node:stream';

/** A terminal, as far as a full screen needs it. */
type Terminal = Writable & { readonly columns?: number; readonly rows?: number };

/** A terminal's alternate screen, on which frames replace each other; what was there before comes back when it is closed. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  /** Draws over what is there, line by line, so that nothing flickers. */
  draw(lines: readonly string[]): void;
  /** Calls back when the size changes, until it is closed. */
  onResize(redraw: () => void): void;
  close(): void;
}

const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
// between these a terminal that knows them shows nothing half drawn
const [BEGIN, END] = ['\x1b[?2026h', '\x1b[?2026l'];

/** Takes the terminal over. Whoever opens a screen closes it, whatever happens. */
export function openScreen(terminal: Terminal): Screen {
  let redraw = () => {};
  const resized = () => redraw();
  terminal.write(ENTER);
  terminal.on('resize', resized);
  return {
    get columns() {
      return terminal.columns ?? 80;
    },
    get rows() {
      return terminal.rows ?? 24;
    },
    draw(lines) {
      const shown = lines.slice(0, terminal.rows ?? 24).map((line) => `${line}\x1b[K`);
      terminal.write(`${BEGIN}\x1b[H${shown.join('\r\n')}\x1b[J${END}`);
    },
    onResize(then) {
      redraw = then;
    },
    close() {
      terminal.removeListener('resize', resized);
      terminal.write(LEAVE);
    },
  };
}
