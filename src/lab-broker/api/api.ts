import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Realm } from '../entities/realm.ts';
import type { Answer } from './answer.ts';
import { BINDINGS } from './bindings-routes.ts';
import { CONTENTS } from './contents-routes.ts';
import { createDispatch, type RawRequest } from './dispatch.ts';
import { PERMISSIONS } from './permissions-routes.ts';
import { serverRoutes } from './server-routes.ts';
import { TOPOLOGY } from './topology-routes.ts';
import { USERS } from './users-routes.ts';
import { VHOST_LIMITS } from './vhost-limits-routes.ts';
import { VHOSTS } from './vhosts-routes.ts';

/** Bytes of the largest request that is read. */
const LARGEST_BODY = 1_048_576;

/**
 * What answers requests to the reading half of RabbitMQ's management API, with what makes virtual hosts, users and their rights.
 * `ports` are those that the broker listens on.
 */
export function createApi(
  realm: Realm,
  ports: { readonly amqp: number; readonly api: number },
): (request: IncomingMessage, response: ServerResponse) => void {
  const dispatch = createDispatch(realm, [
    ...serverRoutes(ports),
    ...VHOSTS,
    ...VHOST_LIMITS,
    ...USERS,
    ...PERMISSIONS,
    ...TOPOLOGY,
    ...BINDINGS,
    ...CONTENTS,
  ]);
  return (request, response) => void answer(request, response, dispatch, realm);
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  dispatch: (request: RawRequest) => Answer,
  realm: Realm,
): Promise<void> {
  const body = await read(request).catch(() => undefined);
  if (body === undefined) return; // it hung up
  if (body === 'too large') {
    send(response, { status: 413, body: { error: 'bad_request', reason: 'payload too large' } }, request.method);
    return;
  }
  const { method = 'GET', url: target = '/', headers } = request;
  try {
    const raw = { method, target, authorization: headers.authorization, reason: headers['x-reason']?.toString(), body: body.text };
    const given = dispatch(raw);
    if (method !== 'GET' && method !== 'HEAD') await realm.whenSafe();
    send(response, given, method);
  } catch (error) {
    realm.tell({ type: 'internal-error', error });
    send(response, { status: 500, body: { error: 'Internal Server Error', reason: 'see the events of the broker' } }, method);
  }
}

/** The body as text. What is too large is let pass by, so that the client reads the answer. Rejects when the client hangs up. */
function read(request: IncomingMessage): Promise<{ readonly text: string } | 'too large'> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= LARGEST_BODY) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      resolve('too large');
    });
    request.on('end', () => resolve({ text: Buffer.concat(chunks).toString() }));
    request.on('error', reject);
  });
}

function send(response: ServerResponse, { status, body, headers }: Answer, method = 'GET'): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    ...headers,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(status === 204 ? {} : { 'content-length': Buffer.byteLength(text) }),
    'cache-control': 'no-cache',
  });
  response.end(method === 'HEAD' ? '' : text);
}
