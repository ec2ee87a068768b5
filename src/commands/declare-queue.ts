import { Command } from 'commander';
import { withChannel } from '../client/session.ts';
import { UsageError } from '../errors.ts';
import { declaredQueueView, queueStateView } from '../output/entity-view.ts';
import { QUEUE_ARGUMENT_FLAGS, type QueueOptions, queueDeclaration, queueNotes } from './declaration.ts';
import { explainRefusal } from './declaration-refused.ts';
import type { Act, Lab } from './lab.ts';
import { collect, examples } from './options.ts';

/** `rmq-lab declare-queue`. */
export function declareQueue(act: Act): Command {
  const command = new Command('declare-queue')
    .description(
      'Declares a queue: durable by default. To declare what exists already changes nothing and is no error, if it is declared the same; ' +
        "otherwise the broker refuses (406) and the difference is shown. With '' the server chooses the name, which is printed.",
    )
    .argument('<queue>', "name; '' lets the server choose one")
    .option('--transient', 'does not survive a restart of the broker')
    .option('--exclusive', 'for this connection only, and gone with it')
    .option('--auto-delete', 'goes with its last consumer, once it has had one')
    .option('--passive', 'only ask whether it exists (exit 6 when not)');
  for (const { flags, description } of QUEUE_ARGUMENT_FLAGS) command.option(flags, description);
  return command
    .option('--arg <k=v>', 'any other argument, typed: x-foo:int=1, x-foo:bool=true (repeatable)', collect, [])
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
