import { Sweep } from '../../../../src/lab-broker/entities/sweep.ts';
import { createManualClock } from '../manual-clock.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

test('a few items are done at once', () => {
  const done: number[] = [];
  new Sweep<number>(createManualClock(), (item) => done.push(item)).begin(numbers(10));
  expect(done).toEqual(numbers(10));
});

test('many are done in several turns, and whoever waits is told after the last', async () => {
  const [clock, done] = [createManualClock(), [] as number[]];
  const sweep = new Sweep<number>(clock, (item) => done.push(item));
  sweep.begin(numbers(1_000));
  expect(done.length).toBeLessThan(200);
  const waits = sweep.done().then(() => done.length);
  clock.settle();
  expect(done).toEqual(numbers(1_000));
  expect(await waits).toBe(1_000);
  await sweep.done();
});

test('another one takes the place of what is left', () => {
  const [clock, done] = [createManualClock(), [] as number[]];
  const sweep = new Sweep<number>(clock, (item) => done.push(item));
  sweep.begin(numbers(1_000));
  sweep.begin([-1, -2]);
  clock.settle();
  expect(done.slice(-2)).toEqual([-1, -2]);
  expect(done.length).toBeLessThan(200);
});

test('an item that fails does not keep the others from their turn', () => {
  const [clock, done] = [createManualClock(), [] as number[]];
  const sweep = new Sweep<number>(clock, (item) => {
    if (item === 1) throw new Error('no');
    done.push(item);
  });
  expect(() => sweep.begin(numbers(3))).toThrow('no');
  clock.settle();
  expect(done).toEqual([0, 2]);
});
