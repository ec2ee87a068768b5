import { Command } from 'commander';
import { withChannel } from '../client/session.ts';
import { UsageError } from '../errors.ts';
import { declaredQueueView, queueStateView } from '../output/entity-view.ts';
import { type QueueOptions, queueDeclaration, queueNotes, withQueueOptions } from './declaration.ts';
import { explainRefusal } from './declaration-refused.ts';
import type { Act, Lab } from './lab.ts';
import { examples } from './options.ts';

/** `rmq-lab declare-queue`. */
export function declareQueue(act: Act): Command {
  return withQueueOptions(new Command('declare-queue'))
    .description(
      'Declares a queue: durable by default. To declare what exists already changes nothing and is no error, if it is declared the same; ' +
        "otherwise the broker refuses (406) and the difference is shown. With '' the server chooses the name, which is printed.",
    )
    .addHelpText(
      'after',
      examples([
        ['rmq-lab declare-queue orders', 'a durable queue'],
        ['rmq-lab declare-queue work --type quorum --delivery-limit 5', 'a replicated one'],
        ['rmq-lab declare-queue news --max-length 1000 --message-ttl 1h', 'with limits'],
        ['rmq-lab declare-queue eu --dead-letter-exchange dlx', 'with a way out for what fails'],
        ["q=$(rmq-lab declare-queue '' --expires 5m)", 'a name of the server’s choice'],
      ]),
    )
    .action(act(run));
}

async function run(lab: Lab, queue: string, options: QueueOptions): Promise<void> {
  const declaration = queueDeclaration(queue, options);
  if (options.passive) {
    if (queue === '') throw new UsageError('--passive asks for a queue by its name', { hint: 'give the name' });
    const state = await lab.withBroker((broker) => withChannel(broker, (channel) => channel.checkQueue(queue)));
    return lab.print(state, () => queueStateView(state));
  }
  await lab.withBroker(async (broker) => {
    const state = await withChannel(broker, (channel) => channel.declareQueue(declaration)).catch(async (cause: unknown) => {
      throw await explainRefusal(lab, declaration, cause);
    });
    for (const line of queueNotes(declaration, broker.server)) lab.note(line);
    await lab.print(state, () => declaredQueueView(state, declaration));
  });
}
