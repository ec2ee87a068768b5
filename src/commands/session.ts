import { Command } from 'commander';
import { UsageError } from '../errors.ts';
import { interruptible } from '../messages/interruptible.ts';
import { splitLines } from '../messages/lines.ts';
import { openInput } from './input.ts';
import { interruption } from './interruption.ts';
import type { Act, Lab } from './lab.ts';
import { examples } from './options.ts';
import { Session } from './session-run.ts';

interface Options {
  readonly keepGoing?: boolean;
}

/** `rmq-lab session`. */
export function session(act: Act): Command {
  return new Command('session')
    .description(
      'One connection, and commands for its channels, from the command line, a prompt or stdin: to explore channels, exclusive queues, ' +
        'unacknowledged messages and errors. Each line is one method of AMQP on the channel that it names; a channel opens at its first use, and is ' +
        'opened anew after the broker has closed it. What is held is given back at the end.',
    )
    .argument('[lines...]', 'lines to run, each in quotes; none: from a prompt, or from stdin')
    .option('--keep-going', 'without a prompt: go on after a line that failed; the exit code is that of the first')
    .addHelpText('after', () => `${MORE}${EXAMPLES}`)
    .action(act(run));
}

const MORE = `
A line is CHANNEL: COMMAND …, or the command alone: then for the channel of the line before, or ch1.

  open, close, channels, wait, help, exit
  publish, get, consume, cancel, ack, nack, reject, qos, confirm, tx
  declare-queue, declare-exchange, bind, unbind, purge, delete-queue, delete-exchange

help COMMAND shows its options. Where a queue is named, '' is the last that the channel declared.
Unlike the commands of the same names, get and consume acknowledge nothing: ack does.
The first failure ends it, with its exit code; at the prompt it is shown, and the session goes on.
`;

const EXAMPLES = examples([
  ['rmq-lab session', 'at a prompt'],
  ["rmq-lab session 'a: get work' 'b: get work' 'a: close' 'b: get work'", 'who gets what, and what a close gives back'],
  ['rmq-lab session --keep-going --json < explore.txt', 'what each line did, as JSON'],
]);

async function run(lab: Lab, lines: readonly string[], { keepGoing = false }: Options): Promise<void> {
  const isTerminal = lines.length === 0 && lab.stdin.isTTY === true;
  if (isTerminal && !lab.err.isTerminal) {
    throw new UsageError('a prompt needs a terminal for stderr, too', { hint: 'leave stderr on the terminal, or give the lines on stdin' });
  }
  const prompter = isTerminal ? await lab.prompter() : undefined;
  const ran = new Session(lab, prompter, keepGoing);
  try {
    if (lines.length > 0) await runLines(lines, ran);
    else if (prompter === undefined) await runScript(lab, ran);
    else {
      lab.note('help shows the commands; Ctrl-D or exit ends the session');
      const history: string[] = [];
      for (;;) {
        const line = await prompter.ask(`${ran.current}> `, { history });
        if (line === undefined) break;
        if (line.trim() !== '') history.push(line);
        if (!(await ran.run(line))) break;
      }
    }
  } finally {
    await ran.end();
  }
  if (lab.interrupted.aborted) throw interruption(lab);
}

async function runLines(lines: readonly string[], ran: Session): Promise<void> {
  for (const line of lines) if (!(await ran.run(line))) return;
}

async function runScript(lab: Lab, ran: Session): Promise<void> {
  for await (const lines of interruptible(splitLines(openInput(lab, undefined), Buffer.from('\n')), ran.ended)) {
    for (const line of lines) if (!(await ran.run(line.toString('utf8').replace(/\r$/, '')))) return;
  }
}
