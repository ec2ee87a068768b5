import type { Readable } from 'node:stream';
import { isatty } from 'node:tty';
import { LabError } from './errors.ts';
import { main } from './main.ts';
import type { Surroundings } from './streams.ts';

/**
 * Runs this process's command line and answers its exit code. SIGINT, SIGTERM and SIGHUP (a closed terminal, where stdin is one) ask it to end, a
 * second one ends it at once; a reader of stdout who leaves is no error.
 */
export async function runProcess(host: NodeJS.Process): Promise<number> {
  const interruption = new AbortController();
  let signalled: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    signalled = signal;
    const kind = signal === 'SIGINT' ? 'interrupted' : 'terminated';
    interruption.abort(new LabError(kind, kind));
  };
  // a listener would undo nohup, which takes the terminal away as stdin
  const signals = isatty(0) ? (['SIGINT', 'SIGTERM', 'SIGHUP'] as const) : (['SIGINT', 'SIGTERM'] as const);
  for (const signal of signals) host.once(signal, onSignal);
  // without a listener a closed pipe would end the process with a stack
  host.stdout.on('error', () => undefined);
  host.stderr.on('error', () => undefined);
  let stdin: Readable | undefined;
  const surroundings: Surroundings = {
    get stdin() {
      stdin ??= host.stdin;
      return stdin as Surroundings['stdin'];
    },
    stdout: host.stdout,
    stderr: host.stderr,
    env: host.env,
    interrupted: interruption.signal,
  };
  try {
    return await main(host.argv.slice(2), surroundings);
  } finally {
    for (const signal of signals) host.removeListener(signal, onSignal);
    stdin?.destroy();
    // output that nobody takes, and that was given up, would hold the process until somebody does
    if (signalled !== undefined && host.stdout.writableLength > 0) host.kill(host.pid, signalled);
  }
}
