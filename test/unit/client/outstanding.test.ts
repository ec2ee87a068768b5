import fc from 'fast-check';
import type { Message, Properties } from '../../../src/client/message.ts';
import { Outstanding } from '../../../src/client/outstanding.ts';

const message = (body: string, routingKey = 'k', properties: Properties = {}, exchange = 'x'): Message => ({
  exchange,
  routingKey,
  properties,
  body: Buffer.from(body),
});

/** A message as a broker hands it back: equal, but another object. */
const copy = (sent: Message): Message => ({ ...sent, properties: { ...sent.properties }, body: Buffer.from(sent.body) });

test('a return marks its message, and only that one', () => {
  const outstanding = new Outstanding();
  const tickets = ['a', 'b', 'c'].map((body) => outstanding.add(message(body)));
  expect(outstanding.markReturned(message('b'), '312 NO_ROUTE')).toBe(true);
  expect(tickets.map((ticket) => outstanding.settle(ticket))).toStrictEqual([undefined, '312 NO_ROUTE', undefined]);
});

test.each<[string, Message]>([
  ['another body', message('b')],
  ['another key', message('a', 'l')],
  ['another exchange', message('a', 'k', {}, 'y')],
  ['another message id', message('a', 'k', { messageId: '1' })],
  ['another correlation id', message('a', 'k', { correlationId: '1' })],
  ['more headers', message('a', 'k', { headers: { n: 1 } })],
])('%s is another message', (_name, returned) => {
  const outstanding = new Outstanding();
  const ticket = outstanding.add(message('a'));
  expect(outstanding.markReturned(returned, 'reason')).toBe(false);
  expect(outstanding.settle(ticket)).toBeUndefined();
});

test('a message that was settled is returned no more', () => {
  const outstanding = new Outstanding();
  const first = outstanding.add(message('a'));
  outstanding.settle(first);
  expect(outstanding.markReturned(message('a'), 'reason')).toBe(false);
  const second = outstanding.add(message('a'));
  expect(outstanding.markReturned(message('a'), 'reason')).toBe(true);
  expect(outstanding.settle(second)).toBe('reason');
  expect(outstanding.settle(second)).toBeUndefined();
});

test('equal messages: each return takes another, in order', () => {
  const outstanding = new Outstanding();
  const tickets = [1, 2, 3].map(() => outstanding.add(message('same')));
  expect(outstanding.markReturned(message('same'), 'first')).toBe(true);
  expect(outstanding.markReturned(message('same'), 'second')).toBe(true);
  expect(tickets.map((ticket) => outstanding.settle(ticket))).toStrictEqual(['first', 'second', undefined]);
});

test('as a channel works: returns in order of publishing, each before its confirm; every kind of message keeps its number of returns', () => {
  /** What equal messages have in common decides whether they are routed, so that equals are returned alike. */
  const kinds = fc.array(fc.record({ kind: fc.nat(4), gap: fc.boolean() }), { maxLength: 40 });
  fc.assert(
    fc.property(kinds, fc.uniqueArray(fc.nat(4)), fc.infiniteStream(fc.nat(3)), (published, unroutable, confirmSome) => {
      const outstanding = new Outstanding();
      const sent: { ticket: number; kind: number }[] = [];
      const told: { kind: number; returned: boolean }[] = [];
      const confirm = (count: number) => {
        for (const { ticket, kind } of sent.splice(0, count)) told.push({ kind, returned: outstanding.settle(ticket) !== undefined });
      };
      /** Published, not yet worked on by the broker. */
      let pending: number[] = [];
      const work = () => {
        for (const kind of pending) {
          if (unroutable.includes(kind)) expect(outstanding.markReturned(copy(message(String(kind))), 'r')).toBe(true);
        }
        pending = [];
      };
      for (const { kind, gap } of published) {
        sent.push({ ticket: outstanding.add(message(String(kind))), kind });
        pending.push(kind);
        if (gap) {
          work();
          confirm(confirmSome.next().value as number);
        }
      }
      work();
      confirm(sent.length);
      for (const { kind, returned } of told) expect(returned).toBe(unroutable.includes(kind));
    }),
    { numRuns: 500 },
  );
});

test('among messages that all differ, exactly those returned are marked, whatever was confirmed meanwhile', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ returned: fc.boolean(), settledAtOnce: fc.boolean() })), (plan) => {
      const outstanding = new Outstanding();
      const marks = new Map<number, boolean>();
      const open: { ticket: number; index: number }[] = [];
      plan.forEach(({ returned, settledAtOnce }, index) => {
        const sent = message('body', 'k', { messageId: String(index) });
        open.push({ ticket: outstanding.add(sent), index });
        if (returned) expect(outstanding.markReturned(copy(sent), `reason ${index}`)).toBe(true);
        if (!settledAtOnce) return;
        for (const { ticket, index: at } of open.splice(0)) marks.set(at, outstanding.settle(ticket) === `reason ${at}`);
      });
      for (const { ticket, index } of open) marks.set(index, outstanding.settle(ticket) === `reason ${index}`);
      expect([...marks.values()]).toEqual(plan.map(({ returned }) => returned));
    }),
  );
});
