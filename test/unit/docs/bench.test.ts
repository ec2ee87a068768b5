import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BENCH_METRICS } from '../../../src/bench/bench-metrics.ts';

test('the document has every metric of --fail-if', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/bench.md'), 'utf8');
  const names = new Set(BENCH_METRICS.map(({ name }) => name.replace(/^(endToEnd|confirm)\./, '')));
  expect([...names].filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});
