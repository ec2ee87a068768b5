import { type FieldTable, type FieldValue, Typed } from '../../../src/client/message.ts';
import { deathsOf, firstDeathOf, withoutDeaths } from '../../../src/client/x-death.ts';

const entry = (queue: string, reason: string, more: FieldTable = {}): FieldTable => ({
  queue,
  reason,
  count: 1,
  exchange: 'x',
  'routing-keys': ['k'],
  time: new Typed('timestamp', 5),
  ...more,
});
const properties = (deaths: FieldValue, more: FieldTable = {}) => ({ headers: { 'x-death': deaths, ...more } });

test('an entry in full', () => {
  const [death] = deathsOf(properties([entry('q', 'expired', { count: 3, 'routing-keys': ['k', 'cc'], 'original-expiration': '60' })]));
  expect(death).toEqual({
    queue: 'q',
    reason: 'expired',
    count: 3,
    time: 5,
    exchange: 'x',
    routingKeys: ['k', 'cc'],
    originalExpiration: '60',
  });
});

test.each<[string, FieldValue]>([
  ['text', 'hello'],
  ['a table', { queue: 'q' }],
  ['bytes', Buffer.from('x')],
  [
    'entries that are none',
    ['hello', null, 5, [], Buffer.from('x'), new Typed('timestamp', 5), {}, { queue: 'q' }, { queue: 5, reason: 'x' }],
  ],
])('what a publisher wrote that is no x-death counts for nothing: %s', (_name, deaths) => {
  expect(deathsOf(properties(deaths))).toEqual([]);
  expect(firstDeathOf(properties(deaths))).toBeUndefined();
});

test('half an entry is one, as far as it goes', () => {
  expect(deathsOf(properties([{ queue: 'q', reason: 'r', count: 'many', exchange: 1, time: 'now' }]))).toEqual([
    { queue: 'q', reason: 'r', count: 1, time: undefined, exchange: '', routingKeys: [], originalExpiration: undefined },
  ]);
});

test('the first death is the one that the broker names: the last entry is not always it', () => {
  const retried = [entry('work', 'rejected', { count: 2 }), entry('wait', 'expired')];
  expect(firstDeathOf(properties(retried))?.queue).toBe('wait');
  const named = { 'x-first-death-queue': 'work', 'x-first-death-reason': 'rejected' };
  expect(firstDeathOf(properties(retried, named))?.queue).toBe('work');
  expect(firstDeathOf(properties(retried, { ...named, 'x-first-death-reason': 'maxlen' }))?.queue).toBe('wait');
});

test('a message without the record of its deaths keeps everything else', () => {
  const record = { 'x-first-death-queue': 'q', 'x-last-death-reason': 'expired' };
  expect(withoutDeaths({ type: 't', ...properties([entry('q', 'r')], { ...record, 'x-mine': 1, n: 2 }) })).toEqual({
    type: 't',
    headers: { 'x-mine': 1, n: 2 },
  });
  expect(withoutDeaths({ type: 't', ...properties([], record) })).toEqual({ type: 't' });
  expect(withoutDeaths({ type: 't' })).toEqual({ type: 't' });
});
