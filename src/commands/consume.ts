import { Command } from 'commander';
import { LabError } from '../errors.ts';
import type { Verdict } from '../messages/ack-ledger.ts';
import { consume as pump } from '../messages/consume.ts';
import { consumeByGet } from '../messages/consume-by-get.ts';
import { createExecSink } from '../messages/exec-sink.ts';
import type { Sink } from '../messages/sink.ts';
import { createStreamSink } from '../messages/stream-sink.ts';
import { parseInteger } from '../values.ts';
import { type ConsumeFlags, parseConsumeFlags } from './consume-flags.ts';
import { finishConsuming } from './consumed.ts';
import { deliveryFormatOf } from './display.ts';
import type { Act, Lab } from './lab.ts';
import { examples, hidden, parseChoice, parseName } from './options.ts';
import { pumpContext } from './pumping.ts';

/** `rmq-lab consume`. */
export function consume(act: Act): Command {
  return new Command('consume')
    .description(
      'Receives messages and acknowledges each only after its output was taken. It runs until stopped, unless --count, --until-empty, ' +
        '--idle-timeout or --timeout says when to end.',
    )
    .argument('<queue>', 'queue to consume from')
    .option('-n, --count <n>', 'end after so many messages; exit 7 when fewer came')
    .option('--until-empty', 'end when the queue is empty')
    .option('--idle-timeout <duration>', 'end when no message came for so long')
    .option('--timeout <duration>', 'end after so long')
    .option('--prefetch <n>', 'unacknowledged messages at a time, never more than --count still wants (default 100)')
    .option('--ack-mode <mode>', 'ack, reject (drops or dead-letters), requeue (gives back at the end; needs --count) or none')
    .option('--exclusive', 'be the only consumer of the queue')
    .option('--priority <n>', 'consumer priority: higher ones are served first')
    .option('--offset <offset>', 'streams: first, last, next, a number, a date or an interval such as 1h')
    .option('--raw', 'the bodies, byte for byte, with nothing between')
    .option('--format <template>', 'a line for each: {{body}} {{routingKey}} {{header NAME}} …')
    .option('--exec <command>', 'run a shell command per message: body on stdin, RMQ_* variables, exit 0 acks')
    .option('--on-fail <what>', 'when the command fails: requeue (with growing pauses; default) or reject')
    .option('--parallel <n>', 'commands at a time (default 1)')
    .option('--hold', 'receive and keep unacknowledged until stopped')
    .option('--crash-after <n>', 'cut the connection after so many, as a crash would')
    .addOption(hidden('--limit <n>'))
    .option('--no-ack', 'the same as --ack-mode none: the broker forgets each message as it sends it')
    .option('--requeue', 'the same as --ack-mode requeue')
    .addHelpText(
      'after',
      examples([
        ['rmq-lab consume orders', 'show messages as they come'],
        ['rmq-lab consume orders -n 10 --timeout 5s', 'ten messages, or exit 7'],
        ['rmq-lab consume orders --json --until-empty > orders.ndjson', 'empty a queue into a file'],
        ["rmq-lab consume work --exec './resize.sh' --parallel 4", 'a worker: its exit code decides about the ack'],
        ['rmq-lab consume work --hold --prefetch 5', 'take five and keep them, to see what unacked means'],
      ]),
    )
    .action(act(run));
}

async function run(lab: Lab, queue: string, flags: ConsumeFlags): Promise<void> {
  const { request, mode } = parseConsumeFlags(parseName(queue, 'the name of the queue'), flags);
  const verdict: Verdict = flags.hold || mode === 'requeue' ? 'keep' : mode === 'reject' ? 'reject' : 'ack';
  const format = deliveryFormatOf(lab, flags);
  const exec = flags.exec === undefined ? undefined : execSink(lab, flags);
  const sink: Sink = exec ?? createStreamSink(lab.out.stream, format, verdict);
  const byGet = request.noAck && request.count !== undefined;
  const report = await (byGet ? consumeByGet(request, sink, pumpContext(lab)) : pump(request, () => sink, pumpContext(lab)));
  if (report.stopped === 'crash') {
    const rest = request.noAck ? 'has forgotten all that it had sent' : 'gives back what it had no ack for';
    lab.note(`connection cut after ${flags.crashAfter}: the broker ${rest}`);
  } else {
    finishConsuming(lab, report, {
      verb: 'consumed',
      count: request.count,
      hint: `see what is there: rmq-lab declare-queue ${queue} --passive`,
      telling: flags.hold === true,
    });
  }
  if (exec !== undefined && flags.onFail === 'reject' && exec.tally.failed > 0) {
    throw new LabError('not-taken', `the command failed on ${exec.tally.failed} of ${report.finished} messages, which were rejected`, {
      hint: 'they are gone, unless the queue has a dead-letter exchange; --on-fail requeue keeps them',
    });
  }
}

function execSink(lab: Lab, flags: ConsumeFlags) {
  const { err, out } = lab;
  return createExecSink({
    command: flags.exec as string,
    onFail: parseChoice(flags.onFail ?? 'requeue', '--on-fail', ['requeue', 'reject'] as const),
    parallel: parseInteger(flags.parallel ?? '1', '--parallel', 1, 1000),
    env: lab.env,
    clock: lab.clock,
    interrupted: lab.interrupted,
    output: (chunk, stream) => void (stream === 'stdout' ? out : err).stream.write(chunk),
    note: pumpContext(lab).note,
  });
}
