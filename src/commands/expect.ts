import { Command } from 'commander';
import { expectBinding } from './expect-binding.ts';
import { expectExchange } from './expect-exchange.ts';
import { expectMessage } from './expect-message.ts';
import { expectQueue } from './expect-queue.ts';
import type { Act } from './lab.ts';
import { examples } from './options.ts';

/** `rmq-lab expect`: a check for scripts and lessons. */
export function expect(act: Act): Command {
  const command = new Command('expect').description(
    'Waits up to --within (5s) until something is as described; exit 0 when it is, 7 when not, saying what was found. What is to be ' +
      'absent (--absent, --ready 0, --consumers 0) must stay so for 300 ms. --within 0 looks once.',
  );
  for (const make of [expectQueue, expectExchange, expectBinding, expectMessage]) {
    command.addCommand(make(act, false));
    command.addCommand(make(act, true));
  }
  return command.addHelpText(
    'after',
    examples([
      ['rmq-lab expect queue eu --ready 1', 'one message is ready'],
      ['rmq-lab expect no-queue temp --within 10s', 'it is gone'],
      ["rmq-lab expect binding orders eu 'order.eu.#'", 'the two are bound by this key'],
      ['rmq-lab expect message eu --routing-key order.eu.paid', 'such a message is in the queue'],
    ]),
  );
}
