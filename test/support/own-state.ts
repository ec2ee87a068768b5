import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CliOptions, type CliResult, type RunningCli, runCli, startCli } from './spawn.ts';

/** A state folder of a test's own, and command lines in it. */
export interface OwnState {
  readonly folder: string;
  /** Runs one to its end; a server takes long to start. */
  run(argv: readonly string[], options?: CliOptions): Promise<CliResult & { readonly text: string }>;
  start(argv: readonly string[], options?: CliOptions): RunningCli;
  /** What one answers with `--json`. Rejects with its stderr where it fails. */
  documentOf<T = BrokerFound>(...argv: string[]): Promise<T>;
  /** The names of the files that are there. */
  left(): string[];
  remove(): void;
}

/** What `broker start` and `broker status` answer. */
export interface BrokerFound {
  readonly engine: string;
  readonly url: string;
  readonly api: string;
  readonly pid: number;
  readonly version: string;
  readonly already?: boolean;
  readonly nodes?: readonly {
    readonly node: number;
    readonly url: string;
    readonly api: string;
    readonly pid?: number;
    readonly state: string;
  }[];
}

const TIMEOUT = 150_000;

/** `env` is laid over the environment of each command line. */
export function createOwnState(env: Readonly<Record<string, string>> = {}): OwnState {
  const folder = mkdtempSync(join(tmpdir(), 'rmq-lab-state-'));
  const within = (options: CliOptions = {}) => ({ timeout: TIMEOUT, ...options, env: { XDG_STATE_HOME: folder, ...env, ...options.env } });
  const run = async (argv: readonly string[], options?: CliOptions) => {
    const result = await runCli(argv, within(options));
    return { ...result, text: result.stdout.toString() };
  };
  return {
    folder,
    run,
    start: (argv, options) => startCli(argv, within(options)),
    async documentOf<T>(...argv: string[]) {
      const { exitCode, stderr, text } = await run([...argv, '--json']);
      if (exitCode !== 0) throw new Error(`${argv.join(' ')}: exit ${exitCode}: ${stderr}`);
      return JSON.parse(text) as T;
    },
    left: () => readdirSync(join(folder, 'rmq-lab')).sort(),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** Whether somebody listens at an address of this machine. */
export function isOpen(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(address).port) });
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

/** Where the port mapper of a state folder's RabbitMQ nodes is. */
export function epmdOf({ folder }: OwnState): string {
  return `epmd://127.0.0.1:${readFileSync(join(folder, 'rmq-lab/broker-rabbitmq.epmd'), 'utf8')}`;
}
