import { pollUntil } from '../../../src/topology/poll.ts';

/** A clock on which only sleeping and looking take time, and looks that go by it. */
function timeline(answers: (now: number) => { met: boolean; final?: boolean }, lookTakes = 0) {
  let now = 0;
  const looks: number[] = [];
  const controller = new AbortController();
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  const look = async () => {
    looks.push(now);
    const answer = { ...answers(now), found: now };
    now += lookTakes;
    return answer;
  };
  const poll = (within: number, stableFor = 0) => pollUntil(look, { within, stableFor, clock, signal: controller.signal });
  return { poll, looks, abort: (reason: Error) => controller.abort(reason) };
}

test('stops at the first look that is met', async () => {
  const { poll, looks } = timeline((now) => ({ met: now >= 100 }));
  expect(await poll(5000)).toEqual({ met: true, found: 150 });
  expect(looks).toEqual([0, 50, 150]);
});

test('looks with pauses that grow up to 200 ms, and last at the deadline', async () => {
  const { poll, looks } = timeline(() => ({ met: false }));
  expect(await poll(900)).toEqual({ met: false, found: 900 });
  expect(looks).toEqual([0, 50, 150, 350, 550, 750, 900]);
});

test('looks once when there is no time', async () => {
  const { poll, looks } = timeline(() => ({ met: false }));
  expect(await poll(0, 300)).toMatchObject({ met: false });
  expect(looks).toEqual([0]);
  const good = timeline(() => ({ met: true }));
  expect(await good.poll(0, 300)).toMatchObject({ met: true });
  expect(good.looks).toEqual([0]);
});

test('looks once when one look takes all the time', async () => {
  const { poll, looks } = timeline(() => ({ met: false }), 1000);
  await poll(500);
  expect(looks).toEqual([0]);
});

test('what must be stable is looked at until it was so for long enough', async () => {
  const { poll, looks } = timeline(() => ({ met: true }));
  expect(await poll(5000, 300)).toEqual({ met: true, found: 300 });
  expect(looks).toEqual([0, 50, 150, 300]);
});

test('an interruption of what must be stable begins it anew', async () => {
  const { poll } = timeline((now) => ({ met: now !== 150 }));
  expect(await poll(5000, 300)).toEqual({ met: true, found: 650 });
});

test('what is met just before the deadline may prove itself after it', async () => {
  const { poll } = timeline((now) => ({ met: now >= 500 }));
  expect(await poll(500, 300)).toEqual({ met: true, found: 800 });
});

test('what fails to prove itself after the deadline is not met', async () => {
  const { poll } = timeline((now) => ({ met: now >= 500 && now < 700 }));
  expect(await poll(500, 300)).toMatchObject({ met: false });
});

test('a final look ends it', async () => {
  const { poll, looks } = timeline(() => ({ met: false, final: true }));
  expect(await poll(5000)).toMatchObject({ met: false });
  expect(looks).toEqual([0]);
});

test('an interruption throws its reason', async () => {
  const { poll, abort } = timeline((now) => {
    if (now >= 50) abort(new Error('interrupted'));
    return { met: false };
  });
  await expect(poll(5000)).rejects.toThrow('interrupted');
});
