import { Command } from 'commander';
import { countsReturns } from '../client/rescue.ts';
import { LabError } from '../errors.ts';
import { peekQueue } from '../messages/peek.ts';
import { peekNotes } from '../output/peek-view.ts';
import { readDeliveryLimit } from '../topology/delivery-limit.ts';
import { deliveryFormatOf, type FewFlags, parseFew, withFewOptions } from './display.ts';
import { unlessInterrupted } from './interruption.ts';
import type { Act, Lab } from './lab.ts';
import { examples, parseName } from './options.ts';

/** `rmq-lab peek`. */
export function peek(act: Act): Command {
  return withFewOptions(new Command('peek'))
    .description(
      'Shows messages without taking them. AMQP has no way to look without touching: what was shown is marked redelivered afterwards, ' +
        'and quorum queues count it towards their delivery limit. An empty queue is exit 7.',
    )
    .argument('<queue>', 'queue to look at')
    .addHelpText(
      'after',
      examples([
        ['rmq-lab peek orders', 'the next message'],
        ['rmq-lab peek orders.dead -n 5 --json', 'five, as envelopes'],
      ]),
    )
    .action(act(run));
}

async function run(lab: Lab, queue: string, options: FewFlags): Promise<void> {
  parseName(queue, 'the name of the queue');
  const count = parseFew(options);
  const format = deliveryFormatOf(lab, options);
  const [address] = (await lab.target()).addresses;
  await lab.withBroker(async (broker) => {
    const limit = await readDeliveryLimit(await lab.management(), address?.vhost ?? '/', queue, broker.server.version);
    const report = await peekQueue(broker, {
      queue,
      count,
      deliveryLimit: countsReturns(broker.server.version) ? limit.limit : Number.POSITIVE_INFINITY,
      show: (delivery) => unlessInterrupted(lab, lab.write(format(delivery))),
    });
    for (const line of peekNotes(report, limit, broker.server.version)) lab.note(line);
    if (report.refused) {
      throw new LabError(
        'refused',
        `a message in '${queue}' has been given back ${report.deliveryCount} times; after ${limit.limit} it is dropped`,
        {
          hint: `take it (rmq-lab get ${queue}) or move it (rmq-lab move ${queue} --to-queue OTHER)`,
        },
      );
    }
    if (report.peeked === 0)
      throw new LabError('condition', `queue '${queue}' is empty`, { hint: `wait for a message: rmq-lab consume ${queue} -n 1` });
  });
}
