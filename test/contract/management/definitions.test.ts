import { describeBrokers, withVhost } from '../../support/brokers.ts';
import { ask } from '../../support/http-ask.ts';
import { expectedOn } from '../differences.ts';

const HASH_OF_SECRET = 'AAECAygv0e1JvWmb/yuFkkS4o6/ym7l2VIDl94ohKiVGBwMk';

describeBrokers('management/definitions', (broker) => {
  test('those of a vhost come back in another', () =>
    withVhost(broker, ({ vhost: from }) =>
      withVhost(broker, async ({ vhost: to }) => {
        const put = (path: string, body: unknown) => ask(broker.api, { method: 'PUT', path: `/api/${path.replace('VHOST', from)}`, body });
        const definitions = async (vhost: string) => {
          const { body } = await ask(broker.api, { path: `/api/definitions/${vhost}` });
          const { queues, exchanges, bindings, policies, parameters } = body as Record<string, unknown[]>;
          const sorted = (list: unknown[] = []) => list.map((item) => JSON.stringify(item, Object.keys(item as object).sort())).sort();
          // 3.10 says the vhost of a policy, too
          const placeless = (list: unknown[] = []) => JSON.parse(JSON.stringify(list).replaceAll(`"vhost":"${vhost}"`, '"vhost":"VHOST"'));
          return {
            queues: sorted(queues),
            exchanges: sorted(exchanges),
            bindings: sorted(bindings),
            policies: placeless(policies),
            parameters: placeless(parameters),
          };
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

  test.each([
    ['application/json', 204],
    ['Application/JSON; charset=utf-8', 204],
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['', 415],
    [undefined, 415],
  ])('sent as %j: %d', (type, expected) =>
    withVhost(broker, async ({ vhost }) => {
      const told = type === undefined ? {} : { body: {}, headers: { 'content-type': type } };
      const sent = { method: 'POST', path: `/api/definitions/${vhost}`, ...told };
      expect((await ask(broker.api, sent)).status).toBe(expected);
      // everything else is read whatever it is called, if it is called a type at all
      const queue = { method: 'PUT', path: `/api/queues/${vhost}/q` };
      expect((await ask(broker.api, { ...queue, ...told })).status).toBe(type === '' ? 415 : 201);
      expect((await ask(broker.api, { ...queue, body: {}, headers: { 'content-type': 'json' } })).status).toBe(415);
      // nobody learns anything without a name, and what is missing comes after
      expect((await ask(broker.api, { ...sent, auth: 'guest:wrong' })).status).toBe(401);
      if (expected === 415) expect((await ask(broker.api, { ...sent, path: '/api/definitions/nosuch' })).status).toBe(415);
    }),
  );

  test('those with mistakes are refused', () =>
    withVhost(broker, async ({ vhost }) => {
      const reasons: unknown[] = [];
      for (const body of [
        { queues: [{ name: 'q', vhost: 'nosuch', durable: true, auto_delete: false, arguments: {} }] },
        { permissions: [{ user: 'nosuch', vhost, configure: '', write: '', read: '' }] },
        { policies: [{ name: 'n', vhost, pattern: 'x', definition: { expires: -5 }, priority: 0, 'apply-to': 'all' }] },
        { queues: [{ name: 'q', vhost, durable: true, auto_delete: false, arguments: { 'x-max-length': 'a' } }] },
      ]) {
        const answer = await ask(broker.api, { method: 'POST', path: '/api/definitions', body });
        expect(answer.status).toBe(400);
        const { reason } = answer.body as { reason: unknown };
        reasons.push(JSON.parse(JSON.stringify(reason).replaceAll(vhost, 'VHOST')));
      }
      const promised = [
        'Please create virtual host "nosuch" prior to importing definitions.',
        '{no_such_user,<<"nosuch">>}',
        'Validation failed\n\n-5 is not a valid queue expiry\n (vhost: "VHOST" key: "n")',
        "precondition_failed: invalid arg 'x-max-length' for queue 'q' in vhost 'VHOST': \"expected integer, got longstr\"",
      ];
      expect(reasons).toEqual(expectedOn(broker, 'management/definitions/with mistakes', promised));
    }));

  test.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['a number', '5'],
    ['a text', '"{}"'],
    ['null', 'null'],
  ])('%s is no document', (_, body) =>
    withVhost(broker, async ({ vhost }) => {
      for (const path of ['/api/definitions', `/api/definitions/${vhost}`]) {
        const refusal = { status: 400, body: { error: 'bad_request', reason: 'failed_to_parse_json' } };
        expect(await ask(broker.api, { method: 'POST', path, body })).toMatchObject(refusal);
      }
    }),
  );

  test('a document too large is refused', async () => {
    const body = JSON.stringify({ explanation: 'x'.repeat(17_000_000) });
    const refusal = { status: 400, body: { error: 'bad_request', reason: 'Exceeded HTTP request body size limit' } };
    expect(await ask(broker.api, { method: 'POST', path: '/api/definitions', body })).toMatchObject(refusal);
  });

  test('a user with the hash of a password may log in with it', () =>
    withVhost(broker, async ({ vhost: name }) => {
      const whoami = (password: string) => ask(broker.api, { path: '/api/whoami', auth: `${name}:${password}` });
      // the salt 00 01 02 03, and SHA-256 of it and `secret`
      const user = { name, password_hash: HASH_OF_SECRET, hashing_algorithm: 'rabbit_password_hashing_sha256', tags: ['management'] };
      try {
        expect((await ask(broker.api, { method: 'POST', path: '/api/definitions', body: { users: [user] } })).status).toBe(204);
        expect([(await whoami('secret')).status, (await whoami('wrong')).status]).toEqual([200, 401]);
        expect((await ask(broker.api, { path: `/api/users/${name}` })).body).toMatchObject({ ...user, limits: {} });
      } finally {
        await ask(broker.api, { method: 'DELETE', path: `/api/users/${name}` });
      }
    }));
});
