import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';

/** How often another free port is tried when the first is taken on the other address. */
const TRIES = 8;

/**
 * Has servers listen on 127.0.0.1 and ::1, on one port: `localhost` may mean either. A machine without IPv6 has one server.
 * `port` 0 takes a free one. @throws the error of the socket, with its code, when the port is taken.
 */
export async function listenOnLoopback<S extends Server>(port: number, createServer: () => S): Promise<{ servers: S[]; port: number }> {
  for (let left = TRIES; ; left--) {
    const first = await listen(createServer(), '127.0.0.1', port);
    const taken = (first.address() as AddressInfo).port;
    try {
      return { servers: [first, await listen(createServer(), '::1', taken)], port: taken };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return { servers: [first], port: taken };
      first.close();
      if (port !== 0 || left === 0) throw error;
    }
  }
}

async function listen<S extends Server>(server: S, address: string, port: number): Promise<S> {
  server.listen(port, address);
  await once(server, 'listening');
  return server;
}
