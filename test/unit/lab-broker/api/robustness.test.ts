import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { createLabBroker, type LabBroker } from '../../../../src/lab-broker/lab-broker.ts';
import { ask } from '../../../support/http-ask.ts';

const GUEST = `authorization: Basic ${Buffer.from('guest:guest').toString('base64')}`;
const mistakes: unknown[] = [];
let broker: LabBroker;

beforeAll(async () => {
  broker = await createLabBroker();
  broker.events.on('internal-error', ({ error }) => mistakes.push(error));
});
afterAll(() => broker.close());
afterEach(() => {
  expect(mistakes).toEqual([]);
  mistakes.length = 0;
});

/** Resolves when a connection has ended, however it did. */
function ended(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket
      .on('error', () => undefined)
      .on('close', () => resolve())
      .resume();
  });
}

/** Sends bytes as they are, and answers what comes until the broker hangs up. */
async function raw(text: string | Buffer): Promise<string> {
  const socket = connect(Number(new URL(broker.api).port), '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(text);
  await ended(socket);
  return Buffer.concat(chunks).toString();
}

const statusLine = async (text: string | Buffer) => (await raw(text)).split('\r\n', 1)[0];

test.each([
  ['HTTP/1.0', `GET /api/whoami HTTP/1.0\r\n${GUEST}\r\n\r\n`, 'HTTP/1.1 200 OK'],
  ['an absolute address', `GET http://x/api/whoami HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${GUEST}\r\n\r\n`, 'HTTP/1.1 404 Not Found'],
  ['a star', 'OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 'HTTP/1.1 404 Not Found'],
  ['bytes that are no HTTP', Buffer.of(0, 1, 2, 255, 13, 10, 13, 10), 'HTTP/1.1 400 Bad Request'],
  ['AMQP', Buffer.from('AMQP\0\0\x09\x01\r\n\r\n'), 'HTTP/1.1 400 Bad Request'],
  ['a method that there is not', 'FOO /api/whoami HTTP/1.1\r\nhost: x\r\n\r\n', 'HTTP/1.1 400 Bad Request'],
  ['a header too large', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`, 'HTTP/1.1 431 Request Header Fields Too Large'],
  [
    'an upgrade',
    `GET /api/whoami HTTP/1.1\r\nhost: x\r\n${GUEST}\r\nconnection: upgrade, close\r\nupgrade: h2c\r\n\r\n`,
    'HTTP/1.1 200 OK',
  ],
])('%s', async (_, text, expected) => {
  expect(await statusLine(text)).toBe(expected);
});

test('a body too large is answered, and the connection goes on', async () => {
  const size = 10_000_001;
  const head = `PUT /api/vhosts/x HTTP/1.1\r\nhost: x\r\n${GUEST}\r\ncontent-length: ${size}\r\n\r\n`;
  const answer = await raw(`${head}${' '.repeat(size)}GET /api/whoami HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${GUEST}\r\n\r\n`);
  expect(answer.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 400', 'HTTP/1.1 200']);
  expect((await ask(broker.api, { path: '/api/vhosts/x' })).status).toBe(404);
});

test('a client that hangs up in the middle of its body', async () => {
  const socket = connect(Number(new URL(broker.api).port), '127.0.0.1');
  socket.write(`PUT /api/vhosts/x HTTP/1.1\r\nhost: x\r\n${GUEST}\r\ncontent-length: 100\r\n\r\n{`);
  await once(socket, 'connect');
  socket.end();
  await ended(socket);
  expect((await ask(broker.api, { path: '/api/whoami' })).status).toBe(200);
});

test('200 at once', async () => {
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, n) => ask(broker.api, { method: 'PUT', path: `/api/vhosts/many-${n}` })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  const { body } = await ask(broker.api, { path: '/api/vhosts?columns=name' });
  expect(body).toHaveLength(201);
});

test('names that every object has are names as any other', async () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    expect((await ask(broker.api, { path: `/api/vhosts/${name}` })).status).toBe(404);
    expect((await ask(broker.api, { method: 'PUT', path: `/api/vhosts/${name}` })).status).toBe(201);
    expect((await ask(broker.api, { path: `/api/vhosts/${name}?columns=name` })).body).toEqual({ name });
    expect((await ask(broker.api, { method: 'PUT', path: `/api/vhost-limits/%2F/${name}`, body: { value: 1 } })).status).toBe(400);
  }
});

test('close does not wait for connections that are kept alive, nor for requests that are not whole', async () => {
  const other = await createLabBroker();
  const port = Number(new URL(other.api).port);
  const [idle, half] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
  await Promise.all([idle, half].map((socket) => once(socket, 'connect')));
  idle.write(`GET /api/whoami HTTP/1.1\r\nhost: x\r\n${GUEST}\r\n\r\n`);
  await once(idle, 'data');
  half.write(`PUT /api/vhosts/x HTTP/1.1\r\nhost: x\r\n${GUEST}\r\ncontent-length: 100\r\n\r\n{`);
  const over = [idle, half].map(ended);
  await other.close();
  await Promise.all(over);
});

test('whatever is asked is answered: with a status, and JSON where there is a body', async () => {
  const word = fc.constantFrom(
    ...['api', 'vhosts', 'queues', 'exchanges', 'bindings', 'users', 'permissions', 'topic-permissions', 'vhost-limits', 'connections'],
    ...[
      'consumers',
      'channels',
      'nodes',
      'overview',
      'whoami',
      'contents',
      'e',
      'q',
      'amq.default',
      'amq.topic',
      'guest',
      '%2F',
      'max-queues',
      '~',
    ],
  );
  const part = fc.oneof(
    { arbitrary: word, weight: 6 },
    fc.string({ unit: 'grapheme', maxLength: 8 }).map(encodeURIComponent),
    fc.constantFrom('%', '%ff', '%00', '', '..'),
  );
  const query = fc.record(
    {
      columns: fc.constantFrom('', 'name', 'a.b.c', 'name.x', ',,', '__proto__'),
      page: fc.constantFrom('', '0', '1', '2', '-1', 'x', '99999999999999999999'),
      page_size: fc.constantFrom('', '1', '500', '501', 'x'),
      name: fc.constantFrom('', 'a', '[', '('),
      use_regex: fc.constantFrom('true', 'false'),
      sort: fc.constantFrom('', 'name', 'arguments.x', 'arguments'),
      sort_reverse: fc.constant('true'),
      disable_stats: fc.constant('true'),
      enable_queue_totals: fc.constant('true'),
    },
    { requiredKeys: [] },
  );
  const field = fc.oneof(fc.string(), fc.integer(), fc.jsonValue({ maxDepth: 2 }));
  const known = [
    'description',
    'tags',
    'password',
    'password_hash',
    'configure',
    'write',
    'read',
    'exchange',
    'value',
    'default_queue_type',
    'tracing',
  ];
  const document = fc.dictionary(fc.constantFrom(...known, '__proto__'), field).map((value) => JSON.stringify(value));
  const body = fc.oneof({ arbitrary: document, weight: 3 }, fc.json(), fc.string());
  const request = fc.record({
    method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'),
    path: fc.array(part, { maxLength: 6 }).map((parts) => `/api/${parts.join('/')}`),
    query: query.map((fields) => String(new URLSearchParams(fields as Record<string, string>))),
    body,
    auth: fc.constantFrom('guest:guest', 'guest:guest', 'guest:guest', 'guest:wrong', null),
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ method, path, query: search, body: sent, auth }) => {
      // whoever takes guest away can ask nothing more
      fc.pre(!(path.includes('guest') && (method === 'PUT' || method === 'DELETE')));
      const answer = await ask(broker.api, { method, path: `${path}?${search}`, body: sent, auth });
      expect([200, 201, 204, 301, 400, 401, 404, 405, 415]).toContain(answer.status);
      if (answer.body !== undefined) expect(typeof answer.body).toBe('object');
      expect(mistakes).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});
