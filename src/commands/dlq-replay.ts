import { Command } from 'commander';
import { firstDeathOf } from '../client/x-death.ts';
import { LabError, UsageError } from '../errors.ts';
import { type FilterFields, parseFilter } from '../messages/filter.ts';
import { previewReplay, type ReplayRequest, replayMessages } from '../messages/replay.ts';
import { replayPreviewView, replayView } from '../output/replay-view.ts';
import { parseInteger } from '../values.ts';
import { interruption } from './interruption.ts';
import type { Act, Lab } from './lab.ts';
import { collect, examples, hidden, parseName } from './options.ts';
import { pumpContext } from './pumping.ts';

interface Options {
  readonly to?: string;
  readonly toQueue?: string | true;
  readonly filter: readonly string[];
  readonly count?: string;
  readonly limit?: string;
  readonly rate?: string;
  readonly hold?: string;
  readonly maxReplays?: string;
  readonly dryRun?: boolean;
  readonly keepDeaths?: boolean;
  readonly restoreExpiration?: boolean;
  readonly keepUserId?: boolean;
}

/** Where a dead letter came from, not how it came into the dead-letter queue. */
const ORIGIN_FIELDS: FilterFields = {
  exchange: ({ exchange, properties }) => firstDeathOf(properties)?.exchange ?? exchange,
  'routing-key': ({ routingKey, properties }) => firstDeathOf(properties)?.routingKeys ?? routingKey,
};

/** `rmq-lab dlq replay`. */
export function dlqReplay(act: Act): Command {
  return new Command('replay')
    .summary('send dead letters again where they came from, losing none')
    .description(
      'Publishes what is ready in a dead-letter queue to the exchange and with the keys of its first publication, as x-death names them; ' +
        'into the queue in which it died where that was the default exchange, or the exchange is gone. A message leaves the dead-letter ' +
        'queue only when the broker has confirmed it: a crash may leave one in both places, never in none. What is returned or refused ' +
        'stays (exit 3). An exchange gives every queue that is bound a copy, those too that had no trouble: --to-queue avoids that.',
    )
    .argument('<dlq>', 'dead-letter queue to replay')
    .argument('[routing-key]', 'with --to: the routing key to use in place of the original ones')
    .option('--to <exchange>', 'exchange to publish all to')
    .option('--to-queue [queue]', 'past the exchange, into this queue; without a name, into the one in which each died first')
    .option(
      '--filter <k=v...>',
      'only with this: reason, queue (last death), exchange, routing-key (first publication), header.NAME … (all must hold)',
      collect,
      [],
    )
    .option('-n, --count <n>', 'at most so many')
    .option('--rate <n>', 'messages a second')
    .option('--hold <n>', 'messages held at most that the filter skips or that fail (default 1000)')
    .option('--max-replays <n>', 'leave what was replayed so often already, by the header x-rmq-lab-replays (default 10)')
    .option('--dry-run', 'only say what would go where')
    .option('--keep-deaths', 'keep x-death: RabbitMQ before 4.0 counts on from there, 4.x begins anew all the same')
    .option('--restore-expiration', 'give back the TTL of its own that a message had; without, it does not expire by itself again')
    .option('--keep-user-id', 'keep user ids, which the broker checks')
    .addOption(hidden('--limit <n>'))
    .addHelpText(
      'after',
      examples([
        ['rmq-lab dlq replay orders.dlq --dry-run', 'what would go where'],
        ['rmq-lab dlq replay orders.dlq', 'all that is there now'],
        ['rmq-lab dlq replay orders.dlq --filter reason=expired --rate 50', 'some of it, slowly'],
        ['rmq-lab dlq replay orders.dlq --to-queue', 'no second copies for other queues'],
        ['rmq-lab dlq replay orders.dlq --to shop order.retry', 'elsewhere'],
      ]),
    )
    .action(act(run));
}

async function run(lab: Lab, queue: string, key: string | undefined, options: Options): Promise<void> {
  const request = parseReplay(queue, key, options);
  if (options.dryRun) {
    const preview = await previewReplay(request, pumpContext(lab));
    if (lab.interrupted.aborted) throw interruption(lab);
    return lab.print(preview, () => replayPreviewView(preview, lab.settings.ascii));
  }
  const report = await replayMessages(request, pumpContext(lab));
  const { replayed, skipped, failed, failures, interrupted, cause } = report;
  await lab.print({ replayed, skipped, failed, failures }, () => replayView(report));
  if (cause !== undefined) throw cause;
  if (failed > 0) {
    throw new LabError('not-taken', `${failed} could not be replayed (${Object.keys(failures)[0]}); what was not is in '${queue}' still`, {
      hint: `see where they would go: rmq-lab dlq replay ${queue} --dry-run; or name a place: --to EXCHANGE [KEY], --to-queue QUEUE`,
    });
  }
  if (interrupted) throw interruption(lab);
}

/** What to replay, from words and flags; throws UsageError. */
export function parseReplay(queue: string, key: string | undefined, options: Options): ReplayRequest {
  const { to, toQueue, filter } = options;
  if (to !== undefined && toQueue !== undefined) {
    throw new UsageError('--to and --to-queue exclude each other', { hint: 'give --to EXCHANGE [KEY] or --to-queue [QUEUE]' });
  }
  if (key !== undefined && to === undefined) {
    throw new UsageError(`what is the routing key '${key}' for?`, { hint: 'give --to EXCHANGE with it; the queue stands first' });
  }
  if (to === '' && key === undefined) throw new UsageError("--to '' needs a routing key", { hint: 'give --to-queue QUEUE' });
  if (toQueue === queue || (to === '' && key === queue))
    throw new UsageError(`'${queue}' is source and destination`, { hint: 'name another queue' });
  const wanted = options.count ?? options.limit;
  return {
    queue: parseName(queue, 'the name of the queue'),
    intoQueue: toQueue === true,
    maxReplays: parseInteger(options.maxReplays ?? '10', '--max-replays', 1),
    hold: parseInteger(options.hold ?? '1000', '--hold', 0, 65_000),
    keepDeaths: options.keepDeaths === true,
    restoreExpiration: options.restoreExpiration === true,
    keepUserId: options.keepUserId === true,
    ...(to === undefined
      ? {}
      : {
          to: {
            exchange: parseName(to, '--to', true),
            ...(key === undefined ? {} : { routingKey: parseName(key, 'the routing key', true) }),
          },
        }),
    ...(typeof toQueue === 'string' ? { to: { exchange: '', routingKey: parseName(toQueue, '--to-queue') } } : {}),
    ...(filter.length === 0 ? {} : { filter: parseFilter(filter, ORIGIN_FIELDS) }),
    ...(wanted === undefined ? {} : { count: parseInteger(wanted, '--count', 1) }),
    ...(options.rate === undefined ? {} : { rate: parseInteger(options.rate, '--rate', 1) }),
  };
}
