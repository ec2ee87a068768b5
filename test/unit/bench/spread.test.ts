import { areAlike, ratioBeyondSpread, spreadOf } from '../../../src/bench/spread.ts';

test.each<[number[], object | undefined]>([
  [[], undefined],
  [[4], { min: 4, median: 4, max: 4 }],
  [[3, 1, 2], { min: 1, median: 2, max: 3 }],
  [[10, 1, 2, 4], { min: 1, median: 3, max: 10 }],
])('the spread of %j', (figures, spread) => {
  expect(spreadOf(figures)).toEqual(spread);
});

test.each<[string, number[], number[], number | undefined]>([
  ['all of one below all of the other', [10, 11, 12], [20, 22, 24], 2],
  ['the other way round', [20, 22, 24], [10, 11, 12], 0.5],
  ['one figure between the others', [10, 11, 21], [20, 22, 24], undefined],
  ['a figure that both have', [10, 11, 20], [20, 22, 24], undefined],
  ['two rounds', [10, 11], [20, 22], undefined],
  ['two rounds of one', [10, 11], [20, 22, 24], undefined],
  ['no figures', [], [20, 22, 24], undefined],
  ['apart, by less than 1 %', [1000, 1001, 1002], [1003, 1004, 1005], undefined],
  ['nothing against something', [0, 0, 0], [5, 5, 5], Number.POSITIVE_INFINITY],
  ['something against nothing', [5, 5, 5], [0, 0, 0], 0],
])('%s', (_, first, second, ratio) => {
  expect(ratioBeyondSpread(first, second)).toBe(ratio);
});

test('alike is within 1 %', () => {
  const flat = (value: number) => ({ min: value, median: value, max: value });
  expect(areAlike(flat(0), flat(0))).toBe(true);
  expect(areAlike(flat(100), flat(101))).toBe(true);
  expect(areAlike(flat(100), flat(102))).toBe(false);
});
