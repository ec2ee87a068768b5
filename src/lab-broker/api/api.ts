import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';
import { BINDINGS } from './bindings-routes.ts';
import { CONTENTS } from './contents-routes.ts';
import { DECLARATIONS } from './declaration-routes.ts';
import { DEFINITIONS } from './definitions-routes.ts';
import { createDispatch, type RawRequest } from './dispatch.ts';
import { healthRoutes } from './health-routes.ts';
import { PARAMETERS } from './parameters-routes.ts';
import { PERMISSIONS } from './permissions-routes.ts';
import { POLICIES } from './policies-routes.ts';
import type { ApiHost } from './request.ts';
import { serverRoutes } from './server-routes.ts';
import { TOPOLOGY } from './topology-routes.ts';
import { USERS } from './users-routes.ts';
import { VHOST_LIMITS } from './vhost-limits-routes.ts';
import { VHOSTS } from './vhosts-routes.ts';

/** Bytes of the largest request that is read, as in RabbitMQ. */
const LARGEST_BODY = 20_000_000;

/** What answers requests to RabbitMQ's management API. `ports` are those that the broker listens on. */
export function createApi(
  host: ApiHost,
  ports: { readonly amqp: number; readonly api: number },
): (request: IncomingMessage, response: ServerResponse) => void {
  const dispatch = createDispatch(host, [
    ...serverRoutes(ports),
    ...healthRoutes(ports),
    ...VHOSTS,
    ...VHOST_LIMITS,
    ...USERS,
    ...PERMISSIONS,
    ...TOPOLOGY,
    ...BINDINGS,
    ...CONTENTS,
    ...DECLARATIONS,
    ...POLICIES,
    ...PARAMETERS,
    ...DEFINITIONS,
  ]);
  return (request, response) => void answer(request, response, dispatch, host);
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  dispatch: (request: RawRequest) => Answer,
  { realm }: ApiHost,
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
