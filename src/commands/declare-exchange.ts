import { Command } from 'commander';
import { withChannel } from '../client/session.ts';
import { declaredExchangeView, existingExchangeView } from '../output/entity-view.ts';
import { type ExchangeOptions, exchangeDeclaration, withExchangeOptions } from './declaration.ts';
import { explainRefusal } from './declaration-refused.ts';
import type { Act, Lab } from './lab.ts';
import { examples, parseName } from './options.ts';

/** `rmq-lab declare-exchange`. */
export function declareExchange(act: Act): Command {
  return withExchangeOptions(new Command('declare-exchange'))
    .description(
      'Declares an exchange: durable by default. To declare what exists already changes nothing and is no error, if it is declared the ' +
        'same; otherwise the broker refuses (406) and the difference is shown.',
    )
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
