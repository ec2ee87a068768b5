import { death } from '../../support/graves.ts';
import type { Difference } from '../differences.ts';

const NO_LAST_DEATH = 'Before 4.0 there are no x-last-death-* headers.';
const REDELIVERED = 'Before 4.3 a dead letter is a new message for redelivered.';
const BELIEVED = 'Before 4.0 x-death of a publisher is believed, and counted on.';

const FIRST = (exchange: string, queue: string, reason: string) => ({
  'x-first-death-exchange': `S:${exchange}`,
  'x-first-death-queue': `S:${queue}`,
  'x-first-death-reason': `S:${reason}`,
});

/** Where older brokers treat dead letters otherwise. */
export const DEAD_LETTER_DIFFERENCES: readonly Difference[] = [
  { test: 'dead-letter/redelivered/a rejected one counts as delivered before', on: ['3.10', '4.0'], expect: ['1'], why: REDELIVERED },
  { test: 'dead-letter/redelivered/given back by reject, then nacked for good', on: ['3.10', '4.0'], expect: ['1'], why: REDELIVERED },
  {
    test: 'dead-letter/headers/a dead letter in full: what it was is kept, expiration moves',
    on: ['3.10'],
    expect: {
      exchange: 'dlx',
      routingKey: 'k',
      redelivered: false,
      contentType: 'text/plain',
      deliveryMode: 2,
      priority: 3,
      messageId: 'm',
      headers: {
        n: 'b:7',
        user: 'S:h',
        'x-death': [death('q', 'rejected', { exchange: 'x', keys: ['k'], expiration: '60000' })],
        ...FIRST('x', 'q', 'rejected'),
      },
    },
    why: NO_LAST_DEATH,
  },
  {
    test: 'dead-letter/headers/the order of an entry',
    on: ['3.10'],
    expect: ['count', 'reason', 'queue', 'time', 'exchange', 'routing-keys', 'original-expiration'],
    why: 'Before 4.0 original-expiration is the last of an entry.',
  },
  {
    test: 'dead-letter/headers/all headers come sorted by name',
    on: ['3.10'],
    expect: ['a', 'x-death', 'x-first-death-exchange', 'x-first-death-queue', 'x-first-death-reason', 'z'],
    why: NO_LAST_DEATH,
  },
  {
    test: 'dead-letter/headers/two hops: the newest death first, the first and the last by name',
    on: ['3.10'],
    expect: {
      exchange: 'dlx',
      routingKey: 'q2',
      redelivered: false,
      headers: { 'x-death': [death('q2', 'expired'), death('q1', 'rejected')], ...FIRST('', 'q1', 'rejected') },
    },
    why: NO_LAST_DEATH,
  },
  {
    test: 'dead-letter/headers/headers that a client made up are not believed',
    on: ['3.10'],
    expect: [{ ...death('q', 'rejected', { count: 6, keys: ['k'] }), time: 'T:1' }],
    why: BELIEVED,
  },
  {
    test: 'dead-letter/headers/deaths in another queue that a client copied are not believed',
    on: ['3.10'],
    expect: [death('q', 'rejected'), { ...death('another', 'rejected', { count: 5, keys: ['k'] }), time: 'T:1' }],
    why: BELIEVED,
  },
  {
    test: 'dead-letter/headers/x-first-death-* of a client are replaced',
    on: ['3.10'],
    expect: {
      exchange: 'dlx',
      routingKey: 'q',
      redelivered: false,
      headers: { 'x-death': [death('q', 'rejected')], ...FIRST('', 'q', 'rejected'), 'x-last-death-queue': 'S:mine' },
    },
    why: 'Before 4.0 x-last-death-queue is a header like any other.',
  },
  {
    test: 'dead-letter/routing/with x-dead-letter-routing-key too',
    on: ['3.10'],
    expect: {
      routingKey: 'new',
      CC: undefined,
      BCC: undefined,
      deaths: [death('q', 'rejected', { exchange: 'x', keys: ['k', 'c1', 'c2'] })],
    },
    why: 'Before 4.0 x-dead-letter-routing-key takes CC away.',
  },
];
