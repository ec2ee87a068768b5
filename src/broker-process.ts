import { writeSync } from 'node:fs';
import { runBroker } from './commands/broker-run.ts';
import type { ChildOptions } from './engines/lab.ts';
import { LabError } from './errors.ts';
import { createHost } from './host.ts';
import { systemClock } from './system-clock.ts';

/** Its standard output and its standard error are one file, the log. */
const LOG_FD = 1;

/**
 * Runs the broker of `rmq-lab broker start` until SIGINT or SIGTERM, and answers the exit code. It does without the command line, which would
 * take as long to load as the broker.
 */
export async function runBrokerProcess(host: NodeJS.Process): Promise<number> {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const kind = signal === 'SIGINT' ? 'interrupted' : 'terminated';
    host.on(signal, () => interruption.abort(new LabError(kind, kind)));
  }
  const write = async (data: string) => {
    try {
      writeSync(LOG_FD, data);
    } catch {
      // the log's disk is full, say: no reason to end, or for the log to be silent for good, as a stream is after an error
    }
  };
  const child = JSON.parse(host.argv.at(-1) ?? '') as ChildOptions;
  try {
    await runBroker(
      {
        env: host.env,
        host: createHost(host.env),
        clock: systemClock,
        settings: { json: false, quiet: false, verbose: false, yes: false, ascii: false, vhost: undefined, reconnectFor: 0 },
        interrupted: interruption.signal,
        write,
        print: (_value, text) => write(`${text()}\n`),
        note: (line) => void write(`${line}\n`),
      },
      child.start,
      child,
    );
    return 0;
  } catch (cause) {
    if (!(cause instanceof LabError)) throw cause;
    if (!interruption.signal.aborted) await write(`error: ${cause.message}\n`);
    return cause.exitCode;
  }
}
