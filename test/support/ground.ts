import amqplib, { type Channel, type ConfirmChannel } from 'amqplib';
import { managementOf, type TestBroker, type TestVhost, withVhost } from './brokers.ts';
import { type CliResult, runCli } from './spawn.ts';

/** What a command gave, its stdout as text. */
export interface Ran extends Omit<CliResult, 'stdout'> {
  readonly stdout: string;
}

/** A vhost of its own with ways to use it. */
export interface Ground extends TestVhost {
  run(...argv: string[]): Promise<Ran>;
  /** The same, and its stdout parsed; the command must end with exit 0. */
  json<T>(...argv: string[]): Promise<T>;
  /** Bare amqplib, to set the scene. */
  amqp<T>(use: (channel: Channel) => Promise<T>): Promise<T>;
  get<T>(path: string): Promise<T | undefined>;
}

/** Runs `use` on a ground, which is taken away afterwards. */
export async function onGround(broker: TestBroker, use: (ground: Ground) => Promise<void>): Promise<void> {
  await withVhost(broker, async (vhost) => {
    const run = async (...argv: string[]) => {
      const result = await runCli(['--url', vhost.url, '--api', vhost.api, ...argv]);
      return { ...result, stdout: result.stdout.toString() };
    };
    await use({
      ...vhost,
      run,
      async json(...argv) {
        const { exitCode, stdout, stderr } = await run('--json', ...argv);
        if (exitCode !== 0) throw new Error(`${argv.join(' ')}: exit ${exitCode}: ${stderr}`);
        return JSON.parse(stdout);
      },
      async amqp(scene) {
        const connection = await amqplib.connect(vhost.url, { noDelay: true });
        try {
          return await scene(await connection.createConfirmChannel());
        } finally {
          await connection.close();
        }
      },
      get: (path) => managementOf(broker).get(path.replace('VHOST', vhost.vhost)),
    });
  });
}

/** Sends these bodies straight to a queue, and waits for the confirms. */
export async function fill(channel: Channel, queue: string, bodies: readonly string[], options = {}): Promise<void> {
  for (const body of bodies) channel.sendToQueue(queue, Buffer.from(body), options);
  await (channel as ConfirmChannel).waitForConfirms();
}
