import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '../..');
type Verdict = 'allowed' | 'refused';

/** The rules by which biome.json holds the floors; `plugin` is scripts/lint. */
const FLOOR_RULES = ['lint/style/noRestrictedImports', 'lint/style/noRestrictedGlobals', 'lint/nursery/noProcessExit', 'plugin'];

interface Case {
  readonly file: string;
  readonly verdict: Verdict;
  readonly line: string;
}

interface Room {
  /** Where the sources stand, below src/. */
  readonly file: string;
  readonly allowed: readonly string[];
  readonly refused: readonly string[];
}

/** One row a room of the table in which each room is said what it may import. A bare name means a static import of it. */
const ROOMS: readonly Room[] = [
  { file: 'errors.ts', allowed: ['node:util'], refused: ['./values.ts', './client/broker.ts', 'chalk', 'node:process'] },
  { file: 'values.ts', allowed: ['node:util', './errors.ts'], refused: ['./main.ts', './output/table.ts'] },
  { file: 'suggest.ts', allowed: ['./errors.ts'], refused: ['./settings.ts', 'commander'] },
  { file: 'routing/topic.ts', allowed: ['node:util', './trie.ts'], refused: ['../errors.ts', '../client/broker.ts', 'amqplib'] },
  { file: 'lab-broker/wire/frame.ts', allowed: ['./types.ts', '../../errors.ts'], refused: ['../faults.ts', '../../routing/topic.ts'] },
  {
    file: 'lab-broker/connection.ts',
    allowed: ['./wire/frame.ts', '../routing/topic.ts', '../errors.ts', 'node:net'],
    refused: ['../client/broker.ts', 'amqplib', '../output/table.ts', '../commands/lab.ts'],
  },
  ...['api', 'arguments', 'dead-letter', 'entities', 'methods', 'store'].map((room) => ({
    file: `lab-broker/${room}/queue.ts`,
    allowed: ['./message.ts', '../faults.ts', '../wire/types.ts', '../../routing/topic.ts', '../../errors.ts'],
    refused: ['../../client/broker.ts', '../../main.ts', 'amqplib'],
  })),
  {
    file: 'client/failure.ts',
    allowed: ['./broker.ts', '../errors.ts', '../values.ts', '../suggest.ts', 'node:tls'],
    refused: [
      'amqplib',
      'amqplib/callback_api.js',
      '../lab-broker/lab-broker.ts',
      '../output/table.ts',
      '../commands/lab.ts',
      '../routing/topic.ts',
    ],
  },
  { file: 'client/amqp.ts', allowed: ['amqplib', './broker.ts'], refused: ['commander', '../messages/pump.ts'] },
  {
    file: 'messages/pump.ts',
    allowed: ['./sink.ts', '../client/broker.ts', '../routing/topic.ts', '../errors.ts', 'node:child_process'],
    refused: ['../topology/inventory.ts', '../lab-broker/lab-broker.ts', 'commander', 'chalk', 'amqplib'],
  },
  {
    file: 'programs/python.ts',
    allowed: ['./task.ts', '../client/message.ts', '../errors.ts'],
    refused: ['../messages/pump.ts', '../topology/inventory.ts', '../commands/lab.ts', 'commander', 'amqplib'],
  },
  {
    file: 'topology/inventory.ts',
    allowed: ['../client/management.ts', '../routing/topic.ts', '../errors.ts'],
    refused: ['../messages/pump.ts', '../lab-broker/lab-broker.ts', 'commander', 'chalk'],
  },
  {
    file: 'engines/lab.ts',
    allowed: ['../lab-broker/lab-broker.ts', '../client/broker.ts', '../errors.ts', 'node:net'],
    refused: ['../output/table.ts', '../commands/lab.ts', '../topology/inventory.ts'],
  },
  {
    file: 'lessons/run.ts',
    allowed: ['./parse.ts', '../messages/pump.ts', '../topology/inventory.ts', '../client/broker.ts', '../errors.ts'],
    refused: ['../bench/plan.ts', '../lab-broker/lab-broker.ts', 'commander', 'chalk', 'inquirer', '../commands/lab.ts'],
  },
  {
    file: 'bench/run.ts',
    allowed: ['./plan.ts', '../messages/pump.ts', '../topology/inventory.ts', '../client/broker.ts', '../errors.ts', 'node:perf_hooks'],
    refused: ['../lessons/run.ts', '../lab-broker/lab-broker.ts', 'commander', 'chalk', '../output/table.ts'],
  },
  {
    file: 'output/table.ts',
    allowed: ['chalk', 'cli-table3', './views/queue.ts', '../values.ts'],
    refused: ['../client/broker.ts', '../topology/inventory.ts', '../lessons/run.ts', 'commander', '../commands/lab.ts', 'ora'],
  },
  {
    file: 'output/views/queue.ts',
    allowed: ['chalk', './binding.ts', '../table.ts', '../../errors.ts'],
    refused: ['../../client/broker.ts', '../../commands/lab.ts', '../../main.ts', 'inquirer'],
  },
  {
    file: 'commands/publish.ts',
    allowed: [
      'commander',
      './lab.ts',
      '../client/broker.ts',
      '../messages/pump.ts',
      '../programs/python.ts',
      '../topology/inventory.ts',
      '../lessons/run.ts',
      '../bench/run.ts',
      '../output/table.ts',
      '../engines/lab.ts',
      '../lab-broker/lab-broker.ts',
      '../routing/topic.ts',
      '../errors.ts',
    ],
    refused: ['amqplib', 'inquirer', 'ora', 'chalk', '../main.ts', '../context.ts', '../lab-broker/wire/frame.ts', 'node:process'],
  },
  {
    file: 'main.ts',
    allowed: ['./commands/index.ts', './client/amqp.ts', './errors.ts', 'commander', 'inquirer', 'ora', 'chalk', 'node:process'],
    refused: ['amqplib', 'cli-table3', '../test/support/polling.ts'],
  },
  { file: 'room-without-a-rule/thing.ts', allowed: ['./other.ts', 'node:fs'], refused: ['../errors.ts', '../client/broker.ts', 'chalk'] },
];

/** Whole lines, for what a table of module names cannot say. */
const LINES: ReadonlyArray<readonly [file: string, verdict: Verdict, line: string]> = [
  ['output/table.ts', 'allowed', "export type { Queue } from '../topology/inventory.ts';"],
  ['output/views/queue.ts', 'allowed', "import type { Queue } from '../../topology/inventory.ts';"],
  ['output/table.ts', 'refused', "export { inventory } from '../topology/inventory.ts';"],
  ['client/broker.ts', 'refused', "import type { Lab } from '../commands/lab.ts';"],
  ['client/broker.ts', 'refused', "import type { Channel } from 'amqplib';"],
  ['client/broker.ts', 'refused', "export type L = import('../commands/lab.ts').Lab;"],
  ['messages/pump.ts', 'refused', "export const a = await import('amqp' + 'lib');"],
  ['messages/pump.ts', 'refused', 'export const b = await import(`amqplib`);'],
  ['messages/pump.ts', 'refused', "export const c = require('amqplib');"],
  ['messages/pump.ts', 'refused', "import { createRequire } from 'node:module';"],
  ['messages/pump.ts', 'refused', "import '../client/../lab-broker/lab-broker.ts';"],
  ['messages/pump.ts', 'refused', "import './../lab-broker/lab-broker.ts';"],
  ['messages/pump.ts', 'refused', "export const d = await import('./x/../../lab-broker/y.ts');"],
  ['main.ts', 'allowed', 'process.exitCode = 1;'],
  ['main.ts', 'refused', 'process.exit(1);'],
  ['commands/publish.ts', 'refused', 'process.exit(1);'],
  ['client/failure.ts', 'refused', 'export const url = process.env.RMQ_LAB_URL;'],
  ['values.ts', 'refused', 'export const url = process.env.RMQ_LAB_URL;'],
  ['output/table.ts', 'refused', 'export const out = globalThis.process.stdout;'],
];

const cases: readonly Case[] = [
  ...ROOMS.flatMap(({ file, allowed, refused }) => [
    ...allowed.flatMap((name) => imports(name, file, 'allowed')),
    ...refused.flatMap((name) => imports(name, file, 'refused')),
  ]),
  ...LINES.map(([file, verdict, line]) => ({ file, verdict, line })),
];
const files = [...new Set(cases.map((row) => row.file))];

/** An import of a module, at once and later. */
function imports(name: string, file: string, verdict: Verdict): Case[] {
  return [`import '${name}';`, `(async () => await import('${name}'))();`].map((line) => ({ file, verdict, line }));
}

/** Lints one file per room, one case a line, by this project's own rules. Answers the lines (`file:number`) that the floors refuse. */
function lint(folder: string): Set<string> {
  cpSync(join(root, 'biome.json'), join(folder, 'biome.json'));
  cpSync(join(root, 'scripts/lint'), join(folder, 'scripts/lint'), { recursive: true });
  for (const file of files) {
    mkdirSync(dirname(join(folder, 'src', file)), { recursive: true });
    writeFileSync(join(folder, 'src', file), linesOf(file).join('\n'));
  }
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const { stdout } = spawnSync(process.execPath, [biome, 'lint', '--reporter=json', '--max-diagnostics=none', 'src'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: Array<{ category: string; location: { path: string; start: { line: number } } }>;
  };
  expect(diagnostics.filter(({ category }) => category === 'parse')).toEqual([]);
  return new Set(
    diagnostics.filter(({ category }) => FLOOR_RULES.includes(category)).map(({ location }) => `${location.path}:${location.start.line}`),
  );
}

function linesOf(file: string, verdict?: Verdict): string[] {
  return cases.filter((row) => row.file === file && (verdict ?? row.verdict) === row.verdict).map((row) => row.line);
}

describe('the floors', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rmq-lab-floors-'));
  let refused: Set<string>;

  beforeAll(() => {
    refused = lint(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(files)('src/%s may import what its room may, and nothing else', (file) => {
    const found = linesOf(file).filter((_line, index) => refused.has(`src/${file}:${index + 1}`));
    expect(found).toEqual(linesOf(file, 'refused'));
  });

  test('every room in src has a row here', () => {
    const src = join(root, 'src');
    const known = new Set(ROOMS.map((row) => dirname(row.file)));
    const rooms = readdirSync(src, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(src, entry.parentPath) || '.');
    expect(rooms.filter((room) => !known.has(room))).toEqual([]);
  });
});
