import { death } from '../../support/graves.ts';
import type { Difference } from '../differences.ts';

const REDELIVERED = 'Before 4.3 a dead letter is a new message for redelivered.';
const TO_THE_BACK = 'Before 4.0 a message that is given back goes to the back of a queue without a delivery limit.';
const EVERY_RETURN = 'Before 4.3 every return counts as a delivery.';
const NO_PRIORITIES = 'Before 4.0 quorum queues know no priorities.';

/** Where older brokers' quorum queues behave otherwise. */
export const QUORUM_DIFFERENCES: readonly Difference[] = [
  {
    test: 'quorum/headers-of-returns/*',
    on: ['4.0'],
    expect: [{}, { 'x-delivery-count': 'l:1' }, { 'x-delivery-count': 'l:2' }],
    why: 'Before 4.3 every return counts as a delivery, and there is no x-acquired-count.',
  },
  {
    test: 'quorum/headers-of-returns/*',
    on: ['3.10'],
    expect: [{ 'x-delivery-count': 'l:0' }, { 'x-delivery-count': 'l:1' }, { 'x-delivery-count': 'l:2' }],
    why: 'Before 4.0 x-delivery-count is there on the first delivery, too.',
  },
  { test: 'quorum/delivery-limit/nack never counts', on: ['3.10', '4.0'], expect: 3, why: EVERY_RETURN },
  { test: 'quorum/delivery-limit/recover never counts', on: ['3.10', '4.0'], expect: 3, why: EVERY_RETURN },
  {
    test: 'quorum/delivery-limit/no limit said: 20',
    on: ['3.10'],
    expect: 'more than 24',
    why: 'Before 4.0 there is no limit unless one is said.',
  },
  {
    test: 'quorum/order/what is given back comes first, in the order of its return',
    on: ['3.10'],
    expect: ['4', '5', 'R2', 'R1', 'R3'],
    why: TO_THE_BACK,
  },
  { test: 'quorum/order/several at once come back in their order', on: ['3.10'], expect: ['4', '5', 'R1', 'R2', 'R3'], why: TO_THE_BACK },
  { test: 'quorum/order/what is given back is got before what waited', on: ['3.10'], expect: ['3', 'R1'], why: TO_THE_BACK },
  {
    test: 'quorum/limits/held messages do not count; given back, they are the first to be dropped',
    on: ['3.10'],
    expect: [2, 'R1', 'R2'],
    why: TO_THE_BACK,
  },
  { test: 'quorum/priority/0 to 31, more is 31, none is 4', on: ['3.10'], expect: 'a b c d e f g h i j k', why: NO_PRIORITIES },
  {
    test: 'quorum/priority/0 to 31, more is 31, none is 4',
    on: ['4.0'],
    expect: 'b e a f h c j d g i k',
    why: 'From 4.0 to 4.2 there are two priorities, up to 4 and from 5 on, which are served 1 to 2.',
  },
  { test: 'quorum/priority/what is given back comes before any priority', on: ['3.10'], expect: 'a b c: Rc Ra Rb d e', why: NO_PRIORITIES },
  { test: 'quorum/priority/a length limit drops what would be delivered next', on: ['3.10'], expect: 'b c', why: NO_PRIORITIES },
  {
    test: 'quorum/consumers/qos global is a prefetch of each',
    on: ['3.10', '4.0'],
    expect: "connection: NOT_IMPLEMENTED - queue 'q' in vhost '/' does not support global qos",
    why: 'Until 4.2 a global prefetch is one limit for a channel, which quorum queues cannot hold.',
  },
  {
    test: 'quorum/single-active-consumer/a higher priority takes over',
    on: ['3.10'],
    expect: ['a:0'],
    why: 'Before 4.0 the first consumer stays the active one, whatever the priority of others.',
  },
  {
    test: 'quorum/single-active-consumer/basic.get is refused',
    on: ['3.10', '4.0'],
    reword: [/<<"quorum">>/, 'quorum'],
    why: 'Before 4.3 the text names the type of the queue without Erlang signs.',
  },
  { test: 'quorum/dead-letter/rejected', on: ['3.10', '4.0'], expect: ['1', [death('q', 'rejected')]], why: REDELIVERED },
  { test: 'quorum/dead-letter/delivery_limit', on: ['3.10', '4.0'], expect: ['1', [death('q', 'delivery_limit')]], why: REDELIVERED },
  {
    test: 'quorum/dead-letter/the counts go on in the next quorum queue',
    on: ['4.0'],
    expect: { acquired: undefined, delivered: 'l:2', deaths: [death('q', 'rejected', { count: 2 })], redelivered: true },
    why: 'Before 4.3 there is no x-acquired-count.',
  },
  {
    test: 'quorum/dead-letter/the counts go on in the next quorum queue',
    on: ['3.10'],
    expect: { acquired: undefined, delivered: 'l:0', deaths: [death('q', 'rejected', { count: 2 })], redelivered: false },
    why: 'Before 4.0 a dead letter is a new message for the counts.',
  },
];
