import { Command } from 'commander';
import { LabError } from '../errors.ts';
import { deliveryFormatOf, type FewFlags, parseFew, withFewOptions } from './display.ts';
import { unlessInterrupted } from './interruption.ts';
import type { Act, Lab } from './lab.ts';
import { lookAt } from './look.ts';
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
  const { peeked, refusal } = await lookAt(lab, queue, count, (delivery) => unlessInterrupted(lab, lab.write(format(delivery))));
  if (refusal !== undefined) throw refusal;
  if (peeked === 0)
    throw new LabError('condition', `queue '${queue}' is empty`, { hint: `wait for a message: rmq-lab consume ${queue} -n 1` });
}
