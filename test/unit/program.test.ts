import type { Command, Option } from 'commander';
import { commands } from '../../src/commands/index.ts';
import { EXIT_CODES } from '../../src/errors.ts';
import { createProgram } from '../../src/program.ts';

const written: string[] = [];
const loadAll = (columns = 100) =>
  createProgram(
    () => async () => undefined,
    { out: (text) => void written.push(text), columns },
    commands.map(({ name }) => name),
  );

const program = await loadAll();

/** A command with all that are below it. */
function tree(command: Command): Command[] {
  return [command, ...command.commands.flatMap(tree)];
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

const all = tree(program).filter((command) => command !== program && command.name() !== 'help');
/** Those that do something themselves; the others only hold commands. */
const leaves = all.filter((command) => command.commands.length === 0);
const byPath = (list: readonly Command[]) => list.map((command): [string, Command] => [pathOf(command), command]);

const namesOf = (option: Option) => [option.short, option.long].filter((name) => name !== undefined && name !== null);

function helpOf(command: Command): string {
  written.length = 0;
  command.outputHelp();
  return written.join('');
}

test('the whole tree is loaded', () => {
  expect(program.commands.map((command) => command.name())).toEqual(commands.map(({ name }) => name));
  expect(all.length).toBeGreaterThanOrEqual(commands.length);
});

describe.each(byPath(all))('%s', (path, command) => {
  test('no option of its own bears a global option’s name', () => {
    const taken = new Set([...program.options.flatMap(namesOf), '-h', '--help']);
    const own = command.options.flatMap(namesOf);
    expect(own.filter((name) => taken.has(name))).toEqual([]);
    // --no-color is --color to commander
    const attributes = new Set(program.options.map((option) => option.attributeName()));
    expect(command.options.map((option) => option.attributeName()).filter((name) => attributes.has(name))).toEqual([]);
  });

  test('no option stands twice', () => {
    const own = command.options.flatMap(namesOf);
    expect(own.filter((name, index) => own.indexOf(name) !== index)).toEqual([]);
  });

  test('has a summary that fits a line, and a description', () => {
    expect(command.summary() || command.description()).toMatch(/^\S.{5,79}$/s);
    expect(command.description() || command.summary()).toMatch(/^[A-Z].+[.!?]$|^[a-z].+[^.]$/s);
  });

  test('every option and argument is described, briefly', () => {
    for (const option of command.options.filter(({ hidden }) => !hidden)) {
      expect([option.flags, option.description]).toEqual([option.flags, expect.stringMatching(/^\S.{3,119}$/)]);
      expect(option.description).not.toMatch(/\.$/);
    }
    // words before a subcommand are there for a better error only
    for (const argument of command.commands.length > 0 ? [] : command.registeredArguments)
      expect([argument.name(), argument.description]).toEqual([argument.name(), expect.stringMatching(/./)]);
  });

  test('its help fits 100 columns, save addresses and command lines', () => {
    const help = helpOf(command);
    const [text = '', examples = ''] = help.split('\nExamples:\n');
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
    expect(examples.split('\n').filter((line) => line.length > 120)).toEqual([]);
    expect(help).toMatch(new RegExp(`^Usage: ${path} `));
  });
});

describe.each(byPath(leaves))('%s', (path, command) => {
  test('has an example that names it', () => {
    const [, examples = ''] = helpOf(command).split('\nExamples:\n');
    expect(examples).toContain(path);
  });

  test('its examples name only options that there are', () => {
    const known = new Set([...program.options, ...command.options].flatMap(namesOf));
    const [, examples = ''] = helpOf(command).split('\nExamples:\n');
    // what stands in quotes is data, what stands behind a pipe another program
    const own = examples
      .split('\n')
      .flatMap((line) => line.replace(/'[^']*'|"[^"]*"/g, '').split(/ {2,}|[|<>]/))
      .filter((part) => part.trim().startsWith(`${path} `));
    const options = own.flatMap((line) => line.match(/(?<= )--?[a-z][a-z-]*/g) ?? []);
    expect(options.filter((option) => !known.has(option))).toEqual([]);
  });
});

describe('the program’s help', () => {
  test.each([80, 100, 200])('on %d columns no line is longer than 100', async (columns) => {
    written.length = 0;
    (await loadAll(columns)).outputHelp();
    const help = written.join('');
    expect(help.split('\n').filter((line) => line.length > 100)).toEqual([]);
    for (const { name, summary } of commands) expect(help.replace(/\s+/g, ' ')).toContain(`${name} ${summary}`);
  });

  test('has every exit code', () => {
    const help = helpOf(program);
    const table = [...(help.split('Exit codes:\n')[1] ?? '').matchAll(/^ {2}(\d+) +(\S.*)$/gm)];
    const codes = table.flatMap(([, code, meaning]) => [
      Number(code),
      ...[...(meaning ?? '').matchAll(/\((\d+):/g)].map(([, more]) => Number(more)),
    ]);
    expect([...codes].sort((a, b) => a - b)).toEqual([0, ...Object.values(EXIT_CODES)].sort((a, b) => a - b));
  });

  test('describes every global option', () => {
    for (const option of program.options.filter(({ hidden }) => !hidden))
      expect([option.flags, option.description]).toEqual([option.flags, expect.stringMatching(/./)]);
  });
});

test('a command that is not named is there with name and summary, and its file is not needed', async () => {
  const bare = await createProgram(() => async () => undefined, { out: () => undefined, columns: 80 }, ['publish']);
  const [publish, consume] = ['publish', 'consume'].map((name) => bare.commands.find((command) => command.name() === name) as Command);
  expect(publish?.options.length).toBeGreaterThan(10);
  expect(consume?.options).toEqual([]);
  expect(consume?.summary()).toBe(commands.find(({ name }) => name === 'consume')?.summary);
});
