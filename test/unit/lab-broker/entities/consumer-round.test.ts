import { ConsumerRound, type RoundMode } from '../../../../src/lab-broker/entities/consumer-round.ts';
import type { VhostQueue } from '../../../../src/lab-broker/entities/queue-port.ts';
import { consumer, createPort } from '../core-rig.ts';

/** A round with these consumers (`a`, `b2` has priority 2), and who is next so many times. */
function createRound(mode: RoundMode, ...names: readonly string[]) {
  const round = new ConsumerRound(mode);
  const port = createPort();
  const queue = { wake: () => undefined } as unknown as VhostQueue;
  const all = Object.fromEntries(
    names.map((name) => [name, consumer(name, queue, port, { priority: Number(name.slice(1)), prefetch: 1 })]),
  );
  for (const one of Object.values(all)) round.add(one);
  const next = () => {
    const one = round.next();
    if (one !== undefined) one.unacked++;
    return one?.tag;
  };
  return { round, port, next, of: (name: string) => all[name] as (typeof all)[string] };
}

test('each in turn, until nobody has room', () => {
  const { next } = createRound('all', 'a', 'b', 'c');
  expect([next(), next(), next(), next()]).toEqual(['a', 'b', 'c', undefined]);
});

test('who gets room again stands at the end', () => {
  const { round, next, of } = createRound('all', 'a', 'b', 'c');
  for (let n = 0; n < 4; n++) next();
  for (const name of ['b', 'a']) {
    of(name).unacked--;
    round.wake(of(name));
  }
  expect([next(), next(), next()]).toEqual(['b', 'a', undefined]);
});

test('a higher priority first, a lower one only when there is no room above', () => {
  const { next } = createRound('all', 'a0', 'b9', 'c5', 'd9');
  expect([next(), next(), next(), next(), next()]).toEqual(['b9', 'd9', 'c5', 'a0', undefined]);
});

test('whose connection takes nothing is passed over', () => {
  const { port, next } = createRound('all', 'a');
  port.writable = false;
  expect(next()).toBeUndefined();
});

test('a single active consumer is the first to come, and its successor the highest of those that wait', () => {
  const { round, next, of } = createRound('first', 'a0', 'b5', 'c9');
  expect([next(), next()]).toEqual(['a0', undefined]);
  round.remove(of('a0'));
  expect([next(), round.active?.tag]).toEqual(['c9', 'c9']);
});

test('on a quorum queue the active one gives way to a higher priority as soon as it holds nothing', () => {
  const { round, next, of } = createRound('highest', 'a0');
  expect(next()).toBe('a0');
  const higher = createRound('all', 'b5').of('b5');
  round.add(higher);
  expect([next(), round.active?.tag]).toEqual([undefined, 'a0']);
  of('a0').unacked--;
  expect(round.wake(of('a0'))).toBe(true);
  expect(next()).toBe('b5');
});

test('a consumer of the same priority does not take over', () => {
  const { round, next } = createRound('highest', 'a1', 'b1');
  expect(round.active?.tag).toBe('a1');
  expect([next(), next()]).toEqual(['a1', undefined]);
});
