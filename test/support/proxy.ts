import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';

type Direction = 'to-broker' | 'to-client';

/** A TCP proxy in front of a broker: the network that a fault test can break. */
export interface BrokerProxy {
  readonly port: number;
  /** An address of the broker with the proxy in its place. */
  url(broker: string): string;
  /** How many connections go through it now. */
  readonly connections: number;
  /** Ends all connections: `reset` as a cable does, `end` as a tidy peer does. New ones are taken as before. */
  cut(how?: 'reset' | 'end'): void;
  /** Stops listening: new connections are refused; those that are open stay. */
  refuse(): void;
  /** Listens again, on the same port. */
  accept(): Promise<void>;
  /** Holds back the bytes in one direction, or in both, of open and new connections. */
  pause(direction?: Direction): void;
  /** Lets them flow again, none lost. */
  resume(): void;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly broker: Socket;
}

/** Starts a proxy on a free port of 127.0.0.1. */
export async function startProxy(target: { host: string; port: number }): Promise<BrokerProxy> {
  const pairs = new Set<Pair>();
  const paused = new Set<Direction>();

  const flow = (pair: Pair, direction: Direction) => {
    const [from, to] = direction === 'to-broker' ? [pair.client, pair.broker] : [pair.broker, pair.client];
    from.unpipe(to); // or each further pipe() would write everything once more
    if (paused.has(direction)) from.pause();
    else from.pipe(to);
  };
  const flowAll = () => {
    for (const pair of pairs) {
      flow(pair, 'to-broker');
      flow(pair, 'to-client');
    }
  };
  const open = (client: Socket) => {
    const pair: Pair = { client, broker: createConnection({ ...target, allowHalfOpen: true, noDelay: true }) };
    pairs.add(pair);
    for (const [socket, other] of [
      [pair.client, pair.broker],
      [pair.broker, pair.client],
    ] as const) {
      socket.on('error', () => {});
      socket.on('close', () => {
        pairs.delete(pair);
        other.destroySoon();
      });
    }
    flow(pair, 'to-broker');
    flow(pair, 'to-client');
  };
  const listen = async (port: number): Promise<Server> => {
    const listener = createServer({ allowHalfOpen: true, noDelay: true }, open).listen(port, '127.0.0.1');
    await once(listener, 'listening');
    return listener;
  };
  const cut = (how: 'reset' | 'end' = 'reset') => {
    for (const { client, broker } of pairs) {
      if (how === 'reset') client.resetAndDestroy();
      else client.destroy();
      broker.destroy();
    }
  };

  let server = await listen(0);
  const { port } = server.address() as { port: number };
  return {
    port,
    url(broker) {
      const url = new URL(broker);
      url.host = `127.0.0.1:${port}`;
      return url.href;
    },
    get connections() {
      return pairs.size;
    },
    cut,
    refuse() {
      server.close();
    },
    async accept() {
      server = await listen(port);
    },
    pause(direction) {
      for (const each of direction === undefined ? (['to-broker', 'to-client'] as const) : [direction]) paused.add(each);
      flowAll();
    },
    resume() {
      paused.clear();
      flowAll();
    },
    async close() {
      server.close();
      cut();
    },
  };
}
