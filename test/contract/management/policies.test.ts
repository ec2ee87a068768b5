import { Actor } from '../../support/actor.ts';
import { describeBrokersAtOnce, type TestBroker, withVhost } from '../../support/brokers.ts';
import { headersOf } from '../../support/delivery.ts';
import { ask, type HttpAnswer } from '../../support/http-ask.ts';
import { eventually } from '../../support/polling.ts';
import { expectedOn } from '../differences.ts';

/** Asks below a vhost: VHOST in a path stands for it. */
function asker(broker: TestBroker, vhost: string) {
  const send = (method: string, path: string, body?: unknown): Promise<HttpAnswer> =>
    ask(broker.api, { method, path: path.replace('VHOST', vhost), ...(body === undefined ? {} : { body }) });
  return {
    send,
    queue: (name: string, table: Readonly<Record<string, unknown>> = {}) =>
      send('PUT', `/api/queues/VHOST/${name}`, { durable: true, arguments: table }),
    policy: (definition: unknown, more: Readonly<Record<string, unknown>> = {}, name = 'p') =>
      send('PUT', `/api/policies/VHOST/${name}`, { pattern: '.*', definition, ...more }),
    publish: async (key: string, payload = key, exchange = 'amq.default') => {
      const body = { properties: {}, routing_key: key, payload, payload_encoding: 'string' };
      const answer = await send('POST', `/api/exchanges/VHOST/${exchange}/publish`, body);
      return answer.body;
    },
    take: async (queue: string, count = 10) => {
      const answer = await send('POST', `/api/queues/VHOST/${queue}/get`, { count, ackmode: 'ack_requeue_false', encoding: 'auto' });
      return (answer.body as { payload: string }[]).map(({ payload }) => payload);
    },
    /** What is in a queue, left there: looked at until it is what is expected. */
    holds: (queue: string, payloads: readonly string[]) =>
      eventually(
        async () => {
          const answer = await send('POST', `/api/queues/VHOST/${queue}/get`, { count: 10, ackmode: 'ack_requeue_true', encoding: 'auto' });
          expect((answer.body as { payload: string }[]).map(({ payload }) => payload)).toEqual(payloads);
        },
        { within: 8_000 },
      ),
  };
}

describeBrokersAtOnce('management/policies', (broker, test) => {
  const inVhost = (use: (api: ReturnType<typeof asker>) => Promise<void>) => withVhost(broker, ({ vhost }) => use(asker(broker, vhost)));

  test('made, read, changed, deleted', () =>
    inVhost(async ({ send, policy }) => {
      expect((await policy({ expires: 60_000 }, { pattern: '^a', priority: 3, 'apply-to': 'queues' })).status).toBe(201);
      expect((await send('GET', '/api/policies/VHOST')).body).toEqual([
        { vhost: expect.any(String), name: 'p', pattern: '^a', 'apply-to': 'queues', definition: { expires: 60_000 }, priority: 3 },
      ]);
      expect((await policy({ 'max-length': 5 })).status).toBe(204);
      expect((await send('GET', '/api/policies/VHOST/p')).body).toMatchObject({ pattern: '.*', 'apply-to': 'all', priority: 0 });
      const statuses: number[] = [];
      for (const method of ['DELETE', 'DELETE', 'GET']) statuses.push((await send(method, '/api/policies/VHOST/p')).status);
      expect(statuses).toEqual([204, 404, 404]);
    }));

  test.each([
    ['no definition', {}, 'no policy provided'],
    ['an unknown key', { nosuch: 1 }, '[{<<"nosuch">>,1}] are not recognised policy settings'],
    ['a bad TTL', { 'message-ttl': -1 }, '-1 is not a valid message TTL'],
    ['a bad overflow', { overflow: 'x' }, '<<"x">> is not a valid overflow value'],
    ['a bad expiry', { expires: 0 }, '0 is not a valid queue expiry'],
    ['a bad exchange', { 'dead-letter-exchange': 1 }, '1 is not a valid dead letter exchange name'],
  ])('refuses %s', (name, definition, reason) =>
    inVhost(async ({ policy }) => {
      const { status, body } = await policy(definition);
      const expected = { status: 400, body: { error: 'bad_request', reason: `Validation failed\n\n${reason}\n` } };
      expect({ status, body }).toEqual(expectedOn(broker, `management/policies/${name}`, expected));
    }),
  );

  test('a message is dead-lettered that was there when a policy shortened the queue', () =>
    inVhost(async ({ queue, policy, publish, holds }) => {
      await queue('q');
      await queue('dead');
      for (const payload of ['1', '2', '3']) await publish('q', payload);
      await policy({ 'max-length': 1, 'dead-letter-exchange': '', 'dead-letter-routing-key': 'dead' }, { pattern: '^q$' });
      await holds('q', ['3']);
      await holds('dead', ['1', '2']);
    }));

  test.each(['classic', 'quorum'])('a %s queue: a TTL counts for what comes after the policy, and ends with it', (type) =>
    inVhost(async ({ send, queue, policy, publish, holds }) => {
      await queue('q', { 'x-queue-type': type });
      await publish('q', 'before');
      await policy({ 'message-ttl': 1 });
      await publish('q', 'after');
      await send('DELETE', '/api/policies/VHOST/p');
      await publish('q', 'last');
      await holds('q', ['before', 'last']);
    }),
  );

  test('of two numbers the lower counts, of two texts the argument', () =>
    inVhost(async ({ queue, policy, publish, holds }) => {
      await policy({ 'max-length': 2, 'dead-letter-exchange': '', 'dead-letter-routing-key': 'wrong' });
      await queue('low', { 'x-max-length': 1, 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'right' });
      await queue('high', { 'x-max-length': 5 });
      await queue('right');
      for (const payload of ['1', '2', '3']) await publish('high', payload);
      for (const payload of ['4', '5']) await publish('low', payload);
      await holds('high', ['2', '3']);
      await holds('low', ['5']);
      await holds('right', ['4']);
    }));

  test('an alternate exchange comes and goes with a policy', () =>
    inVhost(async ({ send, queue, policy, publish, take }) => {
      await queue('q');
      await send('PUT', '/api/exchanges/VHOST/x', { type: 'direct' });
      await send('POST', '/api/bindings/VHOST/e/amq.fanout/q/q', {});
      expect(await publish('k', '1', 'x')).toEqual({ routed: false });
      await policy({ 'alternate-exchange': 'amq.fanout' }, { pattern: '^x$', 'apply-to': 'exchanges' });
      await eventually(async () => expect(await publish('k', '2', 'x')).toEqual({ routed: true }));
      expect((await send('GET', '/api/exchanges/VHOST/x')).body).toMatchObject({ policy: 'p' });
      expect(await take('q')).toEqual(['2']);
      await send('DELETE', '/api/policies/VHOST/p');
      await eventually(async () => expect(await publish('k', '3', 'x')).toEqual({ routed: false }));
    }));

  test('a full queue refuses from when a policy says so', () =>
    inVhost(async ({ queue, policy, publish, holds }) => {
      await queue('q');
      await publish('q', '1');
      await policy({ 'max-length': 1, overflow: 'reject-publish' });
      const reason = 'rejected Unable to publish message. Check queue limits.';
      await eventually(async () => expect(await publish('q', '2')).toMatchObject({ error: 'bad_request', reason }));
      await holds('q', ['1']);
    }));

  test('a quorum queue gives up a message as soon as a policy says', () =>
    inVhost(async ({ send, queue, policy, publish, take, holds }) => {
      await queue('dead');
      await queue('quorum', { 'x-queue-type': 'quorum' });
      await publish('quorum', '1');
      await policy({ 'delivery-limit': 1, 'dead-letter-exchange': '', 'dead-letter-routing-key': 'dead' }, { pattern: '^quorum$' });
      const applied = async () => expect((await send('GET', '/api/queues/VHOST/quorum')).body).toMatchObject({ policy: 'p' });
      await eventually(applied, { within: 12_000 });
      const rejected: string[] = [];
      const reject = { count: 1, ackmode: 'reject_requeue_true', encoding: 'auto' };
      await eventually(async () => {
        const { body } = await send('POST', '/api/queues/VHOST/quorum/get', reject);
        rejected.push(...(body as { payload: string }[]).map(({ payload }) => payload));
        expect(rejected).toHaveLength(2);
      });
      await holds('dead', ['1']);
      expect(await take('quorum')).toEqual([]);
    }));

  test('a stream forgets what is older than a policy says', () =>
    withVhost(broker, async ({ vhost, url, api }) => {
      const { queue, policy } = asker(broker, vhost);
      await policy({ 'max-age': '1s' });
      // RabbitMQ looks only when it begins a new segment
      await queue('stream', { 'x-queue-type': 'stream', 'x-stream-max-segment-size-bytes': 500 });
      const actor = await Actor.enter({ vhost, url, api });
      const firstLeft = async () => {
        await actor.fill('stream', 'x'.repeat(1_000));
        const reader = await Actor.enter({ vhost, url, api });
        try {
          await reader.prefetch(1);
          await reader.consume('stream', 'a', { arguments: { 'x-stream-offset': 'first' } });
          const [first] = await reader.deliveries(1);
          return headersOf(first?.properties.headers)['x-stream-offset'];
        } finally {
          reader.wire.destroy();
        }
      };
      try {
        expect(await firstLeft()).toBe('l:0');
        await eventually(async () => expect(await firstLeft()).not.toBe('l:0'), { within: 15_000, every: 200 });
      } finally {
        actor.wire.destroy();
      }
    }));

  test('a queue expires that a policy gives little time', () =>
    inVhost(async ({ send, queue, policy }) => {
      await queue('q');
      await policy({ expires: 50 });
      await eventually(async () => expect((await send('GET', '/api/queues/VHOST/q?disable_stats=true')).status).toBe(404), {
        within: 8_000,
      });
    }));

  const applied = async ({ send }: ReturnType<typeof asker>, queue: string) => {
    const { body } = await send('GET', `/api/queues/VHOST/${queue}`);
    const { policy = null, operator_policy = null, effective_policy_definition: definition } = body as Record<string, unknown>;
    return { policy, operator_policy, definition };
  };
  const none = { policy: null, operator_policy: null, definition: {} };

  test('the policy that applies is the highest priority, of what fits the name and the type', () =>
    inVhost(async (api) => {
      await api.queue('one');
      await api.queue('other');
      await api.policy({ 'max-length': 1 }, { pattern: '^o', 'apply-to': 'queues' }, 'low');
      await api.policy({ 'max-length': 2 }, { pattern: 'one', priority: 1 }, 'high');
      await api.policy({ 'max-length': 3 }, { priority: 2, 'apply-to': 'exchanges' }, 'exchanges');
      await eventually(
        async () => {
          expect(await applied(api, 'one')).toEqual({ policy: 'high', operator_policy: null, definition: { 'max-length': 2 } });
          expect(await applied(api, 'other')).toEqual({ policy: 'low', operator_policy: null, definition: { 'max-length': 1 } });
        },
        { within: 12_000 },
      );
    }));

  test('no policy applies that holds what the type has no use for', () =>
    inVhost(async (api) => {
      await api.policy({ 'delivery-limit': 5, 'max-length': 5 });
      await api.queue('classic');
      await api.queue('quorum', { 'x-queue-type': 'quorum' });
      await eventually(
        async () => {
          expect(await applied(api, 'classic')).toEqual(none);
          expect(await applied(api, 'quorum')).toMatchObject({ policy: 'p', definition: { 'delivery-limit': 5, 'max-length': 5 } });
        },
        { within: 12_000 },
      );
    }));

  test("an operator's policy applies beside another: the lower number of both", () =>
    inVhost(async (api) => {
      await api.queue('q');
      await api.policy({ 'max-length': 5, 'message-ttl': 60_000, overflow: 'drop-head' });
      const operator = { pattern: '.*', definition: { 'max-length': 9, 'message-ttl': 50_000, expires: 100_000 }, 'apply-to': 'queues' };
      expect((await api.send('PUT', '/api/operator-policies/VHOST/op', operator)).status).toBe(201);
      const definition = { 'max-length': 5, 'message-ttl': 50_000, overflow: 'drop-head', expires: 100_000 };
      await eventually(async () => expect(await applied(api, 'q')).toEqual({ policy: 'p', operator_policy: 'op', definition }), {
        within: 12_000,
      });
    }));
});
