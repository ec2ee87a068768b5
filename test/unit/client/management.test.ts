import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createManagement, type ManagementOptions } from '../../../src/client/management.ts';
import type { LabError } from '../../../src/errors.ts';

/** Of nobody: made for this test, for `localhost`, until 2126. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBlDCCATugAwIBAgIUHYQwB0LUw/sP6clIDsezUvZUE+owCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzIyMTg1NFoYDzIxMjYxMDMw
MjIxODU0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATGf6laLu33CkIuGMM4kVaM1w35e3uUS6eKH2a/+wSGNrOE5FW743DL
lZjErUy2FNRz+VXE/h83n+X8GgiqQ8Mro2kwZzAdBgNVHQ4EFgQU8fuj//VQhktr
5+7YgjgVDcV561gwHwYDVR0jBBgwFoAU8fuj//VQhktr5+7YgjgVDcV561gwDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
RwAwRAIgO1jdivXteCGE+MWSImjXd2ElB+XMZCEw640qig/1SLECIC29STHBNLnW
4SO3B5NttrFGTSXaoI/mjsnkIqwv5GjY
-----END CERTIFICATE-----
`;
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg/PZuzCR426lp82no
rX5bXs2O+VG3U3wjEU/XM6PxcwShRANCAATGf6laLu33CkIuGMM4kVaM1w35e3uU
S6eKH2a/+wSGNrOE5FW743DLlZjErUy2FNRz+VXE/h83n+X8GgiqQ8Mr
-----END PRIVATE KEY-----
`;

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function listen(made: Server): Promise<number> {
  server = made.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A client of an API that answers so. */
async function clientOf(answer: RequestListener, options: Partial<ManagementOptions> = {}) {
  const address = `http://127.0.0.1:${await listen(createServer(answer))}`;
  return createManagement({ address, username: 'u', password: 'SECRET', timeout: 5_000, ...options });
}

const answering =
  (status: number, body: unknown): RequestListener =>
  (_request, response) => {
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
  };

async function failureOf(promise: Promise<unknown>): Promise<LabError> {
  return promise.then(
    () => Promise.reject(new Error('it succeeded')),
    (failure) => failure,
  );
}

test('asks with the credentials, a path and a JSON body', async () => {
  const seen: { method?: string; url?: string; authorization?: string; type?: string; body: string }[] = [];
  const client = await clientOf(
    (request: IncomingMessage, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        seen.push({
          method,
          url,
          authorization: String(headers.authorization),
          type: String(headers['content-type']),
          body: String(Buffer.concat(chunks)),
        });
        response.writeHead(method === 'GET' ? 200 : 204).end(method === 'GET' ? '{"n":[1]}' : '');
      });
    },
    { username: 'jörg', password: 'a:b' },
  );
  expect(await client.get('/api/x/%2F?columns=a,b')).toEqual({ n: [1] });
  await client.put('/api/y', { a: 'é' });
  await client.put('/api/z');
  await client.delete('/api/y');
  const authorization = `Basic ${Buffer.from('jörg:a:b').toString('base64')}`;
  expect(seen).toEqual([
    { method: 'GET', url: '/api/x/%2F?columns=a,b', authorization, type: 'undefined', body: '' },
    { method: 'PUT', url: '/api/y', authorization, type: 'application/json', body: '{"a":"é"}' },
    { method: 'PUT', url: '/api/z', authorization, type: 'application/json', body: '{}' },
    { method: 'DELETE', url: '/api/y', authorization, type: 'undefined', body: '' },
  ]);
});

test('the API may stand below a path', async () => {
  const paths: unknown[] = [];
  const client = await clientOf((request, response) => {
    paths.push(request.url);
    response.end('{}');
  });
  await createManagement({ ...client, address: `${client.address}/rabbit`, username: 'u', password: 'p', timeout: 5_000 }).get(
    '/api/overview',
  );
  expect(paths).toEqual(['/rabbit/api/overview']);
});

test('what is not there is undefined, and need not be deleted; but cannot be put into', async () => {
  const client = await clientOf(answering(404, { error: 'Object Not Found', reason: 'Not Found' }));
  expect(await client.get('/api/queues/%2F/q')).toBeUndefined();
  await client.delete('/api/queues/%2F/q');
  expect(await failureOf(client.put('/api/x'))).toMatchObject({ kind: 'refused', message: expect.stringContaining('PUT /api/x') });
});

test.each<[number, unknown, string, string, RegExp]>([
  [
    401,
    { error: 'not_authorized', reason: 'Login failed' },
    'access-refused',
    'refused u: Login failed (HTTP 401)',
    /--url.*set_user_tags/,
  ],
  [
    403,
    { error: 'not_authorised', reason: 'User not authorised' },
    'access-refused',
    'refused u: User not authorised (HTTP 403)',
    /set_user_tags/,
  ],
  [400, { error: 'bad_request', reason: 'vhost_not_found' }, 'refused', 'vhost_not_found (HTTP 400)', /rmq-lab doctor/],
  [400, { error: 'bad_request', reason: { a: 1 } }, 'refused', 'bad_request (HTTP 400)', /rmq-lab doctor/],
  [405, '', 'refused', 'HTTP 405', /rmq-lab doctor/],
  [500, '<html>', 'refused', 'HTTP 500', /rmq-lab doctor/],
  [302, '', 'unreachable', 'is not a RabbitMQ management API', /--api/],
  [200, '<html>a web page</html>', 'unreachable', 'is not a RabbitMQ management API', /--api/],
  [200, '', 'unreachable', 'is not a RabbitMQ management API', /--api/],
])('HTTP %d %j is %s', async (status, body, kind, message, hint) => {
  const client = await clientOf(answering(status, body));
  const failure = await failureOf(client.get('/api/overview'));
  expect(failure).toMatchObject({ kind, message: expect.stringContaining(message), hint: expect.stringMatching(hint) });
  expect(failure.message).toContain(client.address);
  if (status === 302) await expect(client.delete('/api/x')).rejects.toMatchObject({ kind });
});

describe('unreachable', () => {
  const unreachable = async (promise: Promise<unknown>, why: RegExp) => {
    const failure = await failureOf(promise);
    expect(failure).toMatchObject({ kind: 'unreachable', message: expect.stringMatching(/^no management API at http:\/\/127/) });
    expect(failure.message).toMatch(why);
    expect(failure.hint).toMatch(/rabbitmq-plugins enable rabbitmq_management.*--api/);
    expect(`${failure.stack}${(failure.cause as Error).stack}`).not.toContain('SECRET');
  };

  test('nobody listens', async () => {
    const port = await listen(createServer());
    server?.close();
    const client = createManagement({ address: `http://127.0.0.1:${port}`, username: 'u', password: 'SECRET', timeout: 5_000 });
    await unreachable(client.get('/api/overview'), /ECONNREFUSED/);
  });

  test('no answer in time', async () => {
    const client = await clientOf(() => undefined, { timeout: 50 });
    await unreachable(client.get('/api/overview'), /no answer within 50 ms$/);
  });

  test('half an answer in time', async () => {
    const client = await clientOf((_request, response) => void response.writeHead(200, { 'content-length': 9 }).write('{"a"'), {
      timeout: 50,
    });
    await unreachable(client.get('/api/overview'), /no answer within 50 ms$/);
  });

  test('cut in the middle of an answer', async () => {
    const client = await clientOf((request, response) => {
      response.writeHead(200, { 'content-length': 9 }).write('{"a"', () => request.socket.destroy());
    });
    await unreachable(client.get('/api/overview'), /aborted|ECONNRESET|socket hang up/);
  });

  test('no HTTP there', async () => {
    const client = await clientOf((request) => request.socket.end('AMQP\0\0\x09\x01'));
    await unreachable(client.get('/api/overview'), /Parse Error/);
  });
});

describe('TLS', () => {
  const secureClient = async (options: Partial<ManagementOptions>) => {
    const port = await listen(createTlsServer({ cert: CERTIFICATE, key: KEY }, answering(200, { ok: true })));
    return createManagement({ address: `https://localhost:${port}`, username: 'u', password: 'SECRET', timeout: 5_000, ...options });
  };

  test('an authority that is not trusted is access refused, and the password stays here', async () => {
    const client = await secureClient({});
    const failure = await failureOf(client.get('/api/overview'));
    expect(failure).toMatchObject({ kind: 'access-refused', hint: expect.stringMatching(/--tls-ca-file.*--insecure/) });
    expect(failure.message).toContain(client.address);
  });

  test('the authority may be named, or any certificate taken', async () => {
    expect(await (await secureClient({ ca: Buffer.from(CERTIFICATE) })).get('/api/overview')).toEqual({ ok: true });
    server?.close();
    expect(await (await secureClient({ verify: false })).get('/api/overview')).toEqual({ ok: true });
  });

  test('a certificate for another host is access refused', async () => {
    const client = await secureClient({ ca: Buffer.from(CERTIFICATE) });
    const other = createManagement({
      address: client.address.replace('localhost', '127.0.0.1'),
      username: 'u',
      password: 'SECRET',
      timeout: 5_000,
      ca: Buffer.from(CERTIFICATE),
    });
    expect(await failureOf(other.get('/api/overview'))).toMatchObject({
      kind: 'access-refused',
      hint: expect.stringContaining('--insecure'),
    });
  });
});
