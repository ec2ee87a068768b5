import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type FailureKind, LabError } from '../errors.ts';
import { type BrokerRecord, parseRecord } from './broker-record.ts';
import { awaitComing, findComing, forgetComing, noteComing } from './coming.ts';
import { endProcess } from './end-process.ts';
import type { Engine, Host, Started, StartOptions } from './engine.ts';
import { withLockFile, withLockFileIfPossible } from './lock-file.ts';
import { readLog } from './log-file.ts';
import { expectSameOptions } from './other-options.ts';
import { isAlive } from './process-table.ts';
import { findRecorded, findRunning, lockOf, logOf } from './state-file.ts';

/** How long a broker may take to accept connections, in milliseconds; each file of its log that it has read gives it as much again. */
const START_TIME = 15_000;
/** How long a broker that was asked to end may take, in milliseconds. */
const STOP_TIME = 5_000;

/** The file descriptor by which a child tells how its start went. */
const READY_FD = 3;

/** The folder in the state folder where the broker keeps what is durable. */
const DATA = 'lab-data';

/** What a child is given, as JSON. */
export interface ChildOptions {
  /** It writes a `ReadyMessage` there and closes it; blanks before it say that it is still reading what it kept. */
  readonly readyFd: number;
  /** Where its output goes. */
  readonly logFile: string;
  readonly start: StartOptions;
}

/** What a child tells, as JSON. */
export type ReadyMessage =
  | { readonly broker: BrokerRecord; readonly already: boolean }
  | { readonly error: { readonly kind: FailureKind; readonly message: string; readonly hint?: string } };

type Launched = Started & { readonly broker: BrokerRecord };

/** The lab broker as a process of its own, which outlives the command that started it. `folder` is the state folder, and exists. */
export function createLabEngine(folder: string, host: Host): Engine {
  const lock = lockOf(folder, 'lab');
  const log = logOf(folder, 'lab');

  /** The broker that is recorded, or will be: one whose start was killed while it read what it kept is waited for. */
  const findOrAwait = async (): Promise<BrokerRecord | undefined> => {
    const found = await findRecorded(folder, 'lab', host);
    const coming = found === undefined ? await findComing(folder, host) : undefined;
    if (coming === undefined) return found;
    const record = await awaitComing(folder, coming, START_TIME, host);
    if (record === undefined && (await isAlive(coming, host))) {
      throw new LabError('unreachable', `a broker is coming up (process ${coming.pid}), and accepts no connections yet`, {
        hint: 'the same once more, or rmq-lab broker kill',
      });
    }
    forgetComing(folder);
    return record;
  };

  const start = async (options: StartOptions): Promise<Started> => {
    const found = await findOrAwait();
    if (found === undefined) {
      const { already, broker } = await launch({ dataDir: join(folder, DATA), ...options }, folder, log, host);
      if (already) expectSameOptions(options, broker);
      return { already, broker };
    }
    expectSameOptions(options, found);
    if ((await findRunning(folder, 'lab', host)) !== undefined) return { already: true, broker: found };
    throw new LabError('unreachable', `a broker is there (process ${found.pid}), but accepts no connections at ${found.url}`, {
      hint: 'rmq-lab broker kill, then rmq-lab broker start',
    });
  };
  const stop = async (how: 'stop' | 'kill' = 'stop'): Promise<BrokerRecord | undefined> => {
    const found = await findRecorded(folder, 'lab', host);
    const coming = await findComing(folder, host);
    if (coming !== undefined) await endProcess(coming, how, STOP_TIME, host);
    forgetComing(folder);
    if (found === undefined) return undefined;
    await endProcess(found, how, STOP_TIME, host);
    // one that was killed has left its record
    await findRecorded(folder, 'lab', host);
    return found;
  };

  return {
    name: 'lab',
    start: (options) => withLockFile(lock, host, () => start(options)),
    stop: (how) => withLockFileIfPossible(lock, host, () => stop(how)),
    restart: (options) =>
      withLockFile(lock, host, async () => {
        const before = await stop();
        return start({ ...before?.options, ...options });
      }),
    status: () => findRunning(folder, 'lab', host),
    async *logs(follow, signal) {
      const running = await findRecorded(folder, 'lab', host);
      if (running !== undefined && running.log === undefined) {
        throw new LabError('condition', `the broker runs in the foreground (process ${running.pid}), and writes there`, {
          hint: 'look at the terminal where broker run was typed',
        });
      }
      const ended = async () => !follow || running === undefined || !(await isAlive(running, host));
      yield* readLog(log, ended, signal);
    },
  };
}

/** Starts the child and waits until it accepts connections. */
async function launch(options: StartOptions, folder: string, log: string, host: Host): Promise<Launched> {
  const [file, ...before] = host.brokerProgram;
  const given: ChildOptions = { readyFd: READY_FD, logFile: log, start: options };
  const output = openSync(log, 'w', 0o600);
  closeSync(output);
  // appended to, so that it can be cut while it is written
  const appended = openSync(log, 'a', 0o600);
  let child: ChildProcess;
  try {
    child = spawn(file, [...before, JSON.stringify(given)], {
      detached: true,
      cwd: folder,
      env: { ...host.env },
      stdio: ['ignore', appended, appended, 'pipe'],
      windowsHide: true,
    });
  } finally {
    closeSync(appended);
  }
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  const ready = child.stdio[READY_FD] as Readable;
  const noted = child.pid === undefined ? Promise.resolve(() => undefined) : noteComing(folder, child.pid);
  // of a folder that takes nothing the child has more to say
  noted.catch(() => undefined);
  try {
    const told = await Promise.race([textInTime(ready, START_TIME), failed]);
    if (told === undefined) {
      child.kill('SIGKILL');
      throw new LabError('unreachable', `the broker did not accept connections within ${START_TIME / 1000} s`, {
        hint: 'rmq-lab broker logs',
      });
    }
    return readReady(told);
  } finally {
    ready.destroy();
    child.unref();
    await noted.then(
      (forget) => forget(),
      () => undefined,
    );
  }
}

/** All that a stream says; undefined when it said nothing for so many milliseconds. */
export function textInTime(stream: Readable, patience: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const timer = setTimeout(() => resolve(undefined), patience);
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      timer.refresh();
    });
    stream.on('end', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks).toString());
    });
    stream.on('error', (cause) => {
      clearTimeout(timer);
      reject(cause);
    });
  });
}

function readReady(told: string): Launched {
  const message = (told.trim() === '' ? {} : JSON.parse(told)) as Partial<Record<string, unknown>>;
  const { error } = message as { error?: { kind: FailureKind; message: string; hint?: string } };
  if (error !== undefined) throw new LabError(error.kind, error.message, error.hint === undefined ? {} : { hint: error.hint });
  const broker = parseRecord(JSON.stringify(message.broker ?? null));
  if (broker !== undefined) return { already: message.already === true, broker };
  throw new LabError('unreachable', 'the broker ended before it accepted connections', { hint: 'rmq-lab broker logs' });
}
