import { Command } from 'commander';
import type { Properties } from '../client/message.ts';
import { parsePairs } from '../client/typed-pair.ts';
import { LabError } from '../errors.ts';
import { serve as pump } from '../messages/serve.ts';
import { escapeText } from '../output/escape.ts';
import { parseInteger } from '../values.ts';
import { type LimitFlags, parseLimits } from './consume-flags.ts';
import { finishConsuming } from './consumed.ts';
import type { Act, Lab } from './lab.ts';
import { collect, examples, hidden, parseChoice, parseName } from './options.ts';
import { pumpContext } from './pumping.ts';

interface Options extends LimitFlags {
  readonly exec: string;
  readonly onFail?: string;
  readonly replyError?: boolean;
  readonly parallel?: string;
  readonly prefetch?: string;
  readonly header: readonly string[];
  readonly contentType?: string;
}

/** `rmq-lab serve`. */
export function serve(act: Act): Command {
  return new Command('serve')
    .description(
      'Answers requests (RPC): runs a command for each, with its body on stdin and RMQ_* variables as in consume --exec, and sends what it ' +
        'writes to stdout to the reply-to of the request, with its correlation id. The request is acknowledged when the broker has ' +
        'confirmed the reply: after a crash it is worked on once more.',
    )
    .argument('<queue>', 'queue that the requests come to')
    .requiredOption('--exec <command>', 'shell command to run; exit 0 is a reply')
    .option('--on-fail <what>', 'when the command fails: requeue (with growing pauses; default) or reject')
    .option('--reply-error', 'when the command fails: reply with the header x-error (exit 3, say) and what it wrote')
    .option('--parallel <n>', 'commands at a time (default 1)')
    .option('--prefetch <n>', 'unacknowledged requests at a time (default: as many as --parallel)')
    .option('-H, --header <k=v>', 'header of the replies, typed as in publish (repeatable)', collect, [])
    .option('--content-type <type>', 'property content-type of the replies')
    .option('-n, --count <n>', 'end after so many requests; exit 7 when fewer came')
    .option('--idle-timeout <duration>', 'end when no request came for so long')
    .option('--timeout <duration>', 'end after so long')
    .addOption(hidden('--limit <n>'))
    .addHelpText(
      'after',
      examples([
        ["rmq-lab serve upper --exec 'tr a-z A-Z'", 'a service in a line'],
        ['rmq-lab call -q upper hello', 'ask it'],
        ["rmq-lab serve resize --exec './resize.sh' --parallel 4 --reply-error", 'errors are answered too'],
        ["rmq-lab serve tasks --exec './once.sh' -n 1 --timeout 1m", 'one request'],
      ]),
    )
    .action(act(run));
}

async function run(lab: Lab, queue: string, options: Options): Promise<void> {
  const parallel = parseInteger(options.parallel ?? '1', '--parallel', 1, 1000);
  const limits = parseLimits(options);
  const request = {
    ...limits,
    queue: parseName(queue, 'the name of the queue'),
    prefetch: parseInteger(options.prefetch ?? String(parallel), '--prefetch', 1, 65_535),
  };
  const onFail = parseChoice(options.onFail ?? 'requeue', '--on-fail', ['requeue', 'reject'] as const);
  const properties: Properties = {
    ...(options.header.length === 0 ? {} : { headers: parsePairs(options.header, '-H') }),
    ...(options.contentType === undefined ? {} : { contentType: parseName(options.contentType, '--content-type') }),
  };
  const context = pumpContext(lab);
  const { err, settings, env, clock, interrupted } = lab;
  const { report, tally } = await pump(
    request,
    {
      command: options.exec,
      onFail,
      replyError: options.replyError === true,
      parallel,
      properties,
      env,
      clock,
      interrupted,
      output: (chunk) => void err.stream.write(chunk),
      note: context.note,
      warn: (line) => lab.warn(escapeText(line)),
      onReply({ body }, { properties: { correlationId, replyTo } }) {
        if (settings.verbose) context.note(`answered ${correlationId ?? '(no correlation id)'} at ${replyTo}: ${body.length} bytes`);
      },
    },
    context,
  );
  await lab.print(tally, () => '');
  finishConsuming(lab, report, { verb: 'served', count: limits.count, hint: `ask it something: rmq-lab call -q ${queue} BODY` });
  if (onFail === 'reject' && tally.failed > 0) {
    throw new LabError('not-taken', `the command failed on ${tally.failed} of ${report.finished} requests, which were rejected`, {
      hint: 'they are gone, unless the queue has a dead-letter exchange; --on-fail requeue keeps them, --reply-error answers them',
    });
  }
}
