import { doubleValue } from '../../../../src/lab-broker/api/json-text.ts';
import { Pace } from '../../../../src/lab-broker/api/pace.ts';

/** Works for so many milliseconds. */
function work(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

test('long work goes on in other turns of the event loop', async () => {
  const rests: (() => void)[] = [];
  const pace = new Pace({ later: (run) => void rests.push(run) });
  const made: number[] = [];
  const all = pace.map([1, 2, 3], (item) => {
    work(5);
    made.push(item);
    return item * 2;
  });
  for (let turn = 0; turn < 3; turn++) {
    rests.shift()?.();
    await new Promise(setImmediate);
  }
  expect(made).toEqual([1, 2, 3]);
  expect(await all).toEqual([2, 4, 6]);
  expect(rests).toEqual([]);
});

test('what does not take long is done at once', async () => {
  const pace = new Pace({ later: () => fail('it rested') });
  expect(await pace.map([1], (item) => item)).toEqual([1]);
});

test.each([
  [[]],
  [[1, 'two', null, undefined, { three: [3] }]],
  [{ a: [{ b: 1, c: undefined }], d: undefined, e: 'x', f: null, g: { h: [[]] } }],
  [{}],
  ['text'],
  [null],
  [[new Date(0)]],
])('writes %j as JSON.stringify does', async (value) => {
  expect(await new Pace({ later: setImmediate }).stringify(value)).toBe(JSON.stringify(value));
});

test('writes doubles as such', async () => {
  const pace = new Pace({ later: setImmediate });
  expect(await pace.stringify([{ list: [doubleValue(1)], one: doubleValue(2) }, doubleValue(3)])).toBe('[{"list":[1.0],"one":2.0},3.0]');
  expect(await pace.stringify({ list: [doubleValue(1)], one: doubleValue(2) })).toBe('{"list":[1.0],"one":2.0}');
});
