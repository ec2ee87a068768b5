import { Command } from 'commander';
import { LabError, UsageError } from '../errors.ts';
import { parseFilter } from '../messages/filter.ts';
import { type MoveRequest, moveMessages, previewMove } from '../messages/move.ts';
import { movePreviewView, moveView } from '../output/move-view.ts';
import { parseInteger } from '../values.ts';
import { interruption } from './interruption.ts';
import type { Act, Lab } from './lab.ts';
import { collect, examples, hidden, parseName } from './options.ts';
import { pumpContext } from './pumping.ts';

interface Options {
  readonly to?: string;
  readonly toQueue?: string;
  readonly filter: readonly string[];
  readonly count?: string;
  readonly limit?: string;
  readonly rate?: string;
  readonly hold?: string;
  readonly dryRun?: boolean;
  readonly keepCc?: boolean;
  readonly keepUserId?: boolean;
}

/** `rmq-lab move`. */
export function move(act: Act): Command {
  return new Command('move')
    .description(
      'Moves what is ready in a queue. Each message is acknowledged at its source only when the broker has confirmed it at its ' +
        'destination: a crash may leave one in both places, never in none. It stops at the first message that is not taken (exit 3).',
    )
    .argument('<queue>', 'queue to move from')
    .argument('[routing-key]', 'with --to: the routing key to use in place of each message’s own')
    .option('--to <exchange>', 'exchange to move to')
    .option('--to-queue <queue>', 'queue to move to')
    .option('--filter <k=v>', 'only messages with this: routing-key, reason, queue, header.NAME … (repeatable, all must hold)', collect, [])
    .option('-n, --count <n>', 'at most so many')
    .option('--rate <n>', 'messages a second')
    .option('--hold <n>', 'messages held at most that the filter skips (default 1000)')
    .option('--dry-run', 'only say what would be moved')
    .option('--keep-cc', 'keep CC headers, which deliver more copies')
    .option('--keep-user-id', 'keep user ids, which the broker checks')
    .addOption(hidden('--limit <n>'))
    .addHelpText(
      'after',
      examples([
        ['rmq-lab move orders.dead --to-queue orders', 'put dead letters back'],
        ['rmq-lab move orders.dead --to orders --filter reason=expired', 'only those that expired, with the keys they have'],
        ['rmq-lab move inbox --to archive old.mail -n 100 --rate 50', 'a hundred, slowly, with another key'],
      ]),
    )
    .action(act(run));
}

async function run(lab: Lab, queue: string, key: string | undefined, options: Options): Promise<void> {
  const request = parseMove(queue, key, options);
  if (options.dryRun) {
    const preview = await previewMove(request, pumpContext(lab));
    return lab.print({ wouldMove: preview.matching, wouldSkip: preview.others }, () => movePreviewView(preview));
  }
  const { stopped, firstFailure, ...tally } = await moveMessages(request, pumpContext(lab));
  await lab.print(tally, () => moveView(tally));
  if (tally.failed > 0) {
    throw new LabError('not-taken', `${tally.failed} could not be moved (${firstFailure}); what was not moved is in '${queue}' still`, {
      hint: 'bind a queue for its routing key, or name a queue: --to-queue QUEUE',
    });
  }
  if (stopped === 'interrupted') throw interruption(lab);
}

/** What to move, from words and flags; throws UsageError. */
export function parseMove(queue: string, key: string | undefined, options: Options): MoveRequest {
  const { to, toQueue, filter } = options;
  if ((to === undefined) === (toQueue === undefined)) {
    throw new UsageError(to === undefined ? 'where to?' : '--to and --to-queue exclude each other', {
      hint: 'give --to EXCHANGE [KEY] or --to-queue QUEUE',
    });
  }
  if (toQueue !== undefined && key !== undefined) {
    throw new UsageError(`--to-queue needs no routing key ('${key}')`, { hint: 'leave it out, or give --to EXCHANGE' });
  }
  if (toQueue === queue || (to === '' && key === queue))
    throw new UsageError(`'${queue}' is source and destination`, { hint: 'name another queue' });
  if (to === '' && key === undefined) throw new UsageError("--to '' needs a routing key", { hint: 'give --to-queue QUEUE' });
  const wanted = options.count ?? options.limit;
  return {
    queue: parseName(queue, 'the name of the queue'),
    to:
      toQueue !== undefined
        ? { exchange: '', routingKey: parseName(toQueue, '--to-queue') }
        : {
            exchange: parseName(to as string, '--to', true),
            ...(key === undefined ? {} : { routingKey: parseName(key, 'the routing key', true) }),
          },
    hold: parseInteger(options.hold ?? '1000', '--hold', 0, 65_000),
    keep: { cc: options.keepCc === true, userId: options.keepUserId === true },
    ...(filter.length === 0 ? {} : { filter: parseFilter(filter) }),
    ...(wanted === undefined ? {} : { count: parseInteger(wanted, '--count', 1) }),
    ...(options.rate === undefined ? {} : { rate: parseInteger(options.rate, '--rate', 1) }),
  };
}
