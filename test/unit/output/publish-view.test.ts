import type { Message } from '../../../src/client/message.ts';
import { movePreviewView, moveView } from '../../../src/output/move-view.ts';
import { peekNotes } from '../../../src/output/peek-view.ts';
import { publishView, rejectedHint } from '../../../src/output/publish-view.ts';

const report = (published: number, confirmed: number, returned = 0, nacked = 0) => ({ published, confirmed, returned, nacked });

test.each<[ReturnType<typeof report>, boolean, string]>([
  [report(0, 0), true, 'published 0, confirmed 0'],
  [report(5, 5), true, 'published 5, confirmed 5'],
  [report(5, 2, 1, 2), true, 'sent 5, confirmed 2, returned 1, nacked 2'],
  [report(5, 2), true, 'sent 5, confirmed 2, unanswered 3'],
  [report(5, 0), false, 'published 5'],
  [report(5, 0, 1), false, 'published 5, returned 1'],
])('publishView %j', (given, confirms, text) => expect(publishView(given, confirms)).toBe(text));

const message = (exchange: string, routingKey: string, body = 'b'): Message => ({
  exchange,
  routingKey,
  properties: {},
  body: Buffer.from(body),
});

test.each<[string, ReturnType<typeof report>, Parameters<typeof rejectedHint>[1], Message | undefined, RegExp[]]>([
  ['a queue that is not there', report(1, 0, 1), {}, message('', 'work'), [/no queue 'work'/, /rmq-lab declare-queue work/]],
  ['nothing bound', report(1, 0, 1), { exchange: 'x' }, message('x', 'k'), [/rmq-lab bind x QUEUE k\b/, /--no-mandatory/]],
  ['nothing bound, no key', report(1, 0, 1), { exchange: 'x' }, message('x', ''), [/rmq-lab bind x QUEUE ''/]],
  [
    'a body mistaken for a key',
    report(1, 0, 1),
    { exchange: 'x', routingKey: 'hello' },
    message('x', 'hello', ''),
    [/'hello' was taken for the routing key/, /EXCHANGE ROUTING-KEY BODY/],
  ],
  ['full queues', report(1, 0, 0, 1), {}, message('', 'work'), [/reject-publish/, /lost its leader/, /--rejected FILE/]],
  ['both', report(2, 0, 1, 1), { exchange: 'x' }, message('x', 'k'), [/rmq-lab bind/]],
])('rejectedHint: %s', (_name, given, destination, first, patterns) => {
  const hint = rejectedHint(given, destination, first);
  for (const pattern of patterns) expect(hint).toMatch(pattern);
});

test('a body that was given is not taken for a key', () => {
  expect(rejectedHint(report(1, 0, 1), { exchange: 'x', routingKey: 'k', body: '' }, message('x', 'k', ''))).not.toContain('was taken');
  expect(rejectedHint(report(1, 0, 1), { exchange: 'x', routingKey: 'k' }, message('x', 'k', 'from stdin'))).not.toContain('was taken');
});

test('moves in words', () => {
  expect(moveView({ moved: 0, skipped: 0, failed: 0 })).toBe('moved 0');
  expect(moveView({ moved: 3, skipped: 2, failed: 1 })).toBe('moved 3, skipped 2, failed 1');
  expect(movePreviewView({ matching: 3, others: 0 })).toBe('would move 3');
  expect(movePreviewView({ matching: 0, others: 2 })).toBe('would move 0, leave 2');
});

describe('peekNotes', () => {
  const classic = { type: 'classic', limit: Number.POSITIVE_INFINITY };
  const quorum = { type: 'quorum', limit: 20 };
  const seen = (peeked: number, deliveryCount?: number, rescued = 0) => ({ peeked, deliveryCount, rescued });

  test.each<[string, Parameters<typeof peekNotes>, string[]]>([
    ['an empty queue', [seen(0), classic, '4.0.5'], []],
    ['a classic queue', [seen(3), classic, '4.0.5'], ['gave back 3, now marked redelivered']],
    ['an unknown queue', [seen(3), { ...classic, type: undefined }, '3.10.8'], ['gave back 3, now marked redelivered']],
    ['a quorum queue', [seen(1, 4), quorum, '4.0.5'], ['gave back 1, now marked redelivered; returned 4 times before at most (limit 20)']],
    ['the first return', [seen(1), quorum, '4.0.5'], ['gave back 1, now marked redelivered; returned 0 times before at most (limit 20)']],
    [
      'a quorum queue of 3.10: order changes',
      [seen(2, 1), { type: 'quorum', limit: Number.POSITIVE_INFINITY }, '3.10.8'],
      [
        'gave back 2, now marked redelivered; returned 1 times before at most (no limit)',
        'this version puts returned messages at the end of a quorum queue: their order has changed',
      ],
    ],
    [
      'rescued ones',
      [seen(1, 20, 1), quorum, '4.0.5'],
      [expect.stringContaining('gave back 1'), expect.stringMatching(/^1 at the delivery limit/)],
    ],
  ])('%s', (_name, args, notes) => expect(peekNotes(...args)).toEqual(notes));
});
