import { Command } from 'commander';
import { dlqDoctor } from './dlq-doctor.ts';
import { dlqInspect } from './dlq-inspect.ts';
import { dlqPurge } from './dlq-purge.ts';
import { dlqReplay } from './dlq-replay.ts';
import { dlqSetup } from './dlq-setup.ts';
import type { Act } from './lab.ts';
import { examples } from './options.ts';

/** `rmq-lab dlq`, and what stands under it. */
export function dlq(act: Act): Command {
  const command = new Command('dlq').description(
    'Dead letters: messages that a consumer rejected, that expired, that a full queue pushed out or that a quorum queue gave up on. ' +
      'A queue sends them to its dead-letter exchange (DLX), which leads them to a dead-letter queue (DLQ); without one they are gone.',
  );
  command.addHelpText(
    'after',
    examples([
      ['rmq-lab dlq setup orders --retry 1s 10s 1m', 'three more attempts, then the dead-letter queue'],
      ['rmq-lab dlq inspect orders.dlq', 'why they are there'],
      ['rmq-lab dlq replay orders.dlq', 'send them again where they came from'],
      ['rmq-lab dlq doctor', 'where messages are lost or go round'],
      ['rmq-lab dlq purge orders.dlq', 'drop them'],
    ]),
  );
  for (const make of [dlqSetup, dlqInspect, dlqReplay, dlqDoctor, dlqPurge]) command.addCommand(make(act));
  return command;
}
