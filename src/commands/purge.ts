import { Command } from 'commander';
import { withChannel } from '../client/session.ts';
import { messagesText, purgedView } from '../output/entity-view.ts';
import { confirmLoss } from './confirm-loss.ts';
import type { Act, Lab } from './lab.ts';
import { examples, parseName } from './options.ts';

/** `rmq-lab purge`. */
export function purge(act: Act): Command {
  return new Command('purge')
    .description(
      'Drops what is ready in a queue; what a consumer holds unacknowledged stays. It asks first when there is something to lose; where ' +
        'nobody can be asked it needs --yes.',
    )
    .argument('<queue>', 'queue to empty')
    .addHelpText(
      'after',
      examples([
        ['rmq-lab purge orders', 'asks when there is something to lose'],
        ['rmq-lab purge orders --yes', 'does not ask'],
        ['rmq-lab move orders --to-queue kept', 'keeps the messages elsewhere instead'],
      ]),
    )
    .action(act(purgeQueue));
}

/** Drops what is ready in a queue, after asking. */
export async function purgeQueue(lab: Lab, queue: string): Promise<void> {
  parseName(queue, 'the name of the queue');
  await lab.withBroker((broker) =>
    withChannel(broker, async (channel) => {
      const { messages: ready } = await channel.checkQueue(queue);
      if (ready > 0) await confirmLoss(lab, `Queue '${queue}' holds ${messagesText(ready)}. Drop them?`);
      const purged = await channel.purgeQueue(queue);
      await lab.print({ queue, purged }, () => purgedView(queue, purged));
    }),
  );
}
