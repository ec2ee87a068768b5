import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestBroker } from './brokers.ts';

const rabbitmq = join(import.meta.dirname, '../../scripts/rabbitmq');

/** Stops a server gracefully and starts it again. Only test/alone may do so: nothing else runs beside it. */
export async function restartServer(broker: TestBroker): Promise<void> {
  await control('restart', broker);
}

/** Ends a server as `kill -9` does. */
export async function killServer(broker: TestBroker): Promise<void> {
  await control('kill', broker);
}

/** Starts a server that is not up. */
export async function startServer(broker: TestBroker): Promise<void> {
  await control('up', broker);
}

async function control(verb: string, broker: TestBroker): Promise<void> {
  if (!broker.managed) throw new Error(`${broker.name} at ${broker.api} is not run by scripts/rabbitmq`);
  await promisify(execFile)(rabbitmq, [verb, broker.version]);
}

/** A folder for `rmq-lab broker start --home`, which runs another server of this one's version. */
export async function serverHome(broker: TestBroker): Promise<string> {
  const { stdout } = await promisify(execFile)(rabbitmq, ['home', broker.version]);
  return stdout.trim();
}
