import { type Deaths, isDeathCycle, recordDeath } from '../../../src/lab-broker/dead-letter/deaths.ts';
import type { DeathReason } from '../../../src/lab-broker/entities/queue-port.ts';

/** The deaths of `queue reason` one after the other. */
function deathsOf(...list: readonly string[]): Deaths {
  let deaths: Deaths | undefined;
  for (const [index, one] of list.entries()) {
    const [queue = '', reason] = one.split(' ') as [string, DeathReason];
    deaths = recordDeath(deaths, { queue, reason, time: index, exchange: `x${index}`, routingKeys: ['k'], originalExpiration: undefined });
  }
  return deaths as Deaths;
}

test('queue and reason each have one record, and the latest to be touched stands first', () => {
  const { records, first, last } = deathsOf('work rejected', 'wait expired', 'work rejected');
  expect(records.map(({ queue, reason, count, time }) => [queue, reason, count, time])).toEqual([
    ['work', 'rejected', 2, 0],
    ['wait', 'expired', 1, 1],
  ]);
  expect([first.queue, last.queue, last.count]).toEqual(['work', 'work', 2]);
});

test('one queue may have a record for each reason', () => {
  expect(deathsOf('q expired', 'q maxlen').records.map(({ reason }) => reason)).toEqual(['maxlen', 'expired']);
});

test.each([
  ['a queue that it never died in', ['a expired'], 'b', false],
  ['back into the queue where it just expired', ['a expired'], 'a', true],
  ['round two queues by expiry', ['a expired', 'b expired'], 'a', true],
  ['round two queues, one of which rejected it', ['a rejected', 'b expired'], 'a', false],
  ['a rejection before the circle began does not count', ['x rejected', 'a expired', 'b maxlen'], 'a', true],
  ['rejected where it goes back to', ['a rejected'], 'a', false],
  ['too many deliveries are no rejection', ['a delivery_limit'], 'a', true],
])('a cycle? %s', (_, list, queue, cycle) => {
  expect(isDeathCycle(deathsOf(...list), queue)).toBe(cycle);
});
