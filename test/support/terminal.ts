import { join } from 'node:path';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { eventually } from './polling.ts';
import { temporaryHome } from './spawn.ts';

const bin = join(import.meta.dirname, '../../bin/rmq-lab.js');

const KEYS = {
  enter: '\r',
  escape: '\x1b',
  tab: '\t',
  space: ' ',
  backspace: '\x7f',
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  'ctrl-c': '\x03',
  'ctrl-d': '\x04',
} as const;

export interface TerminalOptions {
  /** Laid over a clean environment, as in spawn.ts. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** 100 by 40 unless said. */
  readonly cols?: number;
  readonly rows?: number;
}

/** A program on a terminal of its own. */
export interface TestTerminal {
  type(text: string): void;
  press(key: keyof typeof KEYS): void;
  /** What a user sees now: the lines of the screen, without what is blank at their ends and below. */
  screen(): string;
  /** All that was ever printed and not overwritten, with lines that the terminal broke put together again. */
  scrollback(): string;
  /** Resolves with the screen once it matches; rejects, showing it, after `within` ms (10 s), or when the program has ended without. */
  waitFor(pattern: RegExp | string, within?: number): Promise<string>;
  readonly exited: Promise<{ exitCode: number; signal: number | undefined }>;
  resize(cols: number, rows: number): void;
  /** Ends the program if it still runs; resolves when it is gone. */
  close(): Promise<void>;
}

/** Runs rmq-lab with these arguments, or another program, on a new pseudo-terminal. Whoever opens one closes it. */
export function openTerminal(
  command: readonly string[] | { file: string; args: readonly string[] },
  options: TerminalOptions = {},
): TestTerminal {
  const { cols = 100, rows = 40, cwd } = options;
  const home = temporaryHome({ TERM: 'xterm-256color', ...options.env });
  const { file, args } = 'file' in command ? command : { file: process.execPath, args: [bin, ...command] };
  const child = pty.spawn(file, [...args], { name: 'xterm-256color', cols, rows, cwd: cwd ?? home.home, env: home.env });
  const terminal = new xterm.Terminal({ cols, rows, scrollback: 10_000, allowProposedApi: true });
  let running = true;

  const exited = new Promise<{ exitCode: number; signal: number | undefined }>((resolve) => {
    child.onExit(({ exitCode, signal }) => {
      running = false;
      home.remove();
      terminal.write('', () => resolve({ exitCode, signal })); // once all before it is on the screen
    });
  });
  child.onData((data) => terminal.write(data));
  terminal.onData((answer) => running && child.write(answer)); // where is the cursor? and the like

  const line = (y: number, trim: boolean) => terminal.buffer.active.getLine(y)?.translateToString(trim) ?? '';
  const screen = () => {
    const { baseY } = terminal.buffer.active;
    return Array.from({ length: terminal.rows }, (_, row) => line(baseY + row, true))
      .join('\n')
      .trimEnd();
  };
  const matches = (pattern: RegExp | string) => (typeof pattern === 'string' ? screen().includes(pattern) : pattern.test(screen()));

  return {
    type: (text) => child.write(text),
    press: (key) => child.write(KEYS[key]),
    screen,
    scrollback() {
      const buffer = terminal.buffer.active;
      const rows = Array.from({ length: buffer.length }, (_, y) => {
        const goesOn = buffer.getLine(y + 1)?.isWrapped === true;
        return goesOn ? line(y, false) : `${line(y, true)}\n`;
      });
      return rows.join('').trimEnd();
    },
    async waitFor(pattern, within = 10_000) {
      const look = () => {
        if (matches(pattern) || !running) return screen();
        throw new Error(`no ${pattern} on the screen`);
      };
      try {
        const seen = await eventually(look, { within });
        if (running) return seen;
        await exited;
        if (!matches(pattern)) throw new Error(`the program ended with no ${pattern} on the screen`);
        return screen();
      } catch (cause) {
        const frame = '-'.repeat(terminal.cols);
        throw new Error(`${(cause as Error).message}\n${frame}\n${screen()}\n${frame}`, { cause });
      }
    },
    exited,
    resize(newCols, newRows) {
      child.resize(newCols, newRows);
      terminal.resize(newCols, newRows);
    },
    async close() {
      if (running) child.kill('SIGKILL');
      await exited;
      terminal.dispose();
    },
  };
}
