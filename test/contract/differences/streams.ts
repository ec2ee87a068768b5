import type { Difference } from '../differences.ts';

const NO_PREFETCH = "PRECONDITION_FAILED - consumer prefetch count is not set for stream queue 'q' in vhost '/'";
const OLD_NO_PREFETCH = "PRECONDITION_FAILED - consumer prefetch count is not set for 'queue 'q' in vhost '/''";

/** Where older brokers' streams behave otherwise. */
export const STREAM_DIFFERENCES: readonly Difference[] = [
  {
    test: 'streams/returns/*',
    on: ['3.10'],
    expect: "NOT_IMPLEMENTED - basic.nack and basic.reject not supported by stream queues queue 'q' in vhost '/'",
    why: 'Before 4.0 nack and reject close the connection.',
  },
  {
    test: 'streams/credit/recover lets the next ones come',
    on: ['3.10'],
    expect: 'connection: INTERNAL_ERROR',
    why: 'Before 4.0 recover closes the connection.',
  },
  {
    test: 'streams/messages/one without a delivery mode gets one',
    on: ['3.10'],
    expect: { deliveryMode: undefined },
    why: 'Before 4.0 a stream leaves the properties alone.',
  },
  { test: 'streams/refusals/a prefetch is needed', on: ['3.10'], expect: OLD_NO_PREFETCH, why: 'Other words.' },
  {
    test: 'streams/refusals/acknowledgements are needed',
    on: ['3.10'],
    reword: [/stream queue 'q'/, "stream queues queue 'q'"],
    why: 'Other words.',
  },
  {
    test: 'streams/refusals/a prefetch that is global will do',
    on: ['3.10'],
    expect: OLD_NO_PREFETCH,
    why: 'Until 4.2 a stream needs a prefetch of the consumer.',
  },
  {
    test: 'streams/refusals/a prefetch that is global will do',
    on: ['4.0'],
    expect: NO_PREFETCH,
    why: 'Until 4.2 a stream needs a prefetch of the consumer.',
  },
];
