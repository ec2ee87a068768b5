import { truncateSync } from 'node:fs';
import type { Clock } from '../client/clock.ts';
import type { BrokerEvent } from '../lab-broker/events.ts';

/** Lines in a second. A broker can do more than anybody can read, and than a disk should hold. */
const RATE = 200;
const SECOND = 1_000;
/** Characters of a log; then it begins anew. */
const LOG_SIZE = 8_388_608;

/** Prints events as they come. */
export interface EventPrinter {
  add(event: BrokerEvent): void;
  /** Lines that the output has not taken yet. */
  waiting(): number;
  /** Rejects when the output is closed; never resolves. */
  readonly closed: Promise<never>;
  /** Prints nothing more, and waits for nothing. */
  end(): void;
}

/**
 * A line an event, but not more than a few hundred in a second, nor while the output takes nothing: of more, only the number is told.
 * `logFile` is where the output goes, when it is a file that must not grow without end.
 */
export function createEventPrinter(
  write: (text: string) => Promise<void>,
  clock: Clock,
  format: (event: BrokerEvent | { readonly type: 'skipped'; readonly count: number }, now: number) => string,
  logFile?: string,
): EventPrinter {
  let lines: string[] = [];
  let count = 0;
  let skipped = 0;
  let writing = false;
  let written = 0;
  const ended = new AbortController();
  let fail: (cause: unknown) => void = () => undefined;
  const closed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  closed.catch(() => undefined);

  const print = async () => {
    if (writing) return;
    writing = true;
    while (lines.length > 0) {
      const text = lines.join('');
      lines = [];
      await write(text);
      written += text.length;
      if (logFile !== undefined && written > LOG_SIZE) {
        written = 0;
        cut(logFile);
      }
    }
    writing = false;
  };
  const push = (event: Parameters<typeof format>[0]) => {
    lines.push(`${format(event, clock.now())}\n`);
    print().catch(fail);
  };
  const awaitSecond = () => void clock.sleep(SECOND, ended.signal).then(endSecond);
  const endSecond = () => {
    if (ended.signal.aborted) return;
    const more = skipped;
    // an output that is behind has less room in the next second
    count = lines.length;
    skipped = 0;
    if (count > 0) awaitSecond();
    // told once the lines before it are through
    if (count > RATE) skipped = more;
    else if (more > 0) push({ type: 'skipped', count: more });
  };

  return {
    closed,
    end: () => ended.abort(),
    waiting: () => lines.length,
    add(event) {
      if (ended.signal.aborted) return;
      if (count++ === 0) awaitSecond();
      if (count > RATE) skipped++;
      else push(event);
    },
  };
}

function cut(file: string): void {
  try {
    truncateSync(file);
  } catch {
    // somebody removed it
  }
}
