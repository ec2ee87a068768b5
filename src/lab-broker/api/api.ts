import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Realm } from '../entities/realm.ts';
import { listenOnLoopback } from '../loopback.ts';
import type { Answer } from './answer.ts';
import { createDispatch, type RawRequest } from './dispatch.ts';
import { serverRoutes } from './server-routes.ts';
import { TOPOLOGY } from './topology-routes.ts';
import { USERS } from './users-routes.ts';
import { VHOSTS } from './vhosts-routes.ts';

/** Bytes of the largest request that is read. */
const LARGEST_BODY = 1_048_576;

/** The running API. */
export interface Api {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * The reading half of RabbitMQ's management API, with what makes virtual hosts, users and their rights, on loopback. `port` 0 takes a
 * free one. @throws the error of the socket when the port is taken.
 */
export async function createApi(realm: Realm, { port, amqpPort }: { readonly port: number; readonly amqpPort: number }): Promise<Api> {
  const ports = { amqp: amqpPort, api: port };
  const dispatch = createDispatch(realm, [...serverRoutes(ports), ...VHOSTS, ...USERS, ...TOPOLOGY]);
  const listener = (request: IncomingMessage, response: ServerResponse) => void answer(request, response, dispatch, realm);
  const listening = await listenOnLoopback(port, () => createServer(listener));
  ports.api = listening.port;
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

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  dispatch: (request: RawRequest) => Answer,
  realm: Realm,
): Promise<void> {
  const body = await read(request).catch(() => undefined);
  if (body === undefined) {
    send(response, { status: 413, body: { error: 'bad_request', reason: 'payload too large' } }, request.method);
    request.destroy();
    return;
  }
  const { method = 'GET', url: target = '/', headers } = request;
  try {
    send(response, dispatch({ method, target, authorization: headers.authorization, body }), method);
  } catch (error) {
    realm.tell({ type: 'internal-error', error });
    send(response, { status: 500, body: { error: 'Internal Server Error', reason: 'see the events of the broker' } }, method);
  }
}

/** The body as text. Rejects when it is too large, or does not come. */
async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw new RangeError('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function send(response: ServerResponse, { status, body }: Answer, method = 'GET'): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(status === 401 ? { 'www-authenticate': 'Basic realm="RabbitMQ Management"' } : {}),
    ...(status === 204 ? {} : { 'content-length': Buffer.byteLength(text) }),
    'cache-control': 'no-cache',
  });
  response.end(method === 'HEAD' ? '' : text);
}
