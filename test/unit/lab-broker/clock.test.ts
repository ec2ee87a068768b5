import { createMachineClock } from '../../../src/lab-broker/clock.ts';

const turn = () => new Promise(setImmediate);

function spin(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

test('what is put off shares the turns of the event loop with others, in its order', async () => {
  const clock = createMachineClock(() => undefined);
  const done: number[] = [];
  for (let n = 0; n < 30; n++)
    clock.later(() => {
      spin(2);
      done.push(n);
    });
  const turns: number[] = [];
  while (done.length < 30) {
    const before = done.length;
    await turn();
    turns.push(done.length - before);
  }
  expect(Math.max(...turns)).toBeLessThanOrEqual(5);
  expect(done).toEqual(Array.from({ length: 30 }, (_, n) => n));
});

test('timers that are due at the same time stand in the same line', async () => {
  const clock = createMachineClock(() => undefined);
  const times: number[] = [];
  for (let n = 0; n < 20; n++)
    clock.setTimer(1, () => {
      spin(2);
      times.push(n);
    });
  const turns: number[] = [];
  spin(5);
  while (times.length < 20) {
    const before = times.length;
    await turn();
    turns.push(times.length - before);
  }
  expect(Math.max(...turns)).toBeLessThanOrEqual(5);
});

test('what is thrown is told, and those behind it have their turn', async () => {
  const failures: unknown[] = [];
  const clock = createMachineClock((error) => failures.push(error));
  const error = new Error('a mistake');
  await new Promise<void>((resolve) => {
    clock.later(() => {
      throw error;
    });
    clock.setTimer(0, () => {
      throw error;
    });
    clock.later(() => clock.setTimer(5, () => resolve()));
  });
  expect(failures).toEqual([error, error]);
});

test('a timer that is taken back does not run, even when it is due already and stands in line', async () => {
  const clock = createMachineClock(() => undefined);
  const ran: string[] = [];
  await new Promise<void>((resolve) => {
    clock.setTimer(1, () => {
      for (const cancel of cancels) cancel();
      clock.setTimer(5, () => resolve());
    });
    const cancels = [clock.setTimer(1, () => ran.push('due')), clock.setTimer(3, () => ran.push('not due'))];
    spin(5);
  });
  expect(ran).toEqual([]);
});
