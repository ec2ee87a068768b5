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
  /**
   * Given all that a command wrote to its stdout, and why it failed, if it did; answers why the message failed after all, or undefined.
   * Absent: stdout goes to `output` as it comes. It is not asked of a command that an interruption has ended.
   */
  readonly answer?: (delivery: Delivery, stdout: Buffer, failure: string | undefined) => Promise<string | undefined>;
  /** What a command writes to its stdout (without `answer`) and stderr. */
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
    const gathered: Buffer[] = [];
    let failure = interrupted.aborted
      ? 'interrupted'
      : await run(options, delivery, children, gathered).catch((cause: Error) => cause.message);
    if (options.answer !== undefined && !(interrupted.aborted && failure !== undefined)) {
      failure = await options.answer(delivery, Buffer.concat(gathered), failure);
    }
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

/** What no broker takes as a message (the most that RabbitMQ can be set to, 512 MiB, does not fit into this process either), in bytes. */
const LONGEST_ANSWER = 128 * 1024 * 1024;

/** Runs the command on one message; answers why it failed, or undefined. Its stdout is added to `gathered` where it is an answer. */
function run(options: ExecOptions, delivery: Delivery, children: Set<ChildProcess>, gathered: Buffer[]): Promise<string | undefined> {
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
    let size = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      if (options.answer === undefined) return options.output(chunk, 'stdout');
      size += chunk.length;
      if (size <= LONGEST_ANSWER) gathered.push(chunk);
      else endGroup(child, 'KILL');
    });
    child.stderr.on('data', (chunk: Buffer) => options.output(chunk, 'stderr'));
    const end = (failure: string | undefined) => {
      options.interrupted.removeEventListener('abort', stop);
      children.delete(child);
      resolve(failure);
    };
    child.on('error', (error) => end(error.message));
    child.on('close', (code, signal) => {
      if (size > LONGEST_ANSWER) return end(`an answer of more than ${LONGEST_ANSWER} bytes`);
      end(code === 0 ? undefined : signal === null ? `exit ${code}` : `killed by ${signal}`);
    });
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
