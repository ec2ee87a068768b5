import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { serveApi } from './api-server.ts';
import { type BrokerClock, createMachineClock } from './clock.ts';
import { Connection } from './connection.ts';
import type { ConnectionHost } from './connection-host.ts';
import { DirectReplies } from './direct-replies.ts';
import { MEMORY_LIMIT, Realm } from './entities/realm.ts';
import { ALL_PERMISSIONS, hashPassword } from './entities/user.ts';
import type { BrokerEvents } from './events.ts';
import { BrokerFault } from './faults.ts';
import { listenOnLoopback } from './loopback.ts';
import { type BrokerSnapshot, snapshotOf } from './snapshot.ts';
import type { Recovery, Store, Stuck } from './store/store.ts';

/** How a lab broker is started. */
export interface LabBrokerOptions {
  /** The AMQP port; 0, the default, takes a free one. */
  readonly port?: number;
  /** The port of the management API; 0, the default, takes a free one. */
  readonly apiPort?: number;
  /** Refuses what upstream RabbitMQ 4.3 refuses by default and its packages permit: queues that are neither durable nor exclusive. */
  readonly strict?: boolean;
  /** Bytes of messages from which on publishers are blocked; 1 GiB. */
  readonly memoryLimit?: number;
  /** Bytes of the largest body; 16 MiB, as in RabbitMQ. */
  readonly maxMessageSize?: number;
  /** The folder where it keeps what is durable, made when it is not there; without one, all is in memory. */
  readonly dataDir?: string;
  /** Told while that is read: how many of its files have been, of how many. */
  readonly loading?: (files: number, of: number) => void;
  /** For tests that turn the time by hand. */
  readonly clock?: BrokerClock;
}

/** A broker that runs in this process, on loopback only. */
export interface LabBroker {
  /** `amqp://guest:guest@127.0.0.1:port` */
  readonly url: string;
  /** The management API: `http://127.0.0.1:port`, for the same users. */
  readonly api: string;
  /** With a folder of its own: what it found there. */
  readonly recovery: Recovery | undefined;
  /** What happens to messages and entities. */
  readonly events: Pick<BrokerEvents, 'on'>;
  /** What exists at this moment: virtual hosts with their exchanges, queues and bindings, as plain data. */
  snapshot(): BrokerSnapshot;
  /** Ends all connections and frees the ports. */
  close(): Promise<void>;
}

/** Starts a broker. @throws the error of the socket when the port is taken, and what `openStore` throws. */
export async function createLabBroker(options: LabBrokerOptions = {}): Promise<LabBroker> {
  const clock = options.clock ?? createMachineClock((error) => realm.tell({ type: 'internal-error', error }));
  const store = await openStoreOf(options, clock, (error) => {
    realm.setDiskStuck(error !== undefined);
    realm.tell(error === undefined ? { type: 'disk-ready' } : { type: 'disk-stuck', reason: error.message });
  });
  const realm = new Realm(clock, options.memoryLimit ?? MEMORY_LIMIT, store?.journal);
  if (store?.fresh !== false) furnish(realm);
  const recovery = store?.restore(realm);
  // a log whose beginning is damaged may have forgotten all who could come in
  if (recovery !== undefined && recovery.damage.length > 0 && !isOpen(realm)) furnish(realm);
  const connections = new Set<Connection>();
  const host = createHost(realm, options);
  const accept = (socket: Socket) => {
    const connection = new Connection(socket, host);
    connections.add(connection);
    socket.on('close', () => connections.delete(connection));
  };
  const { servers, port } = await listenOnLoopback(options.port ?? 0, () => createServer({ allowHalfOpen: true }, accept)).catch(
    async (error: unknown) => {
      await store?.close();
      throw error;
    },
  );
  const api = await serveApi(host, { port: options.apiPort ?? 0, amqpPort: port }).catch(async (error: unknown) => {
    for (const server of servers) server.close();
    await store?.close();
    throw error;
  });
  return {
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    api: api.url,
    recovery,
    events: realm.events,
    snapshot: () => snapshotOf(realm),
    async close() {
      const closed = servers.map(async (server) => {
        server.close();
        await once(server, 'close');
      });
      for (const connection of connections) connection.shutDown(new BrokerFault('shutdown'));
      await Promise.all([...closed, api.close()]);
      await store?.close();
      for (const vhost of realm.vhosts.values()) vhost.close();
    },
  };
}

/** What a broker has at first. */
function furnish(realm: Realm): void {
  realm.addVhost('/');
  realm.putUser('guest', { passwordHash: hashPassword('guest'), tags: ['administrator'] });
  realm.permit('guest', '/', ALL_PERMISSIONS);
}

function isOpen({ users, vhosts }: Realm): boolean {
  return [...users.values()].some(({ permissions }) => [...permissions.keys()].some((vhost) => vhosts.has(vhost)));
}

/** Loaded only where something is kept. */
async function openStoreOf({ dataDir, loading }: LabBrokerOptions, clock: BrokerClock, stuck: Stuck): Promise<Store | undefined> {
  if (dataDir === undefined) return undefined;
  const { openStore } = await import('./store/store.ts');
  return openStore(dataDir, clock, stuck, loading);
}

function createHost(realm: Realm, options: LabBrokerOptions): ConnectionHost {
  const dirty = new Set<Connection>();
  const flush = () => {
    for (const connection of dirty) {
      dirty.delete(connection);
      connection.flush();
    }
  };
  return {
    realm,
    replies: new DirectReplies(),
    strict: options.strict ?? false,
    maxMessageSize: options.maxMessageSize ?? 16_777_216,
    flushSoon(connection) {
      if (dirty.size === 0) queueMicrotask(flush);
      dirty.add(connection);
    },
  };
}
