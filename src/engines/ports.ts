import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { LabError } from '../errors.ts';
import { portHolder } from './process-table.ts';

/** Looks before a broker listens anywhere: it then has nothing to take back. Fails with a LabError that says who has the port. */
export async function expectFree(port: number, option: string): Promise<void> {
  try {
    await close(await listen(port));
  } catch (cause) {
    throw await portFailure(cause as NodeJS.ErrnoException, option, port);
  }
}

/** So many ports that are free now. */
export async function freePorts(count: number): Promise<number[]> {
  // held together, lest one is given twice
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0)));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(close));
  return ports;
}

/** What to say of a port that cannot be listened on. */
export async function portFailure(
  cause: NodeJS.ErrnoException & { readonly port?: number },
  option: string,
  port: number,
): Promise<LabError> {
  const next = await nextFree(port);
  // the other options that were given still count, and so does the command: run, start or restart
  const hint = `the same with ${option} ${next === undefined ? '0 for a free one' : `${next}, or ${option} 0 for a free one`}`;
  if (cause.code !== 'EADDRINUSE') {
    return new LabError('unreachable', `port ${port} cannot be listened on: ${cause.message}`, { cause, hint });
  }
  const holder = await portHolder(port);
  return new LabError('unreachable', `port ${port} is in use${holder === undefined ? '' : ` by ${holder}`}`, { cause, hint });
}

/** The first free one of those that follow, of so many: what is proposed should work. */
async function nextFree(port: number): Promise<number | undefined> {
  for (let next = port + 1; next <= Math.min(port + NEIGHBOURS, LAST_PORT); next++) {
    try {
      await close(await listen(next));
      return next;
    } catch {
      // the next one, then
    }
  }
  return undefined;
}

const NEIGHBOURS = 20;
const LAST_PORT = 65_535;

/** Where RabbitMQ users look for the management API; above the last port there is a free one. */
export function apiPortOf(port: number): number {
  return port === 0 || port + API_DISTANCE > LAST_PORT ? 0 : port + API_DISTANCE;
}

const API_DISTANCE = 10_000;

/** RabbitMQ's own port of AMQP. */
export const AMQP_PORT = 5672;

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
