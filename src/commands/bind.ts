import type { Command } from 'commander';
import { withChannel } from '../client/session.ts';
import { bindingsView } from '../output/binding-view.ts';
import { type BindingOptions, bindingCommand, bindingNotes, parseBindings, shownBinding } from './binding.ts';
import type { Act, Lab } from './lab.ts';
import { examples } from './options.ts';

/** `rmq-lab bind`. */
export function bind(act: Act): Command {
  return bindingCommand('bind', '[routing-keys...]', "a binding for each; none: one with the key ''")
    .description('Binds in the direction in which messages flow. A binding that exists already is no error.')
    .addHelpText(
      'after',
      examples([
        ['rmq-lab bind news eu', 'fanout: the key does not matter'],
        ['rmq-lab bind orders eu order.eu.# order.uk.#', 'topic: two bindings'],
        ['rmq-lab bind reports pdf -H format=pdf -H pages:int=1 --match any', 'headers: either will do'],
        ['rmq-lab bind orders audit --to-exchange order.#', 'to another exchange'],
      ]),
    )
    .action(act(run));
}

async function run(lab: Lab, source: string, destination: string, keys: readonly string[], options: BindingOptions): Promise<void> {
  const bindings = parseBindings(source, destination, keys, options);
  for (const line of bindingNotes(options)) lab.note(line);
  await lab.withBroker((broker) =>
    withChannel(broker, async (channel) => {
      for (const binding of bindings) await channel.bind(binding);
    }),
  );
  const shown = bindings.map(shownBinding);
  await lab.print({ bindings: shown }, () => bindingsView('bound', shown, lab.settings.ascii));
}
