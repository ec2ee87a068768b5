import { Command, type ParseOptionsResult } from 'commander';
import { type BrokerAddress, formatAddress, type TlsSettings } from '../client/target.ts';
import { shellWord } from '../programs/lines.ts';
import { nodeProgram } from '../programs/node.ts';
import { pythonProgram } from '../programs/python.ts';
import type { Heading } from '../programs/task.ts';
import { TRANSLATED, taskOf } from './code-task.ts';
import type { Act, Lab } from './lab.ts';
import { examples, parseChoice } from './options.ts';

const LANGUAGES = ['python', 'node'] as const;
const PROGRAMS = { python: pythonProgram, node: nodeProgram };

/** Leaves the options of the command line that it is given alone, and the `--` in it. */
class CodeCommand extends Command {
  override parseOptions(args: string[]): ParseOptionsResult {
    const end = args.indexOf('--');
    if (end < 0) return super.parseOptions(args);
    const { operands, unknown } = super.parseOptions(args.slice(0, end));
    return { operands, unknown: [...unknown, ...args.slice(end)] };
  }
}

/** `rmq-lab code`. */
export function code(act: Act): Command {
  return new CodeCommand('code')
    .description(
      'Prints a program that does what a command line of rmq-lab does: Python with pika, or JavaScript with amqplib, ready to run, with ' +
        `confirms, acknowledgements and errors dealt with. It is written, not run. For ${TRANSLATED.join(', ')}. The program finds its ` +
        'broker in RMQ_LAB_URL or AMQP_URL; no password is ever printed, save that of guest. Where the exit code of the command says why ' +
        'it failed, that of the program is 1.',
    )
    .argument('<command-line...>', 'command with its arguments and options, as without code in front')
    .requiredOption('--lang <language>', 'python (pika 1.2 or newer) or node (amqplib 2)')
    .allowUnknownOption()
    .addHelpText(
      'after',
      examples([
        ["rmq-lab code --lang python publish orders order.eu '{}'", 'a publisher'],
        ['rmq-lab code --lang node consume work', 'a consumer'],
        ['rmq-lab code --lang python bind orders eu order.eu > bind.py', 'into a file, to be run'],
      ]),
    )
    .action(act(run));
}

async function run(lab: Lab, words: readonly string[], { lang }: { readonly lang: string }): Promise<void> {
  const language = parseChoice(lang, '--lang', LANGUAGES);
  const task = await taskOf(words);
  const [address] = (await lab.target()).addresses;
  if (address?.secure === true) for (const line of tlsNotes(language, address.tls)) lab.warn(`note: ${line}`);
  const program = PROGRAMS[language](task, headingOf(words, (await lab.target()).embedded === true ? undefined : address));
  await lab.print({ language, command: words[0], program }, () => program.trimEnd());
}

/** What the program does not know of TLS, a line each: its library trusts what it always does. */
function tlsNotes(language: (typeof LANGUAGES)[number], { caFile, certFile, verify }: TlsSettings): string[] {
  const [variable, where] =
    language === 'python'
      ? ['SSL_CERT_FILE', 'as ssl_options of its pika.URLParameters']
      : ['NODE_EXTRA_CA_CERTS', 'to its amqp.connect(url, …)'];
  return [
    ...(caFile === undefined ? [] : [`the program knows nothing of --tls-ca-file: run it with ${variable}=${shellWord(caFile)}`]),
    ...(certFile === undefined ? [] : [`the program shows no certificate of its own: give that of --tls-cert-file ${where}`]),
    ...(verify ? [] : ['the program checks the certificate of the broker, --insecure or not']),
  ];
}

/** What stands at the top of the program: the broker at hand, unless its address holds a password. */
function headingOf(words: readonly string[], address: BrokerAddress | undefined): Heading {
  if (address === undefined) return { words, url: 'amqp://guest:guest@localhost:5672' };
  const isGuest = address.username === 'guest' && address.password === 'guest';
  return isGuest ? { words, url: formatAddress(address) } : { words };
}
