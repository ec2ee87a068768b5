import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { eventually } from './polling.ts';

const bin = join(import.meta.dirname, '../../bin/rmq-lab.js');

export interface CliOptions {
  /** Laid over a clean environment: PATH, LANG and a home of its own; nothing else is inherited. */
  readonly env?: Readonly<Record<string, string>>;
  /** Its stdin. Absent: nothing (`runCli`, `runShell`), or left open (`startCli`). */
  readonly input?: string | Buffer | Readable;
  /** Milliseconds until the program is killed and the promise rejects; 20 s. */
  readonly timeout?: number;
  readonly cwd?: string;
}

export interface CliResult {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** The program while it runs. */
export interface RunningCli {
  readonly pid: number;
  readonly stdin: Writable;
  /** What came so far. */
  stdout(): Buffer;
  stderr(): string;
  /** Resolves with the text once it matches. */
  waitForStdout(pattern: RegExp | string, within?: number): Promise<string>;
  waitForStderr(pattern: RegExp | string, within?: number): Promise<string>;
  /** Stops reading its stdout, so that its writes back up; and goes on. */
  pauseStdout(): void;
  resumeStdout(): void;
  /** Closes our end of its stdout, as `head` does. */
  closeStdout(): void;
  kill(signal?: NodeJS.Signals): void;
  /** When it has ended and its streams are read to their end. */
  readonly done: Promise<CliResult>;
}

/** Runs bin/rmq-lab.js to its end. */
export function runCli(argv: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return start(process.execPath, [bin, ...argv], { input: '', ...options }).done;
}

/** Starts bin/rmq-lab.js, to talk to it while it runs. */
export function startCli(argv: readonly string[], options: CliOptions = {}): RunningCli {
  return start(process.execPath, [bin, ...argv], options);
}

/** Runs a bash script in which `rmq-lab` is this program. Its exit code is the last command's, unless it says `set -o pipefail`. */
export function runShell(script: string, options: CliOptions = {}): Promise<CliResult> {
  return start('bash', ['-c', script], { input: '', ...options }).done;
}

/** A clean environment around a home folder that holds `bin/rmq-lab`; `remove` deletes it. */
export function temporaryHome(env: Readonly<Record<string, string>> = {}): {
  home: string;
  env: Record<string, string>;
  remove: () => void;
} {
  const home = mkdtempSync(join(tmpdir(), 'rmq-lab-home-'));
  mkdirSync(join(home, 'bin'));
  writeFileSync(join(home, 'bin/rmq-lab'), `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`);
  chmodSync(join(home, 'bin/rmq-lab'), 0o755);
  const clean = { PATH: `${join(home, 'bin')}:${process.env.PATH}`, HOME: home, LANG: 'C.UTF-8' };
  return { home, env: { ...clean, ...env }, remove: () => rmSync(home, { recursive: true, force: true }) };
}

function start(file: string, args: readonly string[], { env, input, timeout = 20_000, cwd }: CliOptions): RunningCli {
  const home = temporaryHome(env);
  // A group of its own, so that a timeout ends what it started, too.
  const child = spawn(file, args, { cwd: cwd ?? home.home, env: home.env, detached: true, stdio: 'pipe' });
  child.stdin.on('error', () => {}); // it may end before it has read all
  if (input instanceof Readable) input.pipe(child.stdin);
  else if (input !== undefined) child.stdin.end(input);
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const told = () => `\nstdout: ${stdout().toString().slice(-2_000)}\nstderr: ${stderr().toString().slice(-2_000)}`;
  const done = ended(child, timeout)
    .then(({ exitCode, signal }) => ({ exitCode, signal, stdout: stdout(), stderr: stderr().toString() }))
    .catch((error: Error) => {
      throw new Error(`${[file, ...args].join(' ')}: ${error.message}${told()}`, { cause: error });
    })
    .finally(home.remove);
  done.catch(() => {}); // whoever wants to know awaits it
  const wait = async (what: string, read: () => Buffer, pattern: RegExp | string, within = 10_000) => {
    const missing = () => new Error(`${what} has no ${pattern}${told()}`);
    const look = () => {
      const text = read().toString();
      if (typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text)) return text;
      if (child.exitCode === null && child.signalCode === null) throw missing();
      return undefined;
    };
    const text = (await eventually(look, { within })) ?? (await done.then(look));
    if (text === undefined) throw missing();
    return text;
  };
  return {
    pid: child.pid ?? -1,
    stdin: child.stdin,
    stdout,
    stderr: () => stderr().toString(),
    waitForStdout: (pattern, within) => wait('stdout', stdout, pattern, within),
    waitForStderr: (pattern, within) => wait('stderr', stderr, pattern, within),
    pauseStdout: () => child.stdout.pause(),
    resumeStdout: () => child.stdout.resume(),
    closeStdout: () => child.stdout.destroy(),
    kill: (signal = 'SIGTERM') => child.kill(signal),
    done,
  };
}

async function ended(child: ChildProcessByStdio<Writable, Readable, Readable>, timeout: number) {
  const late = { is: false };
  const timer = setTimeout(() => {
    late.is = true;
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, timeout);
  try {
    const [exitCode, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    if (late.is) throw new Error(`still running after ${timeout} ms`);
    return { exitCode, signal };
  } finally {
    clearTimeout(timer);
  }
}

function collect(stream: Readable): () => Buffer {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks);
}
