import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { ApiHost } from './api/request.ts';
import { listenOnLoopback } from './loopback.ts';

/** The running management API. */
export interface ApiServer {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Listens for requests to the management API on loopback; `port` 0 takes a free one. What answers them is loaded with the first of them:
 * it is a third of the broker, and many never ask. @throws the error of the socket when the port is taken.
 */
export async function serveApi(
  host: ApiHost,
  { port, amqpPort }: { readonly port: number; readonly amqpPort: number },
): Promise<ApiServer> {
  let loaded: Promise<RequestListener> | undefined;
  const load = async () => (await import('./api/api.ts')).createApi(host, { amqp: amqpPort, api: listening.port });
  const listener: RequestListener = (request, response) => {
    loaded ??= load();
    loaded.then(
      (answer) => answer(request, response),
      (error: unknown) => {
        host.realm.tell({ type: 'internal-error', error });
        response.destroy();
      },
    );
  };
  const listening = await listenOnLoopback(port, () => createServer(listener));
  return {
    url: `http://127.0.0.1:${listening.port}`,
    async close() {
      await Promise.all(
        listening.servers.map(async (server) => {
          server.close();
          server.closeAllConnections();
          await once(server, 'close');
        }),
      );
    },
  };
}
