import { Command, CommanderError } from 'commander';
import { LabError, UsageError } from '../errors.ts';
import { parseWords } from '../lessons/words.ts';
import type { NamedChannel, NamedChannels } from '../messages/named-channels.ts';
import type { Lab } from './lab.ts';
import { parseName } from './options.ts';

/** A line of a session: the channel that it names, if it does, and its words; no words: just the channel. */
export interface SessionLine {
  readonly channel?: string;
  readonly words: readonly string[];
}

/** Takes a line apart; undefined when there is nothing on it. Throws UsageError. */
export function parseSessionLine(line: string): SessionLine | undefined {
  const [prefix = '', name] = /^\s*([\w.-]+):(?=\s|$)/.exec(line) ?? [];
  const parsed = parseWords(line.slice(prefix.length), { strict: false });
  if ('problem' in parsed) throw new UsageError(parsed.problem, { hint: 'put it in quotes' });
  const words = parsed.words[0] === 'rmq-lab' ? parsed.words.slice(1) : parsed.words;
  if (name === undefined) return words.length === 0 ? undefined : { words };
  return { channel: name, words };
}

/** What a line of a session did: for `--json`, and in words. */
export interface LineAnswer {
  readonly result: object;
  readonly text: string;
  /** More lines, which may bear colour. */
  readonly block?: string;
}

/** What a command of a session is given. */
export interface LineContext {
  readonly lab: Lab;
  readonly channels: NamedChannels;
  /** The name of the line's channel. */
  readonly name: string;
  /** The line's channel, opened at need. */
  readonly at: () => Promise<NamedChannel>;
  /** Aborted when the session has to end. */
  readonly ended: AbortSignal;
}

/** Wraps the handler of a session's command, as Act does for the program's. */
export type LineAct = <A extends unknown[]>(
  handler: (context: LineContext, ...args: A) => Promise<LineAnswer>,
) => (...args: A) => Promise<void>;

/** A maker of commands of a session. */
export type LineCommands = (act: LineAct) => readonly Command[];

/** Runs the words of a line; answers what it did, or the help that it asked for. Throws UsageError for what is no command. */
export async function runLine(words: readonly string[], makers: readonly LineCommands[], context: LineContext): Promise<LineAnswer> {
  let answer: LineAnswer = { result: {}, text: '' };
  let help = '';
  const act: LineAct =
    (handler) =>
    async (...args) => {
      const { yes } = (args.at(-1) as unknown as Command).optsWithGlobals<{ yes?: boolean }>();
      const lab = yes ? { ...context.lab, confirm: async () => true } : context.lab;
      answer = await handler({ ...context, lab }, ...args);
    };
  const root = new Command('CHANNEL:')
    .usage('COMMAND …')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .option('--yes', 'go ahead without asking')
    .exitOverride()
    .configureOutput({ writeOut: (text) => (help += text), writeErr: () => undefined, getOutHelpWidth: () => 100 })
    .configureHelp({ optionDescription: (option) => option.description });
  for (const command of makers.flatMap((make) => make(act))) root.addCommand(command.copyInheritedSettings(root));
  const [first, ...rest] = words;
  const asked = first === 'help' ? [...rest.slice(0, 1), '--help'] : [...words];
  try {
    await root.parseAsync(asked, { from: 'user' });
  } catch (cause) {
    if (!(cause instanceof CommanderError)) throw cause;
    if (cause.exitCode === 0) return { result: { help }, text: help.trimEnd() };
    const known = root.commands.find((command) => command.name() === first);
    throw new UsageError(cause.message.replace(/^error: /, '').split('\n')[0] ?? '', {
      hint: known === undefined ? 'help shows the commands of a session' : `help ${known.name()}`,
    });
  }
  return answer;
}

/** A broker's refusal as it is to be read in a session: there, tags and modes are the person's own. */
export function inSession(cause: unknown): unknown {
  if (!(cause instanceof LabError)) return cause;
  const own = OWN.find(([pattern]) => pattern.test(cause.message));
  if (own === undefined || cause.replyCode === undefined) return cause;
  return new LabError('refused', cause.message, { cause, replyCode: cause.replyCode, hint: own[1] });
}

const OWN: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/unknown delivery tag/, 'a tag is good once, and only on the channel that it came on; channels shows what each holds'],
  [/cannot switch from/, 'a channel keeps its mode for life: take another one, or this one anew'],
  [/not transactional/, 'tx begins a transaction on a channel'],
  [/reuse consumer tag/, 'a consumer tag may stand for one consumer of a channel at a time; channels shows them'],
];

/** The queue that is named; `''` is the last one that the channel declared, as AMQP has it. */
export function queueOf(at: NamedChannel, named: string): string {
  const queue = named === '' ? at.lastQueue : named;
  if (queue === undefined) {
    throw new UsageError(`'' is the queue that ${at.name} declared last, and it has declared none`, {
      hint: "declare-queue '' --exclusive",
    });
  }
  return parseName(queue, 'the name of the queue');
}
