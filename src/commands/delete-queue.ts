import { Command } from 'commander';
import { withChannel } from '../client/session.ts';
import { deletedQueueView, messagesText } from '../output/entity-view.ts';
import { lookAtQueue } from '../topology/expected-queue.ts';
import { confirmLoss } from './confirm-loss.ts';
import type { Act, Lab } from './lab.ts';
import { examples, parseName } from './options.ts';

interface Options {
  readonly ifEmpty?: boolean;
  readonly ifUnused?: boolean;
}

/** `rmq-lab delete-queue`. */
export function deleteQueue(act: Act): Command {
  return new Command('delete-queue')
    .description(
      'Deletes a queue and says how many messages went with it. While it holds ready messages it asks first; where nobody can be asked ' +
        'it needs --yes. A queue that is not there is no error.',
    )
    .argument('<queue>', 'queue to delete')
    .option('--if-empty', 'refuse (exit 6) when it holds messages')
    .option('--if-unused', 'refuse (exit 6) when it has consumers')
    .addHelpText(
      'after',
      examples([
        ['rmq-lab delete-queue orders', 'asks when messages would be lost'],
        ['rmq-lab delete-queue orders --yes', 'does not ask'],
        ['rmq-lab delete-queue orders --if-empty --if-unused', 'only when nobody would miss it'],
      ]),
    )
    .action(act(run));
}

async function run(lab: Lab, queue: string, options: Options): Promise<void> {
  const { ifEmpty = false, ifUnused = false } = options;
  parseName(queue, 'the name of the queue');
  await lab.withBroker(async (broker) => {
    const found = await lookAtQueue(broker, queue);
    const ready = found.messages ?? 0;
    if (!found.exists) lab.note(`there is no queue '${queue}': nothing to delete`);
    if (ready > 0 && !ifEmpty) await confirmLoss(lab, `Queue '${queue}' holds ${messagesText(ready)}, which go with it. Delete it?`);
    const messages = found.exists ? await withChannel(broker, (channel) => channel.deleteQueue(queue, { ifEmpty, ifUnused })) : 0;
    await lab.print({ queue, deleted: found.exists, messages }, () => (found.exists ? deletedQueueView(queue, messages) : ''));
  });
}
