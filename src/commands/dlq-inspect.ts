import { Command } from 'commander';
import { withChannel } from '../client/session.ts';
import { DeathTally } from '../messages/death-report.ts';
import { parseInteger } from '../values.ts';
import { unlessInterrupted } from './interruption.ts';
import type { Act, Lab } from './lab.ts';
import { lookAt } from './look.ts';
import { examples, hidden, parseName } from './options.ts';

interface Options {
  readonly count?: string;
  readonly limit?: string;
}

/** `rmq-lab dlq inspect`. */
export function dlqInspect(act: Act): Command {
  return new Command('inspect')
    .summary('why, where and when the dead letters of a queue died')
    .description(
      'Reads x-death, in which the broker has written where each message died, why, how often and since when, and adds it up. It takes the ' +
        'messages and gives them back in one go: they are marked redelivered afterwards, and quorum queues before 4.3 count it towards their ' +
        'delivery limit.',
    )
    .argument('<dlq>', 'dead-letter queue to look into')
    .option('-n, --count <n>', 'the first so many messages', '1000')
    .addOption(hidden('--limit <n>'))
    .addHelpText(
      'after',
      examples([
        ['rmq-lab dlq inspect orders.dlq', 'reasons, origins and deaths'],
        ['rmq-lab dlq inspect orders.dlq --json | jq .reasons', 'for a script'],
        ['rmq-lab peek orders.dlq', 'the messages themselves'],
      ]),
    )
    .action(act(run));
}

async function run(lab: Lab, queue: string, options: Options): Promise<void> {
  parseName(queue, 'the name of the queue');
  const count = parseInteger(options.limit ?? options.count ?? '1000', '--count', 1, 65_535);
  const tally = new DeathTally();
  const { messages: ready } = await lab.withBroker((broker) => withChannel(broker, (channel) => channel.checkQueue(queue)));
  const { refusal } = await lab.waitFor('looking at the messages', () =>
    lookAt(lab, queue, count, (delivery) => unlessInterrupted(lab, Promise.resolve(tally.add(delivery)))),
  );
  const report = tally.report();
  const { deathReportDocument, deathReportView } = await import('../output/death-view.ts');
  const { columns, color } = lab.out;
  await lab.print(deathReportDocument(queue, report, ready), () =>
    deathReportView(queue, report, ready, { columns, color, ascii: lab.settings.ascii }),
  );
  if (refusal !== undefined) throw refusal;
}
