import { Command, Help, Option } from 'commander';
import { commands } from './commands/index.ts';
import type { Act } from './commands/lab.ts';
import { EXIT_CODES } from './errors.ts';
import { version } from './version.ts';

/** Where help and version go. */
export interface HelpOutput {
  readonly out: (text: string) => void;
  readonly columns: number;
}

const EXIT_MEANINGS: readonly (readonly [code: number, meaning: string])[] = [
  [0, 'done'],
  [EXIT_CODES.unexpected, 'unexpected failure'],
  [EXIT_CODES.usage, 'usage: a bad option, argument or input line'],
  [EXIT_CODES['not-taken'], 'not taken: a message was returned, nacked, failed or not moved'],
  [EXIT_CODES['access-refused'], 'access refused: login, vhost, permission, TLS trust'],
  [EXIT_CODES.unreachable, 'broker unreachable, or lost and not back in time'],
  [EXIT_CODES.refused, 'the broker refused the operation (404, 405, 406 …)'],
  [EXIT_CODES.condition, 'condition not met: expect, --count not reached, an empty queue'],
  [EXIT_CODES.interrupted, 'interrupted (143: terminated), after acking what was written'],
];

/**
 * The command tree with the global options, which may stand before or after a command's name. Commands that `argv` does not name are
 * there with name and summary only. It throws CommanderError, and never ends the process.
 */
export async function createProgram(act: Act, output: HelpOutput, argv: readonly string[]): Promise<Command> {
  const program = new Command('rmq-lab')
    .description('Learn, explore and measure RabbitMQ.')
    .usage('[options] <command>')
    .version(version(), '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut: output.out, writeErr: () => undefined, getOutHelpWidth: () => Math.min(output.columns, 100) })
    .configureHelp({
      subcommandTerm: (command) => command.name(),
      optionDescription: (option) => plainHelp.optionDescription(option).replace(' (default: [])', ''),
    })
    .addHelpText('after', () => `\n${exitCodes()}\n\nrmq-lab help COMMAND shows a command's options and examples.\n`);
  for (const option of globalOptions()) program.addOption(option);
  for (const entry of commands) {
    const command = argv.includes(entry.name) ? (await entry.load())(act) : new Command(entry.name);
    program.addCommand(adopt(program, command.summary(entry.summary).helpGroup(`${entry.group}:`)));
  }
  return program;
}

const plainHelp = new Help();

function exitCodes(): string {
  return `Exit codes:\n${EXIT_MEANINGS.map(([code, meaning]) => `  ${String(code).padEnd(4)} ${meaning}`).join('\n')}`;
}

/** Gives a command and its subcommands the program's ways: output, and throwing in place of exiting. */
function adopt(parent: Command, command: Command): Command {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) adopt(command, child);
  return command;
}

/** Options that every command knows. */
function globalOptions(): Option[] {
  return [
    new Option(
      '-u, --url <url>',
      'broker: amqp[s]://user:password@host:port/vhost (several, comma-separated: the first that answers), or lab: for one of our own',
    ),
    new Option('--uri <url>', 'the same').hideHelp(),
    new Option('--vhost <name>', 'virtual host, in place of the one in the URL'),
    new Option('--api <url>', 'management API (default: the host of the URL, port 15672; 15671 with TLS)'),
    new Option('--profile <name>', 'a named broker'),
    new Option('--connect-timeout <duration>', 'time to connect in, and for each reply of the broker').default('10s'),
    new Option('--reconnect-for <duration>', 'how long a lost broker is waited for').default('60s'),
    new Option('--tls-ca-file <file>', 'authority that signed the broker’s certificate (PEM)'),
    new Option('--tls-cert-file <file>', 'client certificate (PEM)'),
    new Option('--tls-key-file <file>', 'key of the client certificate (PEM)'),
    new Option('--insecure', 'accept any certificate'),
    new Option('--json', 'answers and errors as JSON'),
    new Option('--quiet', 'no notes, only results and errors'),
    new Option('-v, --verbose', 'say what is being done'),
    new Option('--debug', 'show where an error came from'),
    new Option('--no-color', 'no colour (also NO_COLOR)'),
    new Option('--ascii', 'draw with ASCII characters only'),
    new Option('--yes', 'go ahead without asking'),
  ];
}
