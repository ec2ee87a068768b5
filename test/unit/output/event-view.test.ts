import type { BrokerEvent } from '../../../src/lab-broker/events.ts';
import { eventView } from '../../../src/output/event-view.ts';

const vhost = '/';
const at = { vhost, queue: 'orders', message: 7 };
const name = '127.0.0.1:52310 -> 127.0.0.1:5672';
const who = { vhost, user: 'guest', name };
const consumer = { vhost, queue: 'orders', tag: 't', connection: name };
const binding = { vhost, source: 'x', destination: 'orders', destinationType: 'queue', routingKey: 'k' } as const;
const dead = { ...at, type: 'dead-lettered', refused: false, exchange: 'dlx', routingKey: 'k', queues: ['orders.dead'] } as const;
const lost = { ...dead, reason: 'rejected', queues: [] } as const;
const back = { type: 'requeued', vhost, queue: 'orders' } as const;
const fault = { replyCode: 404, replyText: "NOT_FOUND - no queue 'q'" };

test.each<[BrokerEvent, string]>([
  [{ type: 'connection-opened', ...who }, 'guest connected from 127.0.0.1:52310'],
  [{ type: 'connection-closed', ...who }, 'guest from 127.0.0.1:52310 is gone'],
  [{ type: 'connection-closed', ...who, ...fault }, "guest from 127.0.0.1:52310 is gone: 404 NOT_FOUND - no queue 'q'"],
  [{ type: 'connection-refused', user: 'eve', name, ...fault }, "eve from 127.0.0.1:52310 was not let in: 404 NOT_FOUND - no queue 'q'"],
  [{ type: 'connection-refused', user: '', name, ...fault }, "somebody from 127.0.0.1:52310 was not let in: 404 NOT_FOUND - no queue 'q'"],
  [
    { type: 'channel-closed', ...who, channel: 3, ...fault },
    "channel 3 of guest from 127.0.0.1:52310 was closed: 404 NOT_FOUND - no queue 'q'",
  ],
  [{ type: 'consumer-started', ...consumer }, 'consumer t from 127.0.0.1:52310 consumes queue orders'],
  [
    { type: 'consumer-ended', ...consumer, reason: 'cancelled' },
    'consumer t from 127.0.0.1:52310 consumes queue orders no more: it was cancelled',
  ],
  [
    { type: 'consumer-ended', ...consumer, reason: 'queue-deleted' },
    'consumer t from 127.0.0.1:52310 consumes queue orders no more: the queue is gone',
  ],
  [{ type: 'vhost-created', vhost: 'v' }, 'vhost v made'],
  [{ type: 'vhost-deleted', vhost: 'v' }, 'vhost v deleted'],
  [{ type: 'queue-declared', vhost, queue: 'orders' }, 'queue orders declared'],
  [{ type: 'queue-deleted', vhost, queue: 'orders', reason: 'deleted', count: 0 }, 'queue orders deleted'],
  [
    { type: 'queue-deleted', vhost, queue: 'orders', reason: 'auto-delete', count: 2 },
    'queue orders deleted with 2 messages: its last consumer is gone (auto-delete)',
  ],
  [{ type: 'exchange-declared', vhost, exchange: 'x' }, 'exchange x declared'],
  [{ type: 'exchange-deleted', vhost: 'v', exchange: 'x' }, 'exchange x deleted (vhost v)'],
  [{ type: 'bound', ...binding }, "queue orders bound to exchange x, key 'k'"],
  [{ type: 'unbound', ...binding, destinationType: 'exchange' }, "exchange orders unbound from exchange x, key 'k'"],
  [{ type: 'purged', vhost, queue: 'orders', count: 1 }, 'queue orders purged of 1 message'],
  [
    { type: 'routed', vhost, message: 1, exchange: 'x', routingKey: 'k', queues: ['a', 'b'] },
    "message 1 came: exchange x, key 'k' → queues a, b",
  ],
  [
    { type: 'unroutable', vhost, message: 2, exchange: '', routingKey: 'k', returned: true },
    "message 2 came: the default exchange, key 'k' → no queue; it was mandatory and went back",
  ],
  [
    { type: 'unroutable', vhost, message: 0, exchange: 'x', routingKey: '', returned: false },
    "a message came: exchange x, key '' → no queue; it was dropped, for it was not mandatory",
  ],
  [
    { ...dead, reason: 'expired', ttl: 5_000, ttlOf: 'queue', age: 5_003 },
    "message 7 left queue orders: expired after 5s → exchange dlx → queue orders.dead (by the queue's TTL, key 'k')",
  ],
  [
    { ...dead, reason: 'expired', ttl: 250, ttlOf: 'message', age: 120_000, exchange: '', queues: ['a', 'b'] },
    "message 7 left queue orders: expired after 250ms → the default exchange → queues a, b (by its own TTL, key 'k', " +
      'but 2m in the queue: it expires at its head only)',
  ],
  [
    { ...dead, reason: 'rejected', age: 1_234 },
    "message 7 left queue orders: rejected by a consumer → exchange dlx → queue orders.dead (key 'k', 1.2s in the queue)",
  ],
  [
    { ...dead, reason: 'delivery_limit', deliveryLimit: 20 },
    "message 7 left queue orders: its delivery limit 20 was reached → exchange dlx → queue orders.dead (key 'k')",
  ],
  [
    { ...dead, reason: 'maxlen', maxLength: 3, refused: true },
    "message 7 was refused by queue orders: over its max-length 3 → exchange dlx → queue orders.dead (key 'k')",
  ],
  [
    { ...lost, lost: 'no-exchange' },
    "message 7 left queue orders: rejected by a consumer → exchange dlx → nowhere: there is no such exchange (key 'k')",
  ],
  [
    { ...lost, lost: 'cycle' },
    'message 7 left queue orders: rejected by a consumer → exchange dlx → nowhere: it has been there before, and would go round for ever ' +
      "(key 'k')",
  ],
  [
    { type: 'expired', ...at, reason: 'expired', ttl: 3_600_000, ttlOf: 'message' },
    'message 7 left queue orders: expired after 1h → nowhere: the queue has no dead-letter exchange (by its own TTL)',
  ],
  [
    { type: 'dropped', ...at, reason: 'maxlen', maxLengthBytes: 100, count: 1 },
    'message 7 left queue orders: over its max-length-bytes 100 → nowhere: the queue has no dead-letter exchange',
  ],
  [
    { type: 'refused', ...at, reason: 'maxlen', maxLength: 3 },
    'message 7 was refused by queue orders: over its max-length 3; its publisher gets a nack',
  ],
  [{ ...back, count: 1, messages: [7], reason: 'nack' }, 'message 7 went back to queue orders: basic.nack with requeue'],
  [{ ...back, count: 2, messages: [7, 9], reason: 'close' }, 'messages 7, 9 went back to queue orders: its channel ended without an ack'],
  [
    { ...back, count: 12, messages: Array.from({ length: 12 }, (_, n) => n + 1), reason: 'recover' },
    'messages 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more went back to queue orders: basic.recover',
  ],
  [{ type: 'blocked', bytes: 2_097_152, memoryLimit: 1_048_576 }, 'memory is full (2.0 MiB of 1.0 MiB): publishers are blocked'],
  [{ type: 'unblocked', bytes: 0, memoryLimit: 1_048_576 }, 'there is memory again (0.0 MiB of 1.0 MiB taken): publishers may go on'],
])('%j', (event, words) => expect(eventView(event)).toBe(words));

test('a name cannot move a terminal’s cursor, nor begin a line', () => {
  expect([...eventView({ type: 'queue-declared', vhost, queue: 'a\n\u001b[2J' })].filter((character) => character < ' ')).toEqual([]);
});
