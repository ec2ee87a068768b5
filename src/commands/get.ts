import { Command } from 'commander';
import { withChannel } from '../client/session.ts';
import { LabError } from '../errors.ts';
import { getUpTo } from '../messages/fetch.ts';
import { giveBackSafely } from '../messages/give-back.ts';
import { deliveryFormatOf, type FewFlags, parseFew, withFewOptions } from './display.ts';
import { interruption, unlessInterrupted } from './interruption.ts';
import type { Act, Lab } from './lab.ts';
import { examples, parseName } from './options.ts';
import { pumpContext } from './pumping.ts';

/** `rmq-lab get`. */
export function get(act: Act): Command {
  return withFewOptions(new Command('get'))
    .description('Takes messages off a queue, one by one, and acknowledges each once it was written. An empty queue is exit 7.')
    .argument('<queue>', 'queue to take from')
    .addHelpText(
      'after',
      examples([
        ['rmq-lab get orders', 'take one message'],
        ['rmq-lab get orders -n 10 --json', 'take up to ten, as envelopes'],
        ['rmq-lab peek orders', 'look without taking'],
      ]),
    )
    .action(act(run));
}

async function run(lab: Lab, queue: string, options: FewFlags): Promise<void> {
  parseName(queue, 'the name of the queue');
  const count = parseFew(options);
  const format = deliveryFormatOf(lab, options);
  await lab.withBroker((broker) =>
    withChannel(broker, async (channel) => {
      let taken = 0;
      for await (const delivery of getUpTo(channel, queue, count)) {
        try {
          await unlessInterrupted(lab, lab.write(format(delivery)));
        } catch (cause) {
          await giveBackSafely(broker, channel, queue, [delivery], pumpContext(lab));
          throw cause;
        }
        channel.ack(delivery.deliveryTag);
        taken++;
      }
      if (lab.interrupted.aborted) throw interruption(lab);
      if (taken === 0)
        throw new LabError('condition', `queue '${queue}' is empty`, { hint: `wait for a message: rmq-lab consume ${queue} -n 1` });
    }),
  );
}
