import { Typed } from '../../../src/client/message.ts';
import { DeathTally } from '../../../src/messages/death-report.ts';
import { deathReportDocument, deathReportView } from '../../../src/output/death-view.ts';

const dead = (queue: string, reason: string, time: number, key = 'k', count = 1) => ({
  exchange: '',
  routingKey: 'q.dlq',
  properties: {
    headers: { 'x-death': [{ queue, reason, count, exchange: 'x', 'routing-keys': [key], time: new Typed('timestamp', time) }] },
  },
  body: Buffer.alloc(0),
  deliveryTag: 1,
  redelivered: false,
});
const plain = { color: false, ascii: true, columns: 80 };
const reportOf = (...messages: ReturnType<typeof dead>[]) => {
  const tally = new DeathTally();
  for (const message of messages) tally.add(message);
  return tally.report();
};

test('messages and deaths are counted apart; times are those of the first and the last', () => {
  const report = reportOf(dead('a', 'rejected', 30, 'k1', 2), dead('b', 'expired', 10), dead('a', 'rejected', 20, 'k2', 3));
  expect(report).toEqual({
    messages: 3,
    withoutDeath: 0,
    reasons: { rejected: 2, expired: 1 },
    origins: { a: 2, b: 1 },
    deaths: [
      { queue: 'a', reason: 'rejected', exchange: 'x', routingKeys: ['k1', 'k2'], messages: 2, count: 5, first: 20, last: 30 },
      { queue: 'b', reason: 'expired', exchange: 'x', routingKeys: ['k'], messages: 1, count: 1, first: 10, last: 10 },
    ],
  });
  expect(deathReportDocument('d', report, 5)).toMatchObject({
    queue: 'd',
    messages: 3,
    ready: 5,
    deaths: [{ first: '1970-01-01T00:00:20Z', last: '1970-01-01T00:00:30Z' }, {}],
  });
});

test('bars as long as their parts, a table, and no line too long', () => {
  const view = deathReportView(
    'd',
    reportOf(...Array.from({ length: 4 }, () => dead('a', 'rejected', 5)), dead('b', 'expired', 5)),
    9,
    plain,
  );
  expect(view).toMatch(/^d: the first 5 of 9 messages\n/);
  expect(view).toMatch(new RegExp(`^ {2}rejected {2}4 ${'#'.repeat(40)}$`, 'm'));
  expect(view).toMatch(/^ {2}expired {3}1 #{10}$/m);
  expect(view).toMatch(/^a +rejected +4 +4 +1970-01-01T00:00:05Z +same +x +k$/m);
});

test('what is hostile or missing is shown as what it is', () => {
  const odd = reportOf(dead('\u001b[2J', 'expired', 9e15, ''), { ...dead('a', 'b', 1), properties: {} as never });
  const view = deathReportView('d', odd, 2, plain);
  expect(view).not.toContain('\u001b');
  expect(view).toMatch(/1 without x-death/);
  expect(view).toMatch(/9000000000000000 +same +x +""$/m);
  expect(deathReportView('d', reportOf(), 0, plain)).toBe('d is empty');
});

test('of many keys the first are named', () => {
  const report = reportOf(...Array.from({ length: 9 }, (_, n) => dead('a', 'expired', 1, `k${n}`)));
  expect(deathReportView('d', report, 9, plain)).toMatch(/k0 k1 k2 \.\.\. and 6 more$/m);
});

test.each([
  [86_405, '1970-01-02T00:00:05Z'],
  [65, '00:01:05Z'],
  [5, 'same'],
])('of the last time only what is another than in the first: %i', (last, shown) => {
  const view = deathReportView('d', reportOf(dead('a', 'expired', 5), dead('a', 'expired', last)), 2, plain);
  expect(view).toMatch(new RegExp(`1970-01-01T00:00:05Z +${shown} +x`));
});
