import type { BrokerEvent } from '../../../src/lab-broker/events.ts';
import { eventView } from '../../../src/output/event-view.ts';

const vhost = '/';
const at = { vhost, queue: 'orders' };
const name = '127.0.0.1:52310 -> 127.0.0.1:5672';

test.each<[BrokerEvent, string]>([
  [{ type: 'connection-opened', vhost, user: 'guest', name }, 'guest connected from 127.0.0.1:52310'],
  [{ type: 'connection-closed', vhost, user: 'guest', name }, 'guest from 127.0.0.1:52310 is gone'],
  [{ type: 'queue-declared', ...at }, 'queue orders declared'],
  [{ type: 'queue-deleted', ...at }, 'queue orders deleted'],
  [{ type: 'exchange-declared', vhost, exchange: 'x' }, 'exchange x declared'],
  [{ type: 'exchange-deleted', vhost: 'v', exchange: 'x' }, 'exchange x deleted (vhost v)'],
  [{ type: 'routed', vhost, exchange: 'x', routingKey: 'k', queues: ['a', 'b'] }, "a message came: exchange x, key 'k' → queues a, b"],
  [
    { type: 'unroutable', vhost, exchange: '', routingKey: 'k', returned: true },
    "a message came: the default exchange, key 'k' → no queue; it was returned",
  ],
  [
    { type: 'unroutable', vhost, exchange: 'x', routingKey: '', returned: false },
    "a message came: exchange x, key '' → no queue; it was dropped",
  ],
  [
    { type: 'dead-lettered', ...at, reason: 'expired', exchange: 'dlx', routingKey: 'k', queues: ['dead'] },
    "a message left queue orders: expired → exchange dlx, key 'k' → queue dead",
  ],
  [
    { type: 'dead-lettered', ...at, reason: 'delivery_limit', exchange: 'dlx', routingKey: 'k', queues: [] },
    "a message left queue orders: it was returned too often → exchange dlx, key 'k' → no queue",
  ],
  [{ type: 'dropped', ...at, reason: 'maxlen', count: 3 }, '3 messages dropped from queue orders: the queue is full'],
  [{ type: 'dropped', ...at, reason: 'other', count: 1 }, 'a message dropped from queue orders: other'],
  [{ type: 'requeued', ...at, count: 1 }, 'a message went back to queue orders'],
  [{ type: 'blocked' }, 'memory is full: publishers are blocked'],
  [{ type: 'unblocked' }, 'publishers may go on'],
])('%j', (event, words) => expect(eventView(event)).toBe(words));

test('a name cannot move a terminal’s cursor, nor begin a line', () => {
  expect([...eventView({ type: 'queue-declared', vhost, queue: 'a\n\u001b[2J' })].filter((character) => character < ' ')).toEqual([]);
});
