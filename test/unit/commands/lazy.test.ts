import { lazy } from '../../../src/commands/lazy.ts';
import { type LazyCompareFlags, lazyPlan } from '../../../src/commands/lazy-compare.ts';
import { parsed } from '../../support/parsed.ts';

const plan = async (...argv: string[]) => {
  const [flags] = (await parsed(lazy, ['compare', ...argv])) as [LazyCompareFlags];
  return lazyPlan(flags);
};

test.each<[string[], object]>([
  [[], { count: 20_000, size: 1000, rounds: 5, keep: false }],
  [['-n', '10', '-s', '4kB', '--rounds', '1', '--keep'], { count: 10, size: 4000, rounds: 1, keep: true }],
  [['--count', '10', '--size', '0'], { count: 10, size: 0 }],
])('compare %j', async (argv, expected) => {
  expect(await plan(...argv)).toMatchObject({ ...expected, prefix: expect.stringMatching(/^rmq-lab\.lazy-compare\.[0-9a-f]{6}$/) });
});

test.each<[string[], string]>([
  [['-n', '0'], "--count: '0' is not a whole number from 1"],
  [['-n', 'ten'], "--count: 'ten' is not a whole number from 1"],
  [['--size', '1 apple'], "--size: '1 apple' is not a size"],
  [['--rounds', '0'], "--rounds: '0' is not a whole number from 1 to 100"],
])('compare %j: exit 2', async (argv, message) => {
  await expect(plan(...argv)).rejects.toMatchObject({ kind: 'usage', message: expect.stringContaining(message) });
});
