import { Command } from 'commander';
import { LabError } from '../errors.ts';
import { expectedExchangeView, foundExchangeView } from '../output/expectation-view.ts';
import { lookAtExchange } from '../topology/expected-exchange.ts';
import { pollUntil } from '../topology/poll.ts';
import { addExpectOptions, type ExpectOptions, pollOptions } from './expect-options.ts';
import type { Act, Lab } from './lab.ts';
import { examples, parseName } from './options.ts';

/** `rmq-lab expect exchange` or, with `negated`, `rmq-lab expect no-exchange`. */
export function expectExchange(act: Act, negated: boolean): Command {
  const command = new Command(negated ? 'no-exchange' : 'exchange')
    .summary(negated ? 'expect that an exchange does not exist' : 'expect an exchange')
    .description('Exit 0 when it is so, 7 when not.')
    .argument('<exchange>', "name of the exchange; '' always exists");
  return addExpectOptions(command, negated)
    .addHelpText(
      'after',
      examples([
        negated
          ? ['rmq-lab expect no-exchange orders --within 0', 'it is gone now']
          : ['rmq-lab expect exchange orders', 'wait until somebody has declared it'],
      ]),
    )
    .action(act((lab: Lab, exchange: string, options: ExpectOptions) => run(lab, exchange, negated || options.absent === true, options)));
}

async function run(lab: Lab, exchange: string, absent: boolean, { within }: ExpectOptions): Promise<void> {
  parseName(exchange, 'the name of the exchange', true);
  const { met, found } = await lab.withBroker((broker) =>
    pollUntil(
      async () => {
        const seen = await lookAtExchange(broker, exchange);
        return { met: seen.exists !== absent, found: seen };
      },
      pollOptions(lab, within, absent),
    ),
  );
  if (!met) {
    throw new LabError('condition', `expected ${expectedExchangeView(absent)}, but ${foundExchangeView(found)}`, {
      hint: absent ? `delete it: rmq-lab delete-exchange ${exchange}` : `declare it: rmq-lab declare-exchange ${exchange} --type direct`,
    });
  }
  await lab.print({ ok: true, found }, () => `ok: ${foundExchangeView(found)}`);
}
