import { Command } from 'commander';
import { withChannel } from '../client/session.ts';
import { deletedExchangeView } from '../output/entity-view.ts';
import { lookAtExchange } from '../topology/expected-exchange.ts';
import type { Act, Lab } from './lab.ts';
import { examples } from './options.ts';

/** `rmq-lab delete-exchange`. */
export function deleteExchange(act: Act): Command {
  return new Command('delete-exchange')
    .description('Deletes an exchange and the bindings from and to it; queues and their messages stay. One that is not there is no error.')
    .argument('<exchange>', 'exchange to delete')
    .option('--if-unused', 'refuse (exit 6) when something is bound to it')
    .addHelpText(
      'after',
      examples([
        ['rmq-lab delete-exchange orders', 'the exchange and its bindings'],
        ['rmq-lab delete-exchange orders --if-unused', 'only without bindings'],
      ]),
    )
    .action(act(run));
}

async function run(lab: Lab, exchange: string, { ifUnused = false }: { readonly ifUnused?: boolean }): Promise<void> {
  await lab.withBroker(async (broker) => {
    const { exists } = await lookAtExchange(broker, exchange);
    if (exists) await withChannel(broker, (channel) => channel.deleteExchange(exchange, { ifUnused }));
    else lab.note(`there is no exchange '${exchange}': nothing to delete`);
    await lab.print({ exchange, deleted: exists }, () => (exists ? deletedExchangeView(exchange) : ''));
  });
}
