import type { Delivery, Properties } from '../../../src/client/message.ts';
import { parseFilter } from '../../../src/messages/filter.ts';
import { refusal } from '../../support/refusal.ts';

const delivery = (properties: Properties = {}, difference: Partial<Delivery> = {}): Delivery => ({
  exchange: 'orders',
  routingKey: 'order.eu',
  redelivered: false,
  deliveryTag: 1,
  properties,
  body: Buffer.from('body'),
  ...difference,
});

const death = (...deaths: object[]) => delivery({ headers: { 'x-death': deaths as never } });

test.each<[string, Delivery, boolean]>([
  ['exchange=orders', delivery(), true],
  ['exchange=', delivery({}, { exchange: '' }), true],
  ['exchange=order', delivery(), false],
  ['routing-key=order.eu', delivery(), true],
  ['routing-key=a=b', delivery({}, { routingKey: 'a=b' }), true],
  ['routing-key=', delivery(), false],
  ['redelivered=true', delivery({}, { redelivered: true }), true],
  ['redelivered=true', delivery(), false],
  ['reason=expired', death({ reason: 'expired', queue: 'q' }), true],
  ['reason=expired', death({ reason: 'rejected' }, { reason: 'expired' }), false],
  ['queue=q', death({ reason: 'expired', queue: 'q' }), true],
  ['reason=expired', delivery({ headers: { 'x-death': 'expired' } }), false],
  ['reason=expired', delivery({ headers: { 'x-death': ['expired'] } }), false],
  ['reason=expired', delivery({ headers: { 'x-death': [] } }), false],
  ['content-type=text/plain', delivery({ contentType: 'text/plain' }), true],
  ['content-type=', delivery(), false],
  ['correlation-id=1', delivery({ correlationId: '1' }), true],
  ['message-id=1', delivery({ messageId: '1' }), true],
  ['reply-to=1', delivery({ replyTo: '1' }), true],
  ['type=t', delivery({ type: 't' }), true],
  ['app-id=a', delivery({ appId: 'a' }), true],
  ['header.a=1', delivery({ headers: { a: 1 } }), true],
  ['header.a=1', delivery({ headers: { a: '1' } }), true],
  ['header.a=true', delivery({ headers: { a: true } }), true],
  ['header.a.b=x', delivery({ headers: { 'a.b': 'x' } }), true],
  ['header.a=', delivery({ headers: { a: '' } }), true],
  ['header.a=', delivery({ headers: {} }), false],
  ['header.a=', delivery(), false],
  ['header.constructor=x', delivery({ headers: {} }), false],
  [`header.constructor=${Object}`, delivery({ headers: {} }), false],
  ['header.toString=', delivery({ headers: {} }), false],
])('%s on %j: %j', (pair, message, answer) => expect(parseFilter([pair])(message)).toBe(answer));

test('all pairs must hold, and none holds always', () => {
  const message = delivery({ type: 't' });
  expect(parseFilter(['type=t', 'exchange=orders'])(message)).toBe(true);
  expect(parseFilter(['type=t', 'exchange=other'])(message)).toBe(false);
  expect(parseFilter([])(message)).toBe(true);
});

test.each(['', 'reason', '=x', 'header.=x', 'header=x', 'Reason=x', 'constructor=x', '__proto__=x', 'toString=x'])(
  '%j is refused',
  (pair) => {
    const error = refusal(() => parseFilter(['type=t', pair]));
    expect(error).toMatchObject({ exitCode: 2, message: `--filter: '${pair}' is not a filter` });
    expect(error.hint).toMatch(/NAME=VALUE.*routing-key.*header\.NAME/);
  },
);

test.each([
  ['epired', '--filter reason=expired'],
  ['expired,rejected', 'there are expired, rejected, maxlen, delivery_limit'],
  ['', 'there are expired, rejected, maxlen, delivery_limit'],
])('there is no reason %j', (reason, hint) => {
  expect(refusal(() => parseFilter([`reason=${reason}`]))).toMatchObject({ exitCode: 2, hint });
});
