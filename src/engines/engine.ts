/** Where a broker can come from. */
export type EngineName = 'lab';

/** A broker that was brought up, as others find it. No password is in it: it is the one that clients take by default. */
export interface RunningBroker {
  readonly engine: EngineName;
  /** `amqp://127.0.0.1:port` */
  readonly url: string;
  /** The management API: `http://127.0.0.1:port` */
  readonly api: string;
  readonly pid: number;
  /** The RabbitMQ that it is, or behaves as. */
  readonly version: string;
}

/** How a broker is to run. What is left out is the engine's own choice. */
export interface StartOptions {
  /** Of AMQP; 0 takes a free one. */
  readonly port?: number;
  /** Of the management API; 0 takes a free one. */
  readonly apiPort?: number;
  /** Bytes of messages from which on publishers are blocked. */
  readonly memoryLimit?: number;
  /** Refuses what upstream RabbitMQ refuses and its packages permit. */
  readonly strict?: boolean;
}

/** What a start came to. */
export interface Started {
  /** Whether it had been up before. */
  readonly already: boolean;
  readonly broker: RunningBroker;
}

/** One way to a broker on this machine. All of it is about the one broker of a state folder. */
export interface Engine {
  readonly name: EngineName;
  /** Brings it up, and answers when it accepts connections. Fails with a LabError that says what is in the way. */
  start(options: StartOptions): Promise<Started>;
  /** Ends it in good order (`kill`: at once, as a crash would) and waits until it is gone. Answers what was up; undefined: nothing. */
  stop(how?: 'stop' | 'kill'): Promise<RunningBroker | undefined>;
  /** Stops it and starts it, on the ports that it had unless `options` says otherwise. */
  restart(options: StartOptions): Promise<Started>;
  /** What is up and accepts connections; its address and that of its API are in it. */
  status(): Promise<RunningBroker | undefined>;
  /** What it wrote since it was started, then, with `follow`, what it goes on to write until it ends or `signal` is aborted. */
  logs(follow: boolean, signal: AbortSignal): AsyncIterable<Buffer>;
}

/** What an engine needs of the process that it is used in. */
export interface Host {
  readonly pid: number;
  /** The program that runs a broker, and its first arguments: `ChildOptions` of `lab.ts` follow, as JSON. */
  readonly brokerProgram: readonly [file: string, ...args: string[]];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Sends a signal (0: none, only looks); answers whether there is such a process. */
  signal(pid: number, signal: NodeJS.Signals | 0): boolean;
}
