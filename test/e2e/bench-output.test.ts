import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLabBroker, type LabBroker } from '../../src/lab-broker/lab-broker.ts';
import { runCli } from '../support/spawn.ts';
import { openTerminal } from '../support/terminal.ts';

let broker: LabBroker;
let folder = '';
const file = (name: string) => join(folder, name);
const SHORT = ['--duration', '1s', '--warmup', '200ms', '--rate', '500'];
const bench = (...argv: string[]) => runCli(['bench', '--url', broker.url, ...SHORT, ...argv]);
const text = (stdout: Buffer) => stdout.toString();

beforeAll(async () => {
  broker = await createLabBroker();
  folder = await mkdtemp(join(tmpdir(), 'rmq-lab-bench-'));
});
afterAll(async () => {
  await broker.close();
  await rm(folder, { recursive: true });
});

describe('what bench shows', () => {
  test('a summary on stdout, a line an interval on stderr, a page and a file', async () => {
    const { stdout, stderr, exitCode } = await bench('--save', file('a.json'), '--html', file('a.html'));
    expect(exitCode).toBe(0);
    expect(text(stdout)).toMatch(/^sent by +1 producer, 100 B persistent, at 500 msg\/s, 500 unconfirmed at most$/m);
    expect(text(stdout)).toMatch(/\n\n✓ No message was lost, none came twice, all came in order\.\n$/);
    expect(stderr).toMatch(/^ +time +sent\/s .*\n +0\.\d s .* {2}warm-up\n +1\.\d s /);
    expect(await readFile(file('a.html'), 'utf8')).toContain('<title id="percentiles-title">Latency by percentile</title>');
  });

  test('--json is one document, and stderr is still', async () => {
    const { stdout, stderr } = await bench('--json', '--arg', 'x-max-length:int=1000000');
    const document = JSON.parse(text(stdout));
    expect(document).toMatchObject({
      totals: { lost: 0 },
      parameters: { arguments: { 'x-max-length': expect.anything() } },
      ended: 'time',
    });
    expect(document).not.toHaveProperty('histograms');
    expect(stderr).toBe('');
  });

  test('--ndjson and --csv are lines on stdout, the summary on stderr', async () => {
    const [json, csv] = [await bench('--ndjson'), await bench('--csv', '--quiet')];
    const phases = text(json.stdout)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).phase);
    expect(phases.slice(0, 2)).toEqual(['warm-up', 'measured']);
    expect(json.stderr).toContain('No message was lost');
    expect(text(csv.stdout)).toMatch(/^phase,at,.*,blocked\r\nwarm-up,\d/);
    expect(csv.stderr).toBe('');
  });

  test('--fail-if exits 7, and says which', async () => {
    const { stderr, stdout, exitCode } = await bench('--fail-if', 'lost>0', '--fail-if', 'p50>1us', '--fail-if', 'rate<100000');
    expect(exitCode).toBe(7);
    expect(stderr).toMatch(/^error: p50 is .+ \(p50>1us\); rate is .+\/s \(rate<100000\)$/m);
    expect(text(stdout)).toContain('No message was lost');
  });

  test.each<[string[], string]>([
    [['--fail-if', 'p99'], "--fail-if: 'p99' is not a condition"],
    [['--csv', '--ndjson'], '--json, --ndjson and --csv exclude each other'],
    [['--csv', '--json'], '--json, --ndjson and --csv exclude each other'],
    [['--save', '/nowhere/at/all.json'], "--save: cannot write '/nowhere/at/all.json': ENOENT"],
    [['--html', 'x', '--save', 'x'], "--html and --save name one file, 'x'"],
    [['--start-at', '1999-01-01T00:00:00Z'], '--start-at: 1999-01-01T00:00:00Z has gone by'],
  ])('%j is refused before anything is run', async (argv, message) => {
    const { stderr, stdout, exitCode } = await bench(...argv);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect(text(stdout)).toBe('');
  });

  test('--start-at waits', async () => {
    const at = Date.now() + 3_000;
    const { stdout } = await bench('--json', '--start-at', new Date(at).toISOString());
    const began = Date.parse(JSON.parse(text(stdout)).startedAt);
    expect(began).toBeGreaterThanOrEqual(at);
    expect(began).toBeLessThan(at + 1_000);
  });

  test('on a terminal a chart is drawn anew below the lines, and is gone at the end', async () => {
    const terminal = openTerminal(['bench', '--url', broker.url, ...SHORT.slice(2), '--duration', '3s'], { rows: 60 });
    try {
      await terminal.waitFor(
        / \d+\.\d s .*\n(.*\n)*messages a second, lately\n {2}sent +\d+ +\S+\n {2}received .*\n {2}p99 latency .*\n {2}measured: \d\S* s of 3 s/,
      );
      expect(terminal.screen().match(/lately/g)).toHaveLength(1);
      expect(await terminal.exited).toMatchObject({ exitCode: 0 });
      expect(terminal.screen()).toContain('No message was lost');
      expect(terminal.screen()).not.toContain('lately');
      expect(terminal.screen().match(/time +sent\/s/g)).toHaveLength(1);
    } finally {
      await terminal.close();
    }
  });

  test('Ctrl-C ends it with all that was measured until then', async () => {
    const terminal = openTerminal(['bench', '--url', broker.url, '--rate', '500', '--duration', '1h', '--warmup', '0'], { rows: 60 });
    try {
      await terminal.waitFor(/measured: \d\S* s of/);
      terminal.press('ctrl-c');
      expect(await terminal.exited).toMatchObject({ exitCode: 130 });
      expect(terminal.screen()).toMatch(/! INTERRUPTED after \d\S* s of measuring: this is what was measured until then\.$/);
      expect(terminal.screen()).not.toMatch(/lately|\^C/);
    } finally {
      await terminal.close();
    }
  });
});

describe('saved benches', () => {
  test('diff sets two beside each other, merge joins them', async () => {
    for (const [name, ...argv] of [['one.json'], ['two.json', '--transient']] as const) await bench('--save', file(name), ...argv);
    const diff = await runCli(['bench', 'diff', file('one.json'), file('two.json')]);
    expect(text(diff.stdout)).toMatch(/^not the same\n {2}persistent: yes in A, no in B$/m);
    expect(JSON.parse(text((await runCli(['bench', 'diff', file('one.json'), file('two.json'), '--json'])).stdout))).toMatchObject({
      parameters: { persistent: { a: 'true', b: 'false' } },
      figures: expect.arrayContaining([expect.objectContaining({ name: 'sent', ratio: expect.any(Number) })]),
    });

    const argv = ['bench', 'merge', file('one.json'), file('two.json'), '--save', file('both.json'), '--html', file('both.html')];
    const merged = await runCli([...argv, '--fail-if', 'sent<1']);
    expect(merged.exitCode).toBe(0);
    expect(merged.stderr).toContain(`! persistent differs: true in ${file('one.json')}, false in ${file('two.json')}`);
    expect(text(merged.stdout)).toMatch(/^sent by +2 producers, /m);
    expect(await readFile(file('both.html'), 'utf8')).toContain('joined of');
    const sent = async (name: string) => JSON.parse(await readFile(file(name), 'utf8')).totals.sent;
    expect(await sent('both.json')).toBe((await sent('one.json')) + (await sent('two.json')));

    const twice = await runCli(['bench', 'merge', file('both.json'), file('one.json')]);
    expect([twice.exitCode, twice.stderr]).toEqual([2, expect.stringContaining('it would count twice')]);
    const failed = await runCli(['bench', 'merge', file('one.json'), file('two.json'), '--fail-if', 'sent>1']);
    expect(failed.exitCode).toBe(7);
  });

  test.each<[string[], string]>([
    [['compare', '--vary', 'persistence', '--size', 'banana'], "'banana' is not a size"],
    [['--size', 'banana', 'compare', '--vary', 'persistence'], "'banana' is not a size"],
    [['compare', '--vary', 'persistence', '--html', 'x'], 'bench compare has no option --html'],
    [['diff', 'a', 'b', '--size', '5'], 'bench diff has no option --size'],
    [['merge', 'a', 'b', '--csv'], 'bench merge has no option --csv'],
    [['merge', 'a', 'b', '--save', '/nowhere/at/all'], "--save: cannot write '/nowhere/at/all': ENOENT"],
  ])('an option of bench is that of the command below it: %j', async (argv, message) => {
    const { exitCode, stderr } = await runCli(['bench', ...argv, '--url', broker.url]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  test('what is no saved bench is refused', async () => {
    const { exitCode, stderr } = await runCli(['bench', 'diff', import.meta.filename, file('nowhere.json')]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('is not a saved bench: it is not JSON')]);
    expect((await runCli(['bench', 'merge', file('nowhere.json'), file('nowhere.json')])).stderr).toContain('ENOENT');
  });
});
