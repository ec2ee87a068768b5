import { parseStartAt } from '../../../src/commands/bench-start.ts';

const noon = new Date(2026, 10, 24, 12, 0, 0).getTime();
const local = (day: number, ...time: [number, number, number]) => new Date(2026, 10, day, ...time).getTime();

test.each<[string, number]>([
  ['12:00:30', local(24, 12, 0, 30)],
  ['12:01', local(24, 12, 1, 0)],
  ['11:59', local(25, 11, 59, 0)],
  ['0:00', local(25, 0, 0, 0)],
  [new Date(noon + 5_000).toISOString(), noon + 5_000],
])('--start-at %s', (text, at) => {
  expect(parseStartAt(text, noon)).toBe(at);
});

test.each<[string, string]>([
  ['25:00', 'is no time'],
  ['12:60', 'is no time'],
  ['noon', 'is no time'],
  ['7', 'is no time'],
  ['2026-11-24T99:00', 'is no time'],
  [new Date(noon).toISOString(), 'has gone by'],
  [new Date(noon + 2 * 86_400_000).toISOString(), 'is more than a day away'],
])('--start-at %s is refused', (text, message) => {
  expect(() => parseStartAt(text, noon)).toThrow(message);
});
