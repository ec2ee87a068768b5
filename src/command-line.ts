import type { Command, CommanderError } from 'commander';
import { redactText } from './client/target.ts';
import { UsageError } from './errors.ts';
import { closest } from './suggest.ts';

/** What people call our commands who come from elsewhere. */
const SYNONYMS: Readonly<Record<string, string>> = {
  send: 'publish',
  pub: 'publish',
  produce: 'publish',
  receive: 'consume',
  subscribe: 'consume',
  sub: 'consume',
  read: 'peek',
  browse: 'peek',
  rpc: 'call',
  request: 'call',
  reply: 'serve',
  respond: 'serve',
  mirror: 'tap',
  shell: 'session',
  repl: 'session',
  shovel: 'move',
  queue: 'declare-queue',
  'create-queue': 'declare-queue',
  exchange: 'declare-exchange',
  'create-exchange': 'declare-exchange',
  'bind-queue': 'bind',
  assert: 'expect',
  check: 'doctor',
  info: 'status',
  version: '--version',
  learn: 'lesson',
  lessons: 'lesson',
  tutorial: 'lesson',
};

/** `help publish` as `publish --help`, so that there is one way to a command's help; everything else as it is. */
export function withoutHelpCommand(program: Command, argv: readonly string[]): string[] {
  const at = argv.findIndex((word) => !word.startsWith('-'));
  if (argv[at] !== 'help') return [...argv];
  const rest = [...argv.slice(0, at), ...argv.slice(at + 1)];
  const wanted = rest.find((word) => !word.startsWith('-'));
  // --help would hide that there is no such command
  return wanted === undefined || namedCommand(program, [wanted]) !== undefined ? [...rest, '--help'] : rest;
}

/** The command that a command line names, as deep as its words go; undefined when its first word is none. */
export function namedCommand(program: Command, argv: readonly string[]): Command | undefined {
  let named: Command | undefined;
  for (const word of argv) {
    const next: Command | undefined = (named ?? program).commands.find((command) => command.name() === word);
    if (next !== undefined) named = next;
  }
  return named;
}

/** A command that is nothing without one of its subcommands. */
export function missingSubcommand(command: Command): UsageError {
  const names = command.commands.map((child) => child.name()).join(', ');
  return new UsageError(`${command.name()} what? one of ${names} is missing`, { hint: `${pathOf(command)} --help` });
}

/** What commander says of a command line, in our words. */
export function commandLineFailure(cause: CommanderError, named: Command | undefined): UsageError {
  const message = withoutSecrets(cause.message.replace(/^error: /, '').split('\n')[0] ?? '');
  const help = `${named === undefined ? 'rmq-lab' : pathOf(named)} --help`;
  if (cause.code === 'commander.unknownCommand') return unknownCommand(message, named, help, cause);
  if (cause.code === 'commander.excessArguments') {
    return new UsageError(message, { hint: `put quotes around words that belong together, such as 'hello world'; ${help}` });
  }
  const suggestion = /\(Did you mean ([^?]+)\?\)/.exec(cause.message)?.[1];
  return new UsageError(message, { hint: suggestion === undefined ? help : `did you mean ${suggestion}? ${help}` });
}

function unknownCommand(message: string, named: Command | undefined, help: string, cause: CommanderError): UsageError {
  const word = /'([^']*)'/.exec(message)?.[1] ?? '';
  const names = named?.commands.map((child) => child.name());
  const synonym = Object.hasOwn(SYNONYMS, word) ? SYNONYMS[word] : undefined;
  const meant = names === undefined ? synonym : closest(word, names);
  if (meant !== undefined) return new UsageError(message, { hint: `did you mean ${meant}? ${help}` });
  const near = /\(Did you mean ([^?]+)\?\)/.exec(cause.message)?.[1];
  return new UsageError(message, { hint: near === undefined ? help : `did you mean ${near}? ${help}` });
}

/** Commander quotes what it does not know, which may be an address that slipped out of its place: `--urll=amqp://u:secret@h`. */
function withoutSecrets(message: string): string {
  return message.replace(/'(--?[^=']*=)?([^']*)'/, (_, option = '', word: string) => `'${option}${redactText(word)}'`);
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
