import type { Difference } from '../differences.ts';

/** Where older brokers move messages otherwise. */
export const SEMANTIC_DIFFERENCES: readonly Difference[] = [
  {
    test: 'semantics/global-prefetch/qos global counts for each consumer',
    on: ['3.10', '4.0'],
    expect: ['a:0', 'a:1', 'a:2'],
    why: 'Until 4.2 the consumers of a channel share a global prefetch.',
  },
  {
    test: 'semantics/global-prefetch/qos global after the consumers changes nothing',
    on: ['3.10', '4.0'],
    expect: ['a:0'],
    why: 'Until 4.2 a global prefetch counts for the consumers that are there already.',
  },
  {
    test: 'semantics/global-prefetch/the last qos counts, global or not',
    on: ['3.10', '4.0'],
    expect: ['a:0', 'b:1'],
    why: 'Until 4.2 both limits hold side by side, one for the channel and one for each consumer.',
  },
  {
    test: 'semantics/headers-table/{a: 1, b: "x"}',
    on: ['3.10'],
    expect: 'all any default all-empty void xall xanyx long1 dbl1',
    why: 'Before 4.0 an integer equals a double of the same value.',
  },
  {
    test: 'semantics/headers-table/{a: 1}',
    on: ['3.10'],
    expect: 'any all-empty void xall long1 dbl1',
    why: 'Before 4.0 an integer equals a double of the same value.',
  },
  {
    test: 'semantics/headers-table/{a: 1 as long}',
    on: ['3.10'],
    expect: 'any all-empty void xall long1 dbl1',
    why: 'Before 4.0 an integer equals a double of the same value.',
  },
  {
    test: 'semantics/headers-table/{a: 1 as double}',
    on: ['3.10'],
    expect: 'any all-empty void xall long1 dbl1',
    why: 'Before 4.0 an integer equals a double of the same value.',
  },
  {
    test: 'semantics/messages/headers come sorted by name',
    on: ['3.10'],
    expect: ['z', 'é', 'a', 'B'],
    why: 'Before 4.0 a classic queue leaves headers in the order of the publisher.',
  },
  {
    test: 'semantics/message-size/one octet more closes the channel, and the connection goes on',
    on: ['3.10'],
    expect: ['ack', 1],
    why: 'Before 4.0 a message may have 128 MiB.',
  },
  {
    test: 'semantics/reply-to/a mandatory reply is delivered',
    on: ['3.10', '4.0'],
    expect: { server: ['basic.return', 'basic.ack'], requester: ['r:x'] },
    why: 'Until 4.2 a mandatory reply is delivered and returned: the exchange does not know of the requester.',
  },
  {
    test: 'semantics/reply-to/a mandatory reply to who has gone',
    on: ['3.10', '4.0'],
    expect: ['basic.return', 'basic.ack'],
    why: 'Until 4.2 a mandatory reply is returned whether or not the requester is there.',
  },
];
