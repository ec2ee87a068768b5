/** Where a broker can come from. */
export type EngineName = 'lab' | 'rabbitmq' | 'docker';

/** What can be asked of one node of a broker. Of a broker that has but one, it is the broker. */
export interface RunningNode {
  /** Its number, from 1. */
  readonly node: number;
  /** What it is called among RabbitMQ nodes: `rmq-lab-1@localhost` */
  readonly name: string;
  /** `amqp://127.0.0.1:port` */
  readonly url: string;
  /** The management API: `http://127.0.0.1:port` */
  readonly api: string;
  /** Absent while it is down. */
  readonly pid?: number;
}

/** A broker that was brought up, as others find it. No password is in it: it is the one that clients take by default. */
export interface RunningBroker {
  readonly engine: EngineName;
  /** `amqp://127.0.0.1:port`; of several nodes, that of the first that is up. So are `api` and `pid`. */
  readonly url: string;
  /** The management API: `http://127.0.0.1:port` */
  readonly api: string;
  readonly pid: number;
  /** The RabbitMQ that it is, or behaves as. */
  readonly version: string;
  /** The lesson whose own it is: it has its process, ends with it, and what the lesson shows is in this virtual host. */
  readonly lesson?: { readonly id: string; readonly vhost: string };
  /** What it consists of, where it is more than one process by nature. */
  readonly nodes?: readonly RunningNode[];
}

/** How a broker is to run. What is left out is the engine's own choice. */
export interface StartOptions {
  /** Of AMQP; 0 takes a free one. Several nodes have this one and those above it. */
  readonly port?: number;
  /** Of the management API; 0 takes a free one. */
  readonly apiPort?: number;
  /** Bytes from which on publishers are blocked: of messages (`lab`), of a node's memory (others). */
  readonly memoryLimit?: number;
  /** `lab`: refuses what upstream RabbitMQ refuses and its packages permit. */
  readonly strict?: boolean;
  /** `lab`: the folder that what is durable is kept in; empty keeps all in memory. */
  readonly dataDir?: string;
  /** `rabbitmq`: how many nodes make the cluster. */
  readonly nodes?: number;
  /** `rabbitmq`: the folder of the server's programs, or the one above it. */
  readonly home?: string;
  /** `docker`: the release, as the image's tag says it: `4.1` */
  readonly release?: string;
}

/** What a start came to. */
export interface Started {
  /** Whether it had been up before. */
  readonly already: boolean;
  readonly broker: RunningBroker;
}

/** One way to a broker on this machine. All of it is about the one broker that it has in a state folder. */
export interface Engine {
  readonly name: EngineName;
  /**
   * Brings it up, and answers when it accepts connections; with `node`, brings up that one of its nodes that was stopped or killed. Fails
   * with a LabError that says what is in the way: `refused` where it is up with other options than those given.
   */
  start(options: StartOptions, node?: number): Promise<Started>;
  /**
   * Ends it, or that node of it, in good order (`kill`: at once, as a crash would) and waits until it is gone. Answers what was up;
   * undefined: nothing.
   */
  stop(how?: 'stop' | 'kill', node?: number): Promise<RunningBroker | undefined>;
  /** Stops it and starts it, on the ports that it had unless `options` says otherwise. */
  restart(options: StartOptions, node?: number): Promise<Started>;
  /** What is up and accepts connections; its address and that of its API are in it. */
  status(): Promise<RunningBroker | undefined>;
  /** What it wrote since it was started, then, with `follow`, what it goes on to write until it ends or `signal` is aborted. */
  logs(follow: boolean, signal: AbortSignal, node?: number): AsyncIterable<Buffer>;
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
