import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../support/spawn.ts';

const DEPENDENCIES = Object.keys(
  (JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as { dependencies: object }).dependencies,
);

/**
 * The packages whose files a run of the program has executed, ES modules and others alike, and `lab-broker` for that room of our own.
 * V8 itself tells: its coverage names every script that ran.
 */
async function packagesLoadedBy(argv: readonly string[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rmq-lab-modules-'));
  try {
    await runCli(argv, { env: { NODE_V8_COVERAGE: folder } });
    const scripts = readdirSync(folder).flatMap((file) => {
      const { result } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { result: { url: string }[] };
      return result.map(({ url }) => url);
    });
    expect(scripts.some((url) => url.endsWith('/dist/main.js'))).toBe(true);
    const loaded = DEPENDENCIES.filter((name) => scripts.some((url) => url.includes(`/node_modules/${name}/`)));
    return scripts.some((url) => url.includes('/dist/lab-broker/')) ? [...loaded, 'lab-broker'] : loaded;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each<[string[]]>([[['--help']], [[]], [['--version']], [['help']], [['publsh']], [['--no-such-option']]])(
  '%j loads commander and no other package',
  async (argv) => expect(await packagesLoadedBy(argv)).toEqual(['commander']),
);

test.each<[string[]]>([
  [['help', 'consume']],
  [['publish', '--help']],
  [['lesson', '--help']],
  [['consume', 'q', '-n', 'x']],
  [['publish']],
])('%j loads neither the client nor prompts nor spinners nor the lab broker', async (argv) => {
  const loaded = await packagesLoadedBy(argv);
  for (const heavy of ['amqplib', 'inquirer', 'ora', 'lab-broker']) expect(loaded).not.toContain(heavy);
});

test('what a command needs is seen when it is loaded', async () => {
  const elsewhere = await packagesLoadedBy(['get', 'q', '--url', 'amqp://127.0.0.1:1']);
  expect(elsewhere).toContain('amqplib');
  expect(elsewhere).not.toContain('lab-broker');
  expect(await packagesLoadedBy(['get', 'q', '--url', 'lab:'])).toEqual(expect.arrayContaining(['amqplib', 'lab-broker']));
  const list = await packagesLoadedBy(['lesson', 'list', '--url', 'lab:']);
  expect(list).toContain('chalk');
  expect(list).not.toContain('lab-broker');
});
