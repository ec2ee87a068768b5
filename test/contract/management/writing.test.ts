import { describeBrokers, withVhost } from '../../support/brokers.ts';
import { ask } from '../../support/http-ask.ts';
import { eventually } from '../../support/polling.ts';
import { differencesOf, expectedOn } from '../differences.ts';

/**
 * What each request of a list is answered with, one after the other in a vhost of its own: its status, and its body or its Location. With a
 * name where older brokers answer otherwise.
 */
type Step = readonly [method: string, path: string, body: unknown, status: number, answer?: unknown, name?: string];

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
  ['PUT', '/queues/VHOST/r', { node: 'nosuch' }, 400, refused('Node nosuch is not a cluster member'), 'a queue on no such node'],
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
  ['PUT', '/exchanges/VHOST/x', { type: 'no-such' }, 400, refused("unknown exchange type 'no-such'")],
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
  [
    'POST',
    '/exchanges/VHOST/nosuch/publish',
    message(),
    404,
    { error: 'not_found', reason: 'exchange_not_found' },
    'publish to no such exchange',
  ],
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
  ['POST', GET, asking('x'), 400, expect.objectContaining({ error: 'bad_request' }), 'get with no such ackmode'],
  ['POST', GET, asking('ack_requeue_true', { encoding: 'x' }), 400, refused('Unsupported encoding. Please use auto or base64.')],
  ['POST', GET, asking('ack_requeue_true', { count: 'x' }), 400, refused(['not_integer', 'x'])],
  ['POST', GET, {}, 400, refused('[{key_missing,ackmode},{key_missing,count},{key_missing,encoding}]')],
  [
    'POST',
    '/queues/VHOST/nosuch/get',
    asking('ack_requeue_true'),
    404,
    { error: 'not_found', reason: 'queue_not_found' },
    'get from no such queue',
  ],
];

const WELL = { status: 'ok' };
const HEALTH: readonly Step[] = [
  ...['virtual-hosts', 'alarms', 'ready-to-serve-clients', 'metadata-store/initialized'].map(
    (name): Step => ['GET', `/health/checks/${name}`, undefined, 200, WELL, `health: ${name}`],
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
  [
    'GET',
    '/health/checks/protocol-listener/mqtt',
    undefined,
    503,
    expect.objectContaining({ missing: ['mqtt'] }),
    'health: no such listener',
  ],
  ['GET', '/aliveness-test/VHOST', undefined, 200, WELL],
  ['GET', '/cluster-name', undefined, 200, { name: expect.any(String) }],
  ['GET', '/channels/nosuch', undefined, 404, GONE],
  ['PUT', '/parameters/nosuch/VHOST/x', { value: 1 }, 400, refused('Validation failed\n\ncomponent nosuch not found\n')],
];

/** As PHP writes an object with nothing in it. */
const EMPTY_LISTS: readonly Step[] = [
  ['PUT', '/queues/VHOST/q', { arguments: [] }, 201],
  ['PUT', '/queues/VHOST/q', { arguments: {} }, 204],
  ['PUT', '/queues/VHOST/other', { arguments: [1] }, 400, expect.anything()],
  ['PUT', '/exchanges/VHOST/x', { type: 'direct', arguments: [] }, 201],
  ['POST', '/bindings/VHOST/e/x/q/q', { routing_key: 'k', arguments: [] }, 201, 'q/k'],
  ['POST', PUBLISH, message({ properties: { headers: [] } }), 200, { routed: true }],
];

const LISTS: readonly (readonly [string, readonly Step[]])[] = [
  ['queues', QUEUES],
  ['exchanges', EXCHANGES],
  ['bindings', BINDINGS],
  ['messages', MESSAGES],
  ['health', HEALTH],
  ['empty lists', EMPTY_LISTS],
];

describeBrokers('management/writing', (broker) => {
  test.each(LISTS)('%s', (_, steps) =>
    withVhost(broker, async ({ vhost }) => {
      for (const [method, path, body, status, answer = null, name = ''] of steps) {
        const asked = { method, path: `/api${path.replace('VHOST', vhost)}`, ...(body === undefined ? {} : { body }) };
        const promised = expectedOn(broker, `management/writing/${name}`, { status, answer });
        const look = async () => {
          const seen = await ask(broker.api, asked);
          const shown = JSON.parse(JSON.stringify(seen.body ?? seen.headers.location ?? null).replaceAll(vhost, 'VHOST'));
          expect({ method, path, body, status: seen.status, answer: shown }).toEqual({ method, path, body, ...promised });
        };
        // a check of all vhosts meets those that other tests are just making or deleting
        await (method === 'GET' ? eventually(look, { within: 6_000, every: 100 }) : look());
      }
    }),
  );
});

test('management/writing: no name twice, no difference without a test', () => {
  const names = LISTS.flatMap(([, steps]) =>
    steps.flatMap(([, , , , , name]) => (name === undefined ? [] : [`management/writing/${name}`])),
  );
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining([...differencesOf('management/writing')]));
});
