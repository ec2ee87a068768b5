import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';
import { BINDINGS } from './bindings-routes.ts';
import { CONTENTS } from './contents-routes.ts';
import { DECLARATIONS } from './declaration-routes.ts';
import { DEFINITIONS } from './definitions-routes.ts';
import { createDispatch, type RawRequest } from './dispatch.ts';
import { healthRoutes } from './health-routes.ts';
import { Pace } from './pace.ts';
import { PARAMETERS } from './parameters-routes.ts';
import { PERMISSIONS } from './permissions-routes.ts';
import { POLICIES } from './policies-routes.ts';
import type { ApiHost } from './request.ts';
import { serverRoutes } from './server-routes.ts';
import { TOPOLOGY } from './topology-routes.ts';
import { USERS } from './users-routes.ts';
import { VHOST_LIMITS } from './vhost-limits-routes.ts';
import { VHOSTS } from './vhosts-routes.ts';
import { createWelcome } from './welcome.ts';

/** Bytes of the largest document that is read, as in RabbitMQ. */
const LARGEST_BODY = 10_000_000;

/** What answers requests to RabbitMQ's management API. `ports` are those that the broker listens on. */
export function createApi(
  host: ApiHost,
  ports: { readonly amqp: number; readonly api: number },
): (request: IncomingMessage, response: ServerResponse) => void {
  const routes = [
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
  ];
  const dispatch = createDispatch(host, routes);
  const welcome = createWelcome(routes, ports);
  const answerTo = async (request: RawRequest, pace: Pace) => welcome(request) ?? (await dispatch(request, pace));
  return (request, response) => void answer(request, response, answerTo, host);
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  dispatch: (request: RawRequest, pace: Pace) => Promise<Answer>,
  { realm }: ApiHost,
): Promise<void> {
  const body = await read(request).catch(() => undefined);
  if (body === undefined) return; // it hung up
  const { method = 'GET', url: target = '/', headers } = request;
  try {
    const { authorization, 'content-type': contentType } = headers;
    const raw = { method, target, authorization, contentType, reason: headers['x-reason']?.toString(), body: body.text };
    const pace = new Pace(realm.clock);
    const given = await dispatch(raw, pace);
    if (method !== 'GET' && method !== 'HEAD') await realm.whenSafe();
    send(response, given, given.page ?? (given.body === undefined ? '' : await pace.stringify(given.body)), method);
  } catch (error) {
    realm.tell({ type: 'internal-error', error });
    const failure = { status: 500, body: { error: 'Internal Server Error', reason: 'see the events of the broker' } };
    send(response, failure, JSON.stringify(failure.body), method);
  }
}

/**
 * The body as text; undefined of what is too large, which is let pass by, so that the client reads the answer. Rejects when the client
 * hangs up.
 */
function read(request: IncomingMessage): Promise<{ readonly text: string | undefined }> {
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
      resolve({ text: undefined });
    });
    request.on('end', () => resolve({ text: Buffer.concat(chunks).toString() }));
    request.on('error', reject);
  });
}

function send(response: ServerResponse, { status, body, page, headers }: Answer, text: string, method = 'GET'): void {
  response.writeHead(status, {
    ...headers,
    ...(page === undefined ? {} : { 'content-type': 'text/html; charset=utf-8' }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(status === 204 ? {} : { 'content-length': Buffer.byteLength(text) }),
    'cache-control': 'no-cache',
  });
  response.end(method === 'HEAD' ? '' : text);
}
