import type { FieldTable, Properties } from '../../../src/client/message.ts';
import { originExchange, type ReplayRules, replayed } from '../../../src/messages/replayed.ts';
import { refusal } from '../../support/refusal.ts';

const rules: ReplayRules = {
  intoQueue: false,
  maxReplays: 10,
  keepDeaths: false,
  restoreExpiration: false,
  keepUserId: false,
};
const entry = (queue: string, reason: string, exchange: string, keys: string[], more: FieldTable = {}): FieldTable => ({
  queue,
  reason,
  count: 1,
  exchange,
  'routing-keys': keys,
  ...more,
});
const delivery = (headers: FieldTable, properties: Properties = {}) => ({
  exchange: 'dlx',
  routingKey: 'dead.key',
  properties: { ...properties, headers },
  body: Buffer.from('b'),
  deliveryTag: 1,
  redelivered: false,
});
const dead = (exchange: string, keys: string[], headers: FieldTable = {}) =>
  delivery({ ...headers, 'x-death': [entry('work', 'expired', exchange, keys, { 'original-expiration': '60' })] });
const exists = () => true;

test.each<[string, ReturnType<typeof delivery>, Partial<ReplayRules>, object]>([
  ['to its exchange', dead('shop', ['k']), {}, { exchange: 'shop', routingKey: 'k', properties: { headers: { 'x-rmq-lab-replays': 1 } } }],
  ['with CC', dead('shop', ['k', 'c1', 'c2']), {}, { exchange: 'shop', routingKey: 'k', properties: { headers: { CC: ['c1', 'c2'] } } }],
  ['with the empty key', dead('shop', ['']), {}, { exchange: 'shop', routingKey: '' }],
  ['the default exchange: its queue', dead('', ['work', 'cc']), {}, { exchange: '', routingKey: 'work' }],
  ['into its queue', dead('shop', ['k']), { intoQueue: true }, { exchange: '', routingKey: 'work' }],
  ['elsewhere, with the keys it had', dead('shop', ['k', 'c']), { to: { exchange: 'x' } }, { exchange: 'x', routingKey: 'k' }],
  ['elsewhere, with another', dead('shop', ['k', 'c']), { to: { exchange: 'x', routingKey: 'l' } }, { exchange: 'x', routingKey: 'l' }],
  ['elsewhere, never dead-lettered', delivery({}), { to: { exchange: 'x' } }, { exchange: 'x', routingKey: 'dead.key' }],
  [
    'one that was retried: the first death counts, not the last entry',
    delivery({
      'x-death': [entry('work', 'rejected', 'shop', ['k']), entry('wait', 'expired', 'work.dlx', ['rung.1'])],
      'x-first-death-queue': 'work',
      'x-first-death-reason': 'rejected',
    }),
    {},
    { exchange: 'shop', routingKey: 'k' },
  ],
])('%s', (_name, message, more, wanted) => expect(replayed(message, { ...rules, ...more }, exists)).toMatchObject(wanted));

test('an exchange that is gone: its queue', () => {
  expect(originExchange(dead('shop', ['k']), rules)).toBe('shop');
  expect(replayed(dead('shop', ['k', 'c']), rules, () => false)).toMatchObject({ exchange: '', routingKey: 'work' });
});

test.each<[string, ReturnType<typeof delivery>, Partial<ReplayRules>]>([
  ['the default exchange is always there', dead('', ['work']), {}],
  ['it goes elsewhere', dead('shop', ['k']), { to: { exchange: 'x' } }],
  ['it goes into a queue', dead('shop', ['k']), { intoQueue: true }],
  ['it never died', delivery({}), {}],
])('no exchange has to be looked for: %s', (_name, message, more) =>
  expect(originExchange(message, { ...rules, ...more })).toBeUndefined(),
);

test('what it was is kept; what the broker wrote of its deaths is not', () => {
  const headers = {
    n: 1,
    CC: ['c'],
    'x-first-death-queue': 'work',
    'x-delivery-count': 3,
    'x-death': [entry('work', 'rejected', '', ['work'])],
  };
  const { properties, body } = replayed(delivery(headers, { type: 't', priority: 4, userId: 'u' }), rules, exists);
  expect(properties).toEqual({ type: 't', priority: 4, headers: { n: 1, 'x-rmq-lab-replays': 1 } });
  expect(body.toString()).toBe('b');
  const kept = replayed(delivery(headers, { userId: 'u' }), { ...rules, keepDeaths: true, keepUserId: true }, exists).properties;
  expect(kept).toMatchObject({ userId: 'u', headers: { 'x-death': headers['x-death'], 'x-first-death-queue': 'work' } });
});

test('a TTL of its own comes back only when it is asked for: it might be over at once', () => {
  expect(replayed(dead('', ['work']), rules, exists).properties.expiration).toBeUndefined();
  expect(replayed(dead('', ['work']), { ...rules, restoreExpiration: true }, exists).properties.expiration).toBe('60');
});

test.each<[string, ReturnType<typeof delivery>, RegExp]>([
  ['without x-death', delivery({}), /no x-death/],
  ['replayed too often', dead('', ['work'], { 'x-rmq-lab-replays': 10 }), /^replayed 10 times already/],
])('%s: it is not replayed', (_name, message, why) => expect(refusal(() => replayed(message, rules, exists)).message).toMatch(why));

test.each([
  [9, 10],
  ['many', 1],
  [-5, 1],
])('replays are counted on: %j', (before, after) => {
  const { headers } = replayed(dead('', ['work'], { 'x-rmq-lab-replays': before }), rules, exists).properties;
  expect(headers?.['x-rmq-lab-replays']).toBe(after);
});
