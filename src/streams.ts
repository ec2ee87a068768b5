import { type Readable, Writable } from 'node:stream';
import type { Output } from './commands/lab.ts';
import type { Embedded } from './embedded.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The world that a command line runs in: this process's, or one made for a test or a lesson. */
export interface Surroundings {
  /** Touched only by who reads it, so that a loop around the program keeps its stdin. */
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Environment;
  /** Aborted by SIGINT or SIGTERM, with the LabError to end with as its reason. */
  readonly interrupted: AbortSignal;
  /** The lab broker of the command that runs this one; whoever runs on its own has one of its own. */
  readonly embedded?: Embedded;
}

/** What is known of a stream that something is to be shown on. `wanted` is false with `--no-color`. */
export function describeOutput(stream: Surroundings['stdout'], env: Environment, wanted: boolean): Output {
  const isTerminal = stream.isTTY === true;
  return { stream, isTerminal, columns: stream.columns ?? 80, color: wanted && allowsColor(isTerminal, env) };
}

/** `NO_COLOR` (anything but empty) beats `FORCE_COLOR` (anything but empty and 0), which beats whether it is a terminal. */
function allowsColor(isTerminal: boolean, env: Environment): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '') return env.FORCE_COLOR !== '0';
  return isTerminal && env.TERM !== 'dumb';
}

/** A stream that keeps what is written to it. */
export function createCapture(): { readonly stream: Writable; text(): string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, callback) {
      chunks.push(chunk);
      callback();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}

/** Writes and resolves when the stream has passed the bytes on; rejects with the stream's error (EPIPE when it was closed). */
export function writeTo(stream: Writable, data: string | Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(data, (error) => (error ? reject(error) : resolve()));
  });
}

/** Whether an error says only that nobody reads the output any more. */
export function isClosedOutput(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';
}
