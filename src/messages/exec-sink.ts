import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock } from '../client/clock.ts';
import { fieldToJson } from '../client/field-json.ts';
import type { Delivery } from '../client/message.ts';
import type { Verdict } from './ack-ledger.ts';
import type { Sink } from './sink.ts';

/** How to run a command per message. */
export interface ExecOptions {
  /** Given to the shell. */
  readonly command: string;
  /** What becomes of a message whose command failed. */
  readonly onFail: 'requeue' | 'reject';
  /** Commands at a time. */
  readonly parallel: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Ends running commands (SIGTERM) when aborted. */
  readonly interrupted: AbortSignal;
  /** What a command writes to its stdout and stderr. */
  readonly output: (chunk: Buffer, stream: 'stdout' | 'stderr') => void;
  readonly note: (line: string) => void;
}

/** How many commands have succeeded and failed so far. */
export interface ExecTally {
  succeeded: number;
  failed: number;
}

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 10_000;

/**
 * A sink that runs a command per message: the body on its stdin, the rest in its environment. Exit 0 acks; anything else, a
 * signal included, requeues or rejects. After a failure that requeues, the message is held for a pause that doubles with each failure in
 * a row before it goes back, so that a message which always fails makes no hot loop. When interrupted it ends the commands (SIGTERM).
 */
export function createExecSink(options: ExecOptions): Sink & { readonly tally: ExecTally } {
  const { clock, interrupted } = options;
  const tally: ExecTally = { succeeded: 0, failed: 0 };
  const waiting: { readonly delivery: Delivery; readonly done: (verdict: Verdict) => void }[] = [];
  const children = new Set<ChildProcess>();
  let running = 0;
  let failuresInARow = 0;

  const next = () => {
    for (let first = waiting[0]; first !== undefined && running < options.parallel; first = waiting[0]) {
      const { delivery, done } = first;
      waiting.shift();
      running++;
      void work(delivery).then((verdict) => {
        running--;
        done(verdict);
        next();
      });
    }
  };

  const work = async (delivery: Delivery): Promise<'ack' | 'requeue' | 'reject'> => {
    // what cannot even be started (too large for an environment, nested too deeply) is a failure like any other
    const failure = interrupted.aborted ? 'interrupted' : await run(options, delivery, children).catch((cause: Error) => cause.message);
    if (failure === undefined) {
      failuresInARow = 0;
      tally.succeeded++;
      return 'ack';
    }
    if (interrupted.aborted) return 'requeue';
    tally.failed++;
    options.note(`the command failed (${failure}) on a message with routing key '${delivery.routingKey}': ${options.onFail}`);
    if (options.onFail === 'reject') return 'reject';
    await clock.sleep(Math.min(FIRST_PAUSE * 2 ** failuresInARow++, LONGEST_PAUSE), interrupted);
    return 'requeue';
  };

  return {
    tally,
    patience: 10_000,
    // an exec sink can always take more: the prefetch bounds what waits
    ended: new Promise(() => undefined),
    take(delivery, done) {
      waiting.push({ delivery, done });
      next();
    },
    stop() {
      for (const { done } of waiting.splice(0)) done('requeue');
    },
    abandon() {
      for (const child of children) {
        endGroup(child, 'KILL');
        // what it has left behind elsewhere may keep them open, and this process with them
        child.stdout?.destroy();
        child.stderr?.destroy();
      }
    },
  };
}

/** Runs the command on one message; answers why it failed, or undefined. */
function run(options: ExecOptions, delivery: Delivery, children: Set<ChildProcess>): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(options.command, {
      shell: true,
      // a process group of its own: what the shell has started ends with it
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...options.env, ...messageEnvironment(delivery) },
    });
    const stop = () => endGroup(child, 'TERM');
    children.add(child);
    options.interrupted.addEventListener('abort', stop);
    // a command that does not read its stdin is no failure
    child.stdin.on('error', () => undefined);
    child.stdin.end(delivery.body);
    child.stdout.on('data', (chunk: Buffer) => options.output(chunk, 'stdout'));
    child.stderr.on('data', (chunk: Buffer) => options.output(chunk, 'stderr'));
    const end = (failure: string | undefined) => {
      options.interrupted.removeEventListener('abort', stop);
      children.delete(child);
      resolve(failure);
    };
    child.on('error', (error) => end(error.message));
    child.on('close', (code, signal) => end(code === 0 ? undefined : signal === null ? `exit ${code}` : `killed by ${signal}`));
  });
}

/** Signals all that a child has started. By the shell's own `kill`, since Node's `child.kill` reaches the child alone. */
function endGroup({ pid }: ChildProcess, signal: 'TERM' | 'KILL'): void {
  if (pid !== undefined) spawn(`kill -s ${signal} -- -${pid}`, { shell: true, stdio: 'ignore' }).on('error', () => undefined);
}

/** Longer values would make the command impossible to start (a Linux limit of 128 KiB for one variable). */
const LONGEST_VALUE = 100_000;

/** The message's envelope as environment variables; what holds a NUL byte or is too long is left out. */
export function messageEnvironment(delivery: Delivery): Record<string, string> {
  const { headers, ...properties } = delivery.properties;
  const all: Record<string, string> = {
    RMQ_EXCHANGE: delivery.exchange,
    RMQ_ROUTING_KEY: delivery.routingKey,
    RMQ_REDELIVERED: String(delivery.redelivered),
    RMQ_HEADERS: JSON.stringify(fieldToJson(headers ?? {})),
    RMQ_PROPERTIES: JSON.stringify(properties),
  };
  for (const [name, value] of Object.entries(properties)) {
    all[`RMQ_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`] = String(value);
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => !value.includes('\0') && Buffer.byteLength(value) < LONGEST_VALUE));
}
