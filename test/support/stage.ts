import amqplib, { type Channel, type ChannelModel, type ConfirmChannel, type GetMessage, type Options } from 'amqplib';
import { managementOf, type TestBroker, type TestVhost, withVhost } from './brokers.ts';
import { fill } from './ground.ts';
import { type CliOptions, type CliResult, type RunningCli, runCli, runShell, startCli } from './spawn.ts';

/** What a command gave, its stdout as text too. */
export interface Played extends CliResult {
  readonly text: string;
  /** The lines of stdout. */
  readonly lines: readonly string[];
}

/** A vhost of a test's own in which queues are set up, commands are run, and what became of the messages is counted. */
export interface Stage extends TestVhost {
  run(argv: readonly string[], options?: CliOptions): Promise<Played>;
  start(argv: readonly string[], options?: CliOptions): RunningCli;
  /** A bash script in which `rmq-lab` talks to this vhost. */
  shell(script: string, options?: CliOptions): Promise<Played>;
  /** Bare amqplib, on one confirm channel for all of the test. */
  readonly channel: ConfirmChannel;
  /** For whom needs a channel that may be closed by the broker. */
  readonly connection: ChannelModel;
  /** Declares a durable queue, with these bodies in it. */
  queue(name: string, bodies?: readonly string[], table?: Options.AssertQueue['arguments']): Promise<void>;
  /** How many messages are ready in a queue. */
  ready(queue: string): Promise<number>;
  /** Takes the ready messages off a queue. */
  take(queue: string): Promise<GetMessage[]>;
  /** Takes the ready messages off a queue, and answers their bodies. */
  bodies(queue: string): Promise<string[]>;
  /** What the management API answers. */
  get<T>(path: string): Promise<T | undefined>;
}

/** The arguments of a quorum queue. */
export const QUORUM = { 'x-queue-type': 'quorum' };

/** `1` to `count`, as bodies. */
export function numbers(count: number, from = 1): string[] {
  return Array.from({ length: count }, (_, n) => String(from + n));
}

/** Runs `use` on a stage, which is taken away afterwards. */
export async function onStage(broker: TestBroker, use: (stage: Stage) => Promise<void>): Promise<void> {
  await withVhost(broker, async (vhost) => {
    const connection = await amqplib.connect(vhost.url, { noDelay: true });
    connection.on('error', () => {}); // what a test does to its channels and servers
    try {
      await use(createStage(broker, vhost, connection, await connection.createConfirmChannel()));
    } finally {
      await connection.close().catch(() => undefined);
    }
  });
}

function createStage(broker: TestBroker, vhost: TestVhost, connection: ChannelModel, channel: ConfirmChannel): Stage {
  const here = (options: CliOptions = {}): CliOptions => ({
    ...options,
    env: { RMQ_LAB_URL: vhost.url, RMQ_LAB_API: vhost.api, ...options.env },
  });
  const take = async (queue: string) => {
    const taken: GetMessage[] = [];
    for (let got = await channel.get(queue, { noAck: true }); got !== false; got = await channel.get(queue, { noAck: true }))
      taken.push(got);
    return taken;
  };
  return {
    ...vhost,
    connection,
    channel,
    run: async (argv, options) => played(await runCli(argv, here(options))),
    start: (argv, options) => startCli(argv, here(options)),
    shell: async (script, options) => played(await runShell(script, here(options))),
    async queue(name, bodies = [], table = {}) {
      await channel.assertQueue(name, { arguments: table });
      await fill(channel as Channel, name, bodies, { persistent: true });
    },
    ready: async (queue) => (await channel.checkQueue(queue)).messageCount,
    take,
    get: (path) => managementOf(broker).get(path),
    bodies: async (queue) => (await take(queue)).map(({ content }) => content.toString()),
  };
}

function played(result: CliResult): Played {
  const text = result.stdout.toString();
  return { ...result, text, lines: text === '' ? [] : text.replace(/\n$/, '').split('\n') };
}
