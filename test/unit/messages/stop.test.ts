import { LabError } from '../../../src/errors.ts';
import type { ConsumeRequest } from '../../../src/messages/consume-request.ts';
import { createStop, type Watched, watchLimits } from '../../../src/messages/stop.ts';
import { createQuietClock } from '../../support/quiet-clock.ts';

const idle = () => false;

/** Watches a request's limits; `at` are milliseconds from the start. */
function watch(
  request: Partial<ConsumeRequest>,
  {
    activity = () => 0,
    isWorking = idle,
    ready = async () => 0,
  }: { activity?: (at: number) => number; isWorking?: (at: number) => boolean; ready?: (at: number) => Promise<number> } = {},
) {
  const clock = createQuietClock(idle);
  const startedAt = clock.now();
  const at = () => clock.now() - startedAt;
  const stop = createStop();
  const watched: Watched = {
    startedAt,
    lastActivity: () => startedAt + activity(at()),
    isWorking: () => isWorking(at()),
    ready: () => ready(at()),
  };
  const context = {
    clock,
    connect: () => Promise.reject(new Error()),
    reconnectFor: 0,
    interrupted: new AbortController().signal,
    note: () => undefined,
  };
  watchLimits({ queue: 'q', prefetch: 1, ...request }, watched, stop, context);
  return { stop, ended: stop.reason.then((reason) => [reason, at()]) };
}

test('the first reason counts', async () => {
  const stop = createStop();
  expect(stop.signal.aborted).toBe(false);
  stop.stop('count');
  stop.stop('timeout');
  expect(await stop.reason).toBe('count');
  expect(stop.signal.aborted).toBe(true);
});

test.each<[string, Partial<ConsumeRequest>, Parameters<typeof watch>[1], [string, number]]>([
  ['a time-out', { timeout: 5_000 }, {}, ['timeout', 5_000]],
  ['a time-out, whatever goes on', { timeout: 5_000 }, { activity: (at) => at, isWorking: () => true }, ['timeout', 5_000]],
  ['longer than a timer holds', { timeout: 2 ** 33 }, {}, ['timeout', 2 ** 33]],
  ['quiet from the start', { idleTimeout: 5_000 }, {}, ['idle', 5_000]],
  ['quiet since the last message', { idleTimeout: 5_000 }, { activity: (at) => Math.min(at, 7_000) }, ['idle', 12_000]],
  [
    'quiet begins when work ends',
    { idleTimeout: 5_000 },
    { activity: (at) => (at < 8_000 ? 0 : 8_000), isWorking: (at) => at < 8_000 },
    ['idle', 13_000],
  ],
  ['the sooner of two', { idleTimeout: 5_000, timeout: 6_000 }, {}, ['idle', 5_000]],
  ['empty, seen twice', { untilEmpty: true }, {}, ['empty', 100]],
  [
    'empty once, as a quorum queue may say, is not empty',
    { untilEmpty: true },
    { ready: async (at) => (at === 100 ? 1 : 0) },
    ['empty', 200],
  ],
  [
    'not empty while work goes on',
    { untilEmpty: true },
    { isWorking: (at) => at < 1_000, activity: (at) => (at < 1_000 ? 0 : 1_000) },
    ['empty', 1_100],
  ],
])('%s', async (_name, request, watched, expected) => expect(await watch(request, watched).ended).toEqual(expected));

test('a queue that cannot be asked ends it with why', async () => {
  const failure = new LabError('refused', '404');
  expect((await watch({ untilEmpty: true }, { ready: () => Promise.reject(failure) }).ended)[0]).toBe(failure);
});

test('what has ended is watched no more', async () => {
  let asked = 0;
  const ready = async () => {
    asked++;
    return 1;
  };
  const { stop, ended } = watch({ untilEmpty: true, timeout: 1e9, idleTimeout: 1e9 }, { ready });
  stop.stop('count');
  expect(await ended).toEqual(['count', 0]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(asked).toBe(0);
});
