import type { Command } from 'commander';
import { withChannel } from '../client/session.ts';
import { bindingsView } from '../output/binding-view.ts';
import { type BindingOptions, bindingCommand, parseBindings, shownBinding } from './binding.ts';
import type { Act, Lab } from './lab.ts';
import { examples } from './options.ts';

/** `rmq-lab unbind`. */
export function unbind(act: Act): Command {
  return bindingCommand('unbind', '[routing-keys...]', "the binding of each; none: the one with the key ''")
    .description(
      'Removes the bindings with just these keys and arguments. The broker answers alike when there was no such binding, ' +
        'no queue or no exchange; rmq-lab expect binding tells.',
    )
    .addHelpText(
      'after',
      examples([
        ['rmq-lab unbind orders eu order.uk.#', 'this key only; other bindings stay'],
        ['rmq-lab unbind reports pdf -H format=pdf --match any', 'by arguments: all of them, as they were bound'],
        ['rmq-lab unbind orders audit --to-exchange order.#', 'from another exchange'],
      ]),
    )
    .action(act(run));
}

async function run(lab: Lab, source: string, destination: string, keys: readonly string[], options: BindingOptions): Promise<void> {
  const bindings = parseBindings(source, destination, keys, options);
  await lab.withBroker((broker) =>
    withChannel(broker, async (channel) => {
      for (const binding of bindings) await channel.unbind(binding);
    }),
  );
  const shown = bindings.map(shownBinding);
  await lab.print({ bindings: shown }, () => bindingsView('unbound', shown, lab.settings.ascii));
}
