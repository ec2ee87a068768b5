import { type Command, CommanderError } from 'commander';
import { commandLineFailure, missingSubcommand, namedCommand, withoutHelpCommand } from './command-line.ts';
import type { Act } from './commands/lab.ts';
import { LabError } from './errors.ts';
import { failureText } from './output/failure-view.ts';
import { createProgram } from './program.ts';
import type { GlobalOptions } from './settings.ts';
import { isClosedOutput, type Surroundings, writeTo } from './streams.ts';

/**
 * Runs one command line and answers its exit code. The only place that catches what a command throws, and the only one that prints
 * an error: `error: …` and `try: …` on stderr, or with `--json` one JSON object.
 */
export async function main(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const writes: Promise<void>[] = [];
  const act: Act =
    (handler) =>
    async (...args) => {
      const command = args.at(-1) as unknown as { optsWithGlobals(): GlobalOptions };
      // not before a command really runs: help needs none of it
      const { createLab } = await import('./context.ts');
      const { createEmbedded } = await import('./embedded.ts');
      const embedded = surroundings.embedded ?? createEmbedded();
      try {
        const lab = createLab(command.optsWithGlobals(), surroundings, main, embedded);
        await handler(lab, ...args).catch(async (cause) => {
          const { explainMixUp } = await import('./mix-up.ts');
          throw await explainMixUp(lab, cause);
        });
      } finally {
        if (embedded !== surroundings.embedded) await embedded.close();
      }
    };
  const output = {
    out: (text: string) => void writes.push(writeTo(surroundings.stdout, text)),
    columns: surroundings.stdout.columns ?? 80,
  };
  const program = await createProgram(act, output, argv);
  try {
    await program.parseAsync(withoutHelpCommand(program, argv), { from: 'user' });
    await Promise.all(writes);
    return 0;
  } catch (cause) {
    if (isClosedOutput(cause)) return 0;
    if (cause instanceof CommanderError) {
      const incomplete = cause.code === 'commander.help' ? namedCommand(program, argv) : undefined;
      if (incomplete !== undefined) return report(missingSubcommand(incomplete));
      // no command at all asks for the help, which is no error
      if (cause.code === 'commander.help') program.outputHelp();
      if (cause.code === 'commander.help' || cause.exitCode === 0) return Promise.allSettled(writes).then(() => 0);
    }
    return report(toFailure(cause, program, argv));
  }

  function report(failure: LabError): number {
    const { json, debug } = peekFlags(argv);
    if (failure.kind !== 'interrupted' && failure.kind !== 'terminated') {
      surroundings.stderr.write(json ? `${JSON.stringify(errorDocument(failure))}\n` : failureText(failure, debug));
    }
    return failure.exitCode;
  }
}

function toFailure(cause: unknown, program: Command, argv: readonly string[]): LabError {
  if (cause instanceof LabError) return cause;
  if (cause instanceof CommanderError) return commandLineFailure(cause, namedCommand(program, argv));
  const message = cause instanceof Error ? cause.message : String(cause);
  return new LabError('unexpected', `unexpected failure: ${message}`, {
    cause,
    hint: 'the same with --debug shows where; please report it with that',
  });
}

function errorDocument({ kind, message, replyCode, hint, detail }: LabError): object {
  return { error: { kind, message, replyCode, hint, detail } };
}

/** What an error must know even when the command line could not be understood. */
function peekFlags(argv: readonly string[]): { json: boolean; debug: boolean } {
  const end = argv.indexOf('--');
  const words = end < 0 ? argv : argv.slice(0, end);
  return { json: words.includes('--json'), debug: words.includes('--debug') };
}
