import type { Difference } from '../differences.ts';

const QUEUE = { vhost: 'VHOST', type: 'classic', durable: true, auto_delete: false, exclusive: false };
const CONSUMER = { ack_required: true, exclusive: false, prefetch_count: 1, arguments: {}, active: true, activity_status: 'up' };

/** Where the management API of older brokers answers otherwise. */
export const MANAGEMENT_DIFFERENCES: readonly Difference[] = [
  {
    test: 'management/values/queues',
    on: ['3.10'],
    expect: [
      { ...QUEUE, name: 'ex', durable: false, exclusive: true, arguments: {} },
      { ...QUEUE, name: 'q', arguments: { 'x-max-length': 5, 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dead' } },
      { ...QUEUE, name: 'quo', type: 'quorum', arguments: { 'x-queue-type': 'quorum' } },
      { ...QUEUE, name: 'sac', arguments: { 'x-single-active-consumer': true, 'x-queue-type': 'classic' } },
      { ...QUEUE, name: 'str', type: 'stream', arguments: { 'x-queue-type': 'stream' } },
    ],
    why: 'Before 4.0 a queue that was declared without a type has no `x-queue-type` among its arguments in the management API.',
  },
  {
    test: 'management/values/totals',
    on: ['3.10'],
    expect: { name: 'q' },
    why: 'Before 4.0 `enable_queue_totals` counts for lists only, not for one queue.',
  },
  {
    test: 'management/values/consumers',
    on: ['3.10', '4.0'],
    expect: [
      { ...CONSUMER, consumer_tag: 'alone', queue: { name: 'ex', vhost: 'VHOST' }, exclusive: true },
      { ...CONSUMER, consumer_tag: 'first', queue: { name: 'sac', vhost: 'VHOST' }, ack_required: false, activity_status: 'single_active' },
      { ...CONSUMER, consumer_tag: 'held', queue: { name: 'q', vhost: 'VHOST' }, arguments: { 'x-priority': 5 } },
      { ...CONSUMER, consumer_tag: 'second', queue: { name: 'sac', vhost: 'VHOST' }, active: false, activity_status: 'waiting' },
    ],
    why: '4.0 and before call a consumer `up` in the management API that has all that it may hold; 4.3 calls it `blocked`.',
  },
];
