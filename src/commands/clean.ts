import { Command } from 'commander';
import { LabError } from '../errors.ts';
import { cleanUp } from '../lessons/clean.ts';
import { cleanedView } from '../output/lesson-clean-view.ts';
import type { Act, Lab } from './lab.ts';
import { journalFolder } from './lesson-shelf.ts';
import { examples } from './options.ts';

/** `rmq-lab clean`. */
export function clean(act: Act): Command {
  return new Command('clean')
    .description(
      'Removes the vhosts, queues and exchanges of lessons that were ended too hard to do it themselves, by the journal that each ' +
        'keeps. What a running lesson uses stays, and so does everything that no lesson made.',
    )
    .addHelpText(
      'after',
      examples([
        ['rmq-lab clean', 'on the broker that commands use'],
        ['rmq-lab clean --url amqp://user:password@host', 'on another'],
      ]),
    )
    .action(act(run));
}

async function run(lab: Lab): Promise<void> {
  const cleaned = await cleanUp({
    target: await lab.target(),
    folder: journalFolder(lab),
    management: lab.management,
    run: (argv, env, signal) => lab.run(argv, { env, ...(signal === undefined ? {} : { signal }) }),
  });
  await lab.print(cleaned, () => cleanedView(cleaned));
  const failed = cleaned.filter(({ state }) => state === 'failed');
  if (failed.length > 0)
    throw new LabError('refused', `${failed.length} of ${cleaned.length} could not be cleaned up`, { hint: 'rmq-lab doctor' });
}
