import { Command } from 'commander';
import type { Act } from './lab.ts';
import { examples } from './options.ts';
import { purgeQueue } from './purge.ts';

/** `rmq-lab dlq purge`. */
export function dlqPurge(act: Act): Command {
  return new Command('purge')
    .summary('drop what is ready in a dead-letter queue')
    .description(
      'Drops the dead letters for good: a purge dead-letters nothing. It asks first when there are any; where nobody can be asked it needs --yes.',
    )
    .argument('<dlq>', 'dead-letter queue to empty')
    .addHelpText(
      'after',
      examples([
        ['rmq-lab dlq purge orders.dlq', 'asks when there is something to lose'],
        ['rmq-lab dlq purge orders.dlq --yes', 'does not ask'],
        ['rmq-lab consume orders.dlq --until-empty --json > dead.ndjson', 'keeps them in a file instead'],
      ]),
    )
    .action(act(purgeQueue));
}
