import { describeNewestBroker, withVhost } from '../../support/brokers.ts';
import { ask } from '../../support/http-ask.ts';

/** What each request of a list is answered with, one after the other in a vhost of its own: its status, and its body or its Location. */
type Step = readonly [method: string, path: string, body: unknown, status: number, answer?: unknown];

const refused = (reason: unknown) => ({ error: 'bad_request', reason });
const missing = (kind: string, name: string) => ({ error: 'not_found', reason: `no ${kind} '${name}' in vhost 'VHOST'` });
const DENIED = { error: 'not_authorised', reason: 'Access refused.' };
const GONE = { error: 'Object Not Found', reason: 'Not Found' };
const message = (more: Readonly<Record<string, unknown>> = {}) => {
  return { properties: {}, routing_key: 'q', payload: 'hi', payload_encoding: 'string', ...more };
};
const asking = (ackmode: string, more: Readonly<Record<string, unknown>> = {}) => ({ count: 1, ackmode, encoding: 'auto', ...more });
const got = (more: Readonly<Record<string, unknown>> = {}) => ({
  payload_bytes: 2,
  redelivered: false,
  exchange: '',
  routing_key: 'q',
  message_count: 0,
  properties: [],
  payload: 'hi',
  payload_encoding: 'string',
  ...more,
});
const PUBLISH = '/exchanges/VHOST/amq.default/publish';
const GET = '/queues/VHOST/q/get';
const PROPERTIES = {
  content_type: 'text/plain',
  content_encoding: 'utf-8',
  delivery_mode: 2,
  priority: 3,
  correlation_id: 'c',
  reply_to: 'r',
  expiration: '60000',
  message_id: 'm',
  timestamp: 123,
  type: 't',
  user_id: 'guest',
  app_id: 'a',
  headers: { number: 1, text: 'x', double: 1.5, truth: true, list: [1], table: { a: 'b' } },
};

const QUEUES: readonly Step[] = [
  ['PUT', '/queues/VHOST/q', {}, 201],
  ['PUT', '/queues/VHOST/q', { durable: 'false' }, 204],
  [
    'PUT',
    '/queues/VHOST/q',
    { auto_delete: true },
    400,
    refused("inequivalent arg 'auto_delete' for queue 'q' in vhost 'VHOST': received 'true' but current is 'false'"),
  ],
  ['PUT', '/queues/VHOST/q', { durable: 'maybe' }, 400, refused(['not_boolean', 'maybe'])],
  ['PUT', '/queues/VHOST/amq.q', {}, 401, DENIED],
  ['PUT', '/queues/VHOST/r', { arguments: { 'x-max-length': null } }, 400, refused('null_not_allowed')],
  ['PUT', '/queues/VHOST/r', { node: 'nosuch' }, 400, refused('Node nosuch is not a cluster member')],
  ['PUT', '/queues/nosuch/r', {}, 404, { error: 'not_found', reason: 'vhost_not_found' }],
  ['POST', '/queues/VHOST/q/actions', { action: 'x' }, 400, refused(['unknown', 'x'])],
  ['POST', PUBLISH, message(), 200, { routed: true }],
  ['DELETE', '/queues/VHOST/q?if-empty=true', undefined, 400, refused("queue 'q' in vhost 'VHOST' not empty")],
  ['DELETE', '/queues/VHOST/q?if-unused=true', undefined, 204],
  ['DELETE', '/queues/VHOST/q', undefined, 404, GONE],
];

const EXCHANGES: readonly Step[] = [
  ['PUT', '/exchanges/VHOST/x', {}, 201],
  ['PUT', '/exchanges/VHOST/x', { type: 'direct' }, 204],
  ['PUT', '/exchanges/VHOST/x', { type: 'nosuch' }, 400, refused("unknown exchange type 'nosuch'")],
  ['PUT', '/exchanges/VHOST/amq.x', { type: 'direct' }, 401, DENIED],
  ['PUT', '/exchanges/VHOST/amq.default', { type: 'direct' }, 401, DENIED],
  ['DELETE', '/exchanges/VHOST/amq.direct', undefined, 401, DENIED],
  ['POST', '/bindings/VHOST/e/x/e/amq.fanout', {}, 201, 'amq.fanout/~'],
  ['DELETE', '/exchanges/VHOST/x?if-unused=true', undefined, 400, refused("exchange 'x' in vhost 'VHOST' in use")],
  ['DELETE', '/exchanges/VHOST/x', undefined, 204],
  ['DELETE', '/exchanges/VHOST/x', undefined, 404, GONE],
];

const BINDINGS: readonly Step[] = [
  ['PUT', '/queues/VHOST/q', {}, 201],
  ['PUT', '/exchanges/VHOST/x', {}, 201],
  ['POST', '/bindings/VHOST/e/x/q/q', { routing_key: 'a/b' }, 201, 'q/a%252Fb'],
  ['POST', '/bindings/VHOST/e/x/q/q', { routing_key: 'k', arguments: { x: 1 } }, 201, expect.stringMatching(/^q\/k~[\w-]{6}$/)],
  ['POST', '/bindings/VHOST/e/x/q/nosuch', {}, 404, missing('queue', 'nosuch')],
  ['POST', '/bindings/VHOST/e/nosuch/q/q', {}, 404, missing('exchange', 'nosuch')],
  ['POST', '/bindings/VHOST/e/amq.default/q/q', {}, 401, DENIED],
  ['DELETE', '/bindings/VHOST/e/x/q/q/k', undefined, 404, GONE],
  ['DELETE', '/bindings/VHOST/e/x/q/q/a%252Fb', undefined, 204],
  ['DELETE', '/bindings/VHOST/e/x/q/q/a%252Fb', undefined, 404, GONE],
  ['DELETE', '/bindings/VHOST/e/amq.default/q/q/q', undefined, 401, DENIED],
  ['PUT', '/bindings/VHOST/e/x/q/q/k', {}, 405],
];

const MESSAGES: readonly Step[] = [
  ['PUT', '/queues/VHOST/q', {}, 201],
  ['POST', PUBLISH, message(), 200, { routed: true }],
  ['POST', PUBLISH, message({ routing_key: 'nosuch' }), 200, { routed: false }],
  ['POST', '/exchanges/VHOST/nosuch/publish', message(), 404, { error: 'not_found', reason: 'exchange_not_found' }],
  ['POST', PUBLISH, message({ payload: 5 }), 400, refused('payload_not_string')],
  ['POST', PUBLISH, message({ payload_encoding: 'x' }), 400, refused(['unsupported_encoding', 'x'])],
  ['POST', PUBLISH, message({ properties: { priority: 'x' } }), 400, refused(['not_int', 'priority'])],
  ['POST', PUBLISH, message({ properties: { expiration: 5 } }), 400, refused(['not_string', 'expiration'])],
  [
    'POST',
    PUBLISH,
    message({ properties: { user_id: 'x' } }),
    400,
    refused("406 PRECONDITION_FAILED - user_id property set to 'x' but authenticated user was 'guest'"),
  ],
  ['POST', GET, asking('ack_requeue_true'), 200, [got()]],
  ['POST', GET, asking('reject_requeue_false'), 200, [got({ redelivered: true })]],
  ['POST', GET, asking('ack_requeue_true'), 200, []],
  ['POST', PUBLISH, message({ properties: PROPERTIES, payload: '/wAB', payload_encoding: 'base64' }), 200, { routed: true }],
  [
    'POST',
    GET,
    asking('ack_requeue_false', { count: '5' }),
    200,
    [got({ payload: '/wAB', payload_bytes: 3, payload_encoding: 'base64', properties: PROPERTIES })],
  ],
  ['POST', PUBLISH, message({ payload: 'hé' }), 200, { routed: true }],
  [
    'POST',
    GET,
    asking('reject_requeue_true', { truncate: 2 }),
    200,
    [got({ payload: 'aMM=', payload_bytes: 3, payload_encoding: 'base64' })],
  ],
  ['POST', GET, asking('x'), 400, expect.objectContaining({ error: 'bad_request' })],
  ['POST', GET, asking('ack_requeue_true', { encoding: 'x' }), 400, refused('Unsupported encoding. Please use auto or base64.')],
  ['POST', GET, asking('ack_requeue_true', { count: 'x' }), 400, refused(['not_integer', 'x'])],
  ['POST', GET, {}, 400, refused('[{key_missing,ackmode},{key_missing,count},{key_missing,encoding}]')],
  ['POST', '/queues/VHOST/nosuch/get', asking('ack_requeue_true'), 404, { error: 'not_found', reason: 'queue_not_found' }],
];

const WELL = { status: 'ok' };
const HEALTH: readonly Step[] = [
  ...['virtual-hosts', 'alarms', 'ready-to-serve-clients', 'metadata-store/initialized'].map(
    (name): Step => ['GET', `/health/checks/${name}`, undefined, 200, WELL],
  ),
  ['GET', '/health/checks/node-is-quorum-critical', undefined, 200, { status: 'ok', reason: 'single node cluster' }],
  [
    'GET',
    '/health/checks/port-listener/1',
    undefined,
    503,
    expect.objectContaining({ status: 'failed', reason: 'No active listener', missing: 1 }),
  ],
  ['GET', '/health/checks/port-listener/x', undefined, 400, refused('Invalid port')],
  ['GET', '/health/checks/protocol-listener/amqp', undefined, 200, expect.objectContaining(WELL)],
  ['GET', '/health/checks/protocol-listener/mqtt', undefined, 503, expect.objectContaining({ missing: ['mqtt'] })],
  ['GET', '/aliveness-test/VHOST', undefined, 200, WELL],
  ['GET', '/cluster-name', undefined, 200, { name: expect.any(String) }],
  ['GET', '/channels/nosuch', undefined, 404, GONE],
  ['PUT', '/parameters/nosuch/VHOST/x', { value: 1 }, 400, refused('Validation failed\n\ncomponent nosuch not found\n')],
];

describeNewestBroker('management/writing', (broker) => {
  test.each([
    ['queues', QUEUES],
    ['exchanges', EXCHANGES],
    ['bindings', BINDINGS],
    ['messages', MESSAGES],
    ['health', HEALTH],
  ])('%s', (_, steps) =>
    withVhost(broker, async ({ vhost }) => {
      for (const [method, path, body, status, answer] of steps) {
        const asked = { method, path: `/api${path.replace('VHOST', vhost)}`, ...(body === undefined ? {} : { body }) };
        const seen = await ask(broker.api, asked);
        const shown = JSON.parse(JSON.stringify(seen.body ?? seen.headers.location ?? null).replaceAll(vhost, 'VHOST'));
        expect({ method, path, body, status: seen.status, answer: shown }).toEqual({ method, path, body, status, answer: answer ?? null });
      }
    }),
  );

  test('definitions of a vhost come back in another', () =>
    withVhost(broker, ({ vhost: from }) =>
      withVhost(broker, async ({ vhost: to }) => {
        const put = (path: string, body: unknown) => ask(broker.api, { method: 'PUT', path: `/api/${path.replace('VHOST', from)}`, body });
        const definitions = async (vhost: string) => {
          const { body } = await ask(broker.api, { path: `/api/definitions/${vhost}` });
          const { queues, exchanges, bindings, policies, parameters } = body as Record<string, unknown[]>;
          const sorted = (list: unknown[] = []) => list.map((item) => JSON.stringify(item, Object.keys(item as object).sort())).sort();
          return { queues: sorted(queues), exchanges: sorted(exchanges), bindings: sorted(bindings), policies, parameters };
        };
        await put('queues/VHOST/q', { durable: true, arguments: { 'x-max-length': 5 } });
        await put('exchanges/VHOST/x', { type: 'topic', durable: true });
        const binding = { routing_key: 'k', arguments: { a: 'b' } };
        await ask(broker.api, { method: 'POST', path: `/api/bindings/${from}/e/x/q/q`, body: binding });
        await put('policies/VHOST/p', { pattern: '^q$', definition: { expires: 60_000 } });
        await put('operator-policies/VHOST/op', { pattern: '^q$', definition: { 'max-length': 9 }, 'apply-to': 'queues' });
        const { body } = await ask(broker.api, { path: `/api/definitions/${from}` });
        const before = await definitions(from);
        expect(before.queues).toHaveLength(1);
        expect(before.bindings).toHaveLength(1);
        for (const _ of ['once', 'twice']) {
          expect((await ask(broker.api, { method: 'POST', path: `/api/definitions/${to}`, body })).status).toBe(204);
          expect(await definitions(to)).toEqual(before);
        }
      }),
    ));

  test('definitions with mistakes are refused', () =>
    withVhost(broker, async ({ vhost }) => {
      const reasons: string[] = [];
      for (const body of [
        { queues: [{ name: 'q', vhost: 'nosuch', durable: true, auto_delete: false, arguments: {} }] },
        { permissions: [{ user: 'nosuch', vhost, configure: '', write: '', read: '' }] },
        { policies: [{ name: 'n', vhost, pattern: 'x', definition: { expires: -5 }, priority: 0, 'apply-to': 'all' }] },
        { queues: [{ name: 'q', vhost, durable: true, auto_delete: false, arguments: { 'x-max-length': 'a' } }] },
      ]) {
        const answer = await ask(broker.api, { method: 'POST', path: '/api/definitions', body });
        expect(answer.status).toBe(400);
        reasons.push((answer.body as { reason: string }).reason.replaceAll(vhost, 'VHOST'));
      }
      expect(reasons).toEqual([
        'Please create virtual host "nosuch" prior to importing definitions.',
        '{no_such_user,<<"nosuch">>}',
        'Validation failed\n\n-5 is not a valid queue expiry\n (vhost: "VHOST" key: "n")',
        "precondition_failed: invalid arg 'x-max-length' for queue 'q' in vhost 'VHOST': \"expected integer, got longstr\"",
      ]);
    }));
});
