import { Command } from 'commander';
import { withChannel } from '../client/session.ts';
import { declaredExchangeView, existingExchangeView } from '../output/entity-view.ts';
import { type ExchangeOptions, exchangeDeclaration } from './declaration.ts';
import { explainRefusal } from './declaration-refused.ts';
import type { Act, Lab } from './lab.ts';
import { collect, examples, parseName } from './options.ts';

/** `rmq-lab declare-exchange`. */
export function declareExchange(act: Act): Command {
  return new Command('declare-exchange')
    .description(
      'Declares an exchange: durable by default. To declare what exists already changes nothing and is no error, if it is declared the ' +
        'same; otherwise the broker refuses (406) and the difference is shown.',
    )
    .argument('<exchange>', 'name; those that begin with amq. belong to the broker')
    .option('--type <type>', 'direct (exact key), fanout (everyone), topic (key patterns), headers; or a plugin’s x-…')
    .option('--transient', 'does not survive a restart of the broker')
    .option('--auto-delete', 'goes with its last binding, once it has had one')
    .option('--internal', 'takes messages from other exchanges only')
    .option('--alternate-exchange <exchange>', 'takes what no binding wants')
    .option('--arg <k=v>', 'any other argument, typed: x-foo:int=1 (repeatable)', collect, [])
    .option('--passive', 'only ask whether it exists (exit 6 when not)')
    .addHelpText(
      'after',
      examples([
        ['rmq-lab declare-exchange orders --type topic', 'routes by patterns such as order.eu.#'],
        ['rmq-lab declare-exchange news --type fanout', 'a copy for everyone'],
        ['rmq-lab declare-exchange orders --type topic --alternate-exchange lost', 'keep what nobody wants'],
      ]),
    )
    .action(act(run));
}

async function run(lab: Lab, exchange: string, options: ExchangeOptions): Promise<void> {
  if (options.passive) {
    parseName(exchange, 'the name of the exchange');
    await lab.withBroker((broker) => withChannel(broker, (channel) => channel.checkExchange(exchange)));
    return lab.print({ exchange }, () => existingExchangeView(exchange));
  }
  const declaration = exchangeDeclaration(exchange, options);
  await lab.withBroker((broker) =>
    withChannel(broker, (channel) => channel.declareExchange(declaration)).catch(async (cause: unknown) => {
      throw await explainRefusal(lab, declaration, cause);
    }),
  );
  const { type, durable } = declaration;
  await lab.print({ exchange, type, durable }, () => declaredExchangeView(declaration));
}
