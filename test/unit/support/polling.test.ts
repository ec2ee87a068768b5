import { eventually } from '../../support/polling.ts';

test('eventually answers what the assertion answers once it passes', async () => {
  let calls = 0;
  const answer = await eventually(() => {
    calls += 1;
    if (calls < 3) throw new Error('not yet');
    return calls;
  });
  expect(answer).toBe(3);
});

test('eventually throws the last error when time is up', async () => {
  await expect(eventually(() => Promise.reject(new Error('never')), { within: 50 })).rejects.toThrow('still so after 50 ms: never');
});
