import type { Readable, Writable } from 'node:stream';
import type { BenchGround } from '../bench/ground.ts';
import type { Broker } from '../client/broker.ts';
import type { Clock } from '../client/clock.ts';
import type { Management } from '../client/management.ts';
import type { Target } from '../client/target.ts';
import type { Host } from '../engines/engine.ts';
import type { Prompter } from './prompter.ts';

/** A stream that data, or words about it, go to. */
export interface Output {
  readonly stream: Writable;
  readonly isTerminal: boolean;
  /** In characters; 80 where it is not known. */
  readonly columns: number;
  /** Whether colour may be used on it. */
  readonly color: boolean;
}

/** The global options as a command may want to know them. */
export interface GlobalSettings {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly yes: boolean;
  readonly ascii: boolean;
  /** Given by --vhost; undefined: that of the broker's address. */
  readonly vhost: string | undefined;
  /** Milliseconds for which a lost broker is waited for. */
  readonly reconnectFor: number;
}

/** What running a command line in this process gave. */
export interface RunResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * What every command is given: the streams, the clock, the broker, and ways to ask and to tell. It is the only way by which
 * a command reaches the world, so a test or a lesson can run one with streams of its own.
 */
export interface Lab {
  readonly settings: GlobalSettings;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly out: Output;
  readonly err: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The version of Node that this runs on, such as `v20.17.0`. */
  readonly nodeVersion: string;
  readonly clock: Clock;
  /** The process that this runs in, for who starts and ends others. */
  readonly host: Host;
  /** Aborted by SIGINT or SIGTERM; its reason is the LabError (`interrupted` or `terminated`) to end with. */
  readonly interrupted: AbortSignal;
  /** Which broker a command would use, and why. An embedded one is started for it. */
  target(): Promise<Target>;
  /**
   * Where nobody named a broker and none answers, an embedded lab broker takes its place: for commands that are no use without one,
   * before they ask for `target`. Does nothing otherwise. Fails as `connect` does, save for a broker that cannot be reached.
   */
  bringBroker(): Promise<void>;
  /**
   * Lets other processes find the lab broker of this one, with the virtual host that a lesson plays in; answers what takes that back. Does
   * nothing where the broker is another's. Rejects when the state folder cannot be written.
   */
  announceLesson(lesson: { readonly id: string; readonly vhost: string }): Promise<() => void>;
  /** A new connection to the broker. Whoever calls closes it: `withBroker` does. */
  connect(): Promise<Broker>;
  /** Opens a connection, runs `use`, closes the connection whatever happens. */
  withBroker<T>(use: (broker: Broker) => Promise<T>): Promise<T>;
  /** The management API of the same broker. */
  management(): Promise<Management>;
  /** Where a bench runs: this process, its machine and threads, with the same broker. */
  benchGround(): Promise<BenchGround>;
  /** Prints one answer on stdout: `value` as one JSON document with `--json`, else `text()` (nothing when it is empty). */
  print(value: unknown, text: () => string): Promise<void>;
  /** Writes to stdout and resolves when the stream has taken it; rejects only when stdout is closed. */
  write(data: string | Buffer): Promise<void>;
  /** A line about what is going on, on stderr; not with `--quiet`. */
  note(line: string): void;
  /** A line on stderr that `--quiet` does not silence. */
  warn(line: string): void;
  /** Says on a terminal, while `use` runs and takes long, what is waited for. */
  waitFor<T>(what: string, use: () => Promise<T>): Promise<T>;
  /** Asks yes or no. Without a terminal, or with `--json`, it needs `--yes` and throws UsageError naming it. */
  confirm(question: string): Promise<boolean>;
  /** Asks on the terminal; only for use when stdin and stderr are terminals. */
  prompter(): Promise<Prompter>;
  /**
   * Runs another command line in this process, with captured streams and no terminal. `env` is laid over this one's; `signal` ends it
   * in place of `interrupted`.
   */
  run(
    argv: readonly string[],
    options?: { readonly env?: Record<string, string>; readonly stdin?: string | Buffer; readonly signal?: AbortSignal },
  ): Promise<RunResult>;
}

/** Wraps a command's handler: the edge turns commander's call into a Lab, runs it, and deals with what it throws. */
export type Act = <A extends unknown[]>(handler: (lab: Lab, ...args: A) => Promise<void>) => (...args: A) => Promise<void>;
