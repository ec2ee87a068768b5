import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { curvesOf } from '../../src/bench/percentile-curve.ts';
import { benchPage } from '../../src/output/bench-page.ts';
import { stalledBench } from '../support/sample-bench.ts';

const bench = stalledBench({ totals: { ...stalledBench().totals, lost: 3, left: 12 }, generatorBound: true });
const page = benchPage(bench, curvesOf(bench.histograms), String);

/** What a page finds out about itself, once it is laid out. */
interface Findings {
  readonly dark: boolean;
  /** Pixels by which the page is wider than the window. */
  readonly overflow: number;
  readonly resources: number;
  /** Words of pictures that stand outside of them, or over each other. */
  readonly misplaced: readonly string[];
  /** Lines of the pictures, with their length on the screen. */
  readonly lines: readonly number[];
  /** Text that stands out too little from its ground, with the ratio. */
  readonly faint: readonly string[];
}

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars'];

if (spawnSync('chromium', ['--version']).error === undefined) {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rmq-lab-page-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const chromium = (...flags: string[]) =>
    promisify(execFile)('chromium', [...FLAGS, `--user-data-dir=${join(folder, 'profile')}`, ...flags]);

  test.each<[string, number, number]>([
    ['light, on a wide window', 1, 1_200],
    ['dark, on a wide window', 0, 1_200],
    ['light, on a narrow window', 1, 500],
  ])('a page is laid out as it should be: %s', async (_, scheme, width) => {
    // what looks at the page is a script, which the page itself does not allow
    const script = await readFile(join(import.meta.dirname, '../support/look-at-page.js'), 'utf8');
    const watched = page.replace(/<meta http-equiv[^>]+>/, '').replace('</body>', `<script>${script}</script></body>`);
    const file = join(folder, `watched-${scheme}-${width}.html`);
    await writeFile(file, watched);
    const { stdout } = await chromium(
      `--blink-settings=preferredColorScheme=${scheme}`,
      `--window-size=${width},900`,
      '--dump-dom',
      `file://${file}`,
    );
    const found = JSON.parse(
      (/data-found="([^"]+)"/.exec(stdout)?.[1] ?? '{}').replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
    ) as Findings;
    expect(found).toMatchObject({ dark: scheme === 0, resources: 0, misplaced: [], faint: [] });
    expect(found.overflow).toBeLessThanOrEqual(0);
    expect(found.lines).toHaveLength(6);
    for (const length of found.lines) expect(length).toBeGreaterThan(500);
  });

  test('as it is, with its own policy, it is drawn and printed', async () => {
    const file = join(folder, 'page.html');
    await writeFile(file, page);
    const { stderr } = await chromium('--enable-logging=stderr', `--print-to-pdf=${join(folder, 'page.pdf')}`, `file://${file}`);
    expect(stderr).not.toMatch(/Content Security Policy|CONSOLE/);
    expect((await readFile(join(folder, 'page.pdf'))).subarray(0, 5).toString()).toBe('%PDF-');
  });
} else test.skip('NOT TESTED: no chromium at hand, which shows the pages of bench --html (package chromium)', () => {});
